"""Who suits a request best, and why: the points, and the reason for each of them.

A suggestion decides nothing: a coordinator reads it and asks whom they will (ADR 0020).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from volunteer.help_requests.models import Reach
from volunteer.help_requests.suggestion_queries import Candidate, Times
from volunteer.help_requests.tally import People, Tally, everybody_at, positions, some


class Why(StrEnum):
    """What speaks for somebody."""

    LOOKS_AFTER = "looks_after"
    HELPED_BEFORE = "helped_before"
    CAN = "can"
    SAME_BUILDING = "same_building"
    SAME_ESTATE = "same_estate"
    SAME_COMMUNITY = "same_community"
    NOT_ASKED_LATELY = "not_asked_lately"
    ASKED_SELDOM = "asked_seldom"
    FREE_THEN = "free_then"
    SAID_NO_TIMES = "said_no_times"
    SPEAKS = "speaks"


# Out of a hundred. What each is for: docs/adr/0020-suggestions-add-up.md.
KNOWN = 25
CAN = 25
NEAR = {Why.SAME_BUILDING: 20, Why.SAME_ESTATE: 14, Why.SAME_COMMUNITY: 6}
# By how often they were asked or had something to do in the last thirty days; more often: nothing.
RESTED = (15, 11, 7, 3)
FREE_THEN, SAID_NO_TIMES = 10, 4
SPEAKS = 5

# Prime, so that the next request begins with quite another one of those who are equally good.
STRIDE = 7919


@dataclass(frozen=True)
class Wish:
    """What one request asks for, as far as it matters to who suits it."""

    request_id: int
    team_id: int
    place_id: int
    skills: Sequence[str] = ()
    slots: Sequence[str] = ()
    speech: str | None = None
    estate: str = ""
    building: str = ""
    # Who is away on this day is not asked: the one wished for, else today.
    day: date | None = None
    # When somebody must be free, if that is known to the hour.
    time: tuple[datetime, datetime] | None = None
    # Who was asked already, or has said no: they are not asked for it again.
    closed: frozenset[int] = frozenset()
    helped: Mapping[int, int] = field(default_factory=dict)
    paired: frozenset[int] = frozenset()


class Reason(NamedTuple):
    """One thing that speaks for somebody; `value` is the skill, the language or how often."""

    why: Why
    points: int
    value: str | int = ""


class Suggested(NamedTuple):
    """A person by number and name, through which team they are asked, and what speaks for them."""

    person_id: int
    name: str
    team_id: int
    points: int
    reasons: list[Reason]


class Part(NamedTuple):
    """The same points for everybody of a set, for one reason."""

    reason: Reason
    people: People


# What somebody must have to be in the set of this kind and value.
HAS: dict[str, Callable[[Candidate, Any], bool]] = {
    "team": lambda person, team: person.team_id == team,
    "recent": lambda person, times: person.recent == times,
    "place": lambda person, place: person.place_id == place,
    "skill": lambda person, skill: skill in person.skills,
    "speech": lambda person, speech: speech in person.speeches,
    "slot": lambda person, slot: slot in person.slots,
    "away": lambda person, day: person.is_away_on(day),
    "no slot": lambda person, _none: not person.slots,
}


class Neighbours:
    """Everybody who may be asked. A set is made when a request first needs it, and kept for the
    next ones; homes, of which there are many, in one go."""

    def __init__(self, candidates: Sequence[Candidate], busy: Times) -> None:
        self.candidates = candidates
        self.busy = busy
        self.position = {person.person_id: n for n, person in enumerate(candidates)}
        self.everybody: People = (1 << len(candidates)) - 1
        self.sets: dict[tuple[str, object], People] = {}
        self.busy_then: dict[tuple[datetime, datetime], People] = {}
        self.homes: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, person in enumerate(candidates):
            if person.estate:
                self.homes[person.estate,].append(number)
            if person.building:
                self.homes[person.estate, person.building].append(number)

    def those(self, kind: str, value: object = None) -> People:
        """The people of this set."""
        if (kind, value) not in self.sets:
            has = HAS[kind]
            found = (n for n, person in enumerate(self.candidates) if has(person, value))
            self.sets[kind, value] = everybody_at(found, len(self.candidates))
        return self.sets[kind, value]

    def living_in(self, *home: str) -> People:
        """Who lives in this estate, or in this building of it; nobody, when a part is not known."""
        if not all(home):
            return 0
        return everybody_at(self.homes.get(home, ()), len(self.candidates))

    def of_people(self, numbers: Iterable[int]) -> People:
        found = 0
        for number in numbers:
            if (position := self.position.get(number)) is not None:
                found |= 1 << position
        return found

    def busy_in(self, time: tuple[datetime, datetime]) -> People:
        """Who has something else to do then. Many requests want the same hour: it is kept."""
        if time not in self.busy_then:
            begin, end = time
            self.busy_then[time] = self.of_people(
                person
                for person, times in self.busy.items()
                if any(starts < end and ends > begin for starts, ends in times)
            )
        return self.busy_then[time]

    # --- who -----------------------------------------------------------------------------------

    def suggest(self, wish: Wish, most: int, *, reach: Reach | None = None) -> list[Suggested]:
        """The best for this, at most so many, best first. `reach`: no further away than this."""
        parts = list(self.parts(wish))
        tally = Tally()
        for part in parts:
            tally.add(part.reason.points, part.people)
        certain, equal = tally.best(self.whom_to_ask(wish, reach or Reach.TEAM), most)
        begin = wish.request_id * STRIDE % max(1, len(self.candidates))
        chosen = [*positions(certain), *some(equal, most - certain.bit_count(), begin=begin)]
        found = [self.suggested(position, parts) for position in chosen]
        return sorted(found, key=lambda one: one.points, reverse=True)

    def suggested(self, position: int, parts: Sequence[Part]) -> Suggested:
        person = self.candidates[position]
        bit = 1 << position
        reasons = [part.reason for part in parts if part.people & bit]
        points = sum(reason.points for reason in reasons)
        return Suggested(person.person_id, person.name, person.team_id, points, reasons)

    def whom_to_ask(self, wish: Wish, reach: Reach) -> People:
        among = self.within(wish, reach) & ~self.of_people(wish.closed)
        if wish.day:
            among &= ~self.those("away", wish.day)
        return among & ~self.busy_in(wish.time) if wish.time else among

    def within(self, wish: Wish, reach: Reach) -> People:
        """Who lives, or belongs, no further away than this."""
        if reach is Reach.ABOVE:
            return self.everybody
        team = self.those("team", wish.team_id)
        if reach is Reach.TEAM:
            return team
        near = self.living_in(wish.estate, wish.building)
        if reach is not Reach.BUILDING:
            near |= self.living_in(wish.estate)
        if reach is Reach.COMMUNITY:
            near |= self.those("place", wish.place_id)
        return team & near

    # --- why -----------------------------------------------------------------------------------

    def parts(self, wish: Wish) -> Iterator[Part]:
        """Everything that speaks for anybody; nobody gets two parts of the same kind."""
        yield from self.known(wish)
        yield from self.able(wish)
        yield from self.near(wish)
        yield from self.rested()
        yield from self.free(wish)
        if wish.speech:
            speaking = self.those("speech", wish.speech)
            yield Part(Reason(Why.SPEAKS, SPEAKS, wish.speech), speaking)

    def known(self, wish: Wish) -> Iterator[Part]:
        paired = self.of_people(wish.paired)
        yield Part(Reason(Why.LOOKS_AFTER, KNOWN), paired)
        by_times: dict[int, People] = defaultdict(int)
        for person, times in wish.helped.items():
            by_times[times] |= self.of_people([person])
        for times, people in by_times.items():
            yield Part(Reason(Why.HELPED_BEFORE, KNOWN, times), people & ~paired)

    def able(self, wish: Wish) -> Iterator[Part]:
        for skill in wish.skills:
            reason = Reason(Why.CAN, CAN // len(wish.skills), skill)
            yield Part(reason, self.those("skill", skill))

    def near(self, wish: Wish) -> Iterator[Part]:
        building = self.living_in(wish.estate, wish.building)
        estate = self.living_in(wish.estate)
        community = self.those("place", wish.place_id)
        nearer: People = 0
        for why, people in (
            (Why.SAME_BUILDING, building),
            (Why.SAME_ESTATE, estate),
            (Why.SAME_COMMUNITY, community),
        ):
            yield Part(Reason(why, NEAR[why]), people & ~nearer)
            nearer |= people

    def rested(self) -> Iterator[Part]:
        for times, points in enumerate(RESTED):
            why = Why.ASKED_SELDOM if times else Why.NOT_ASKED_LATELY
            yield Part(Reason(why, points, times), self.those("recent", times))

    def free(self, wish: Wish) -> Iterator[Part]:
        if not wish.slots:
            return
        free: People = 0
        for slot in wish.slots:
            free |= self.those("slot", slot)
        yield Part(Reason(Why.FREE_THEN, FREE_THEN), free)
        yield Part(Reason(Why.SAID_NO_TIMES, SAID_NO_TIMES), self.those("no slot"))


__all__ = ["CAN", "FREE_THEN", "KNOWN", "NEAR", "RESTED", "SAID_NO_TIMES", "SPEAKS", "Neighbours",
           "Part", "Reason", "Suggested", "Why", "Wish"]  # fmt: skip
