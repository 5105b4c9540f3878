"""What a rota is made from, and how good a finished one is: plain data, no database, no clock.

Both solvers count by the weights below, and `score()` is their only judge. It never says
anything about a person: it weighs who could be invited, and a coordinator decides.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

# A seat that is needed outweighs everything else, and any seat outweighs wishes.
SEAT, NEEDED = 100, 900
# Each further time that somebody comes costs as much as the times they came lately.
AGAIN = 10
LIKES, KNOWS, BESIDE = 15, 8, 12
# Somebody new beyond half of a date's seats: nobody is left who knows the team and stands beside.
ALONE = 40

# Who takes which seats: people's numbers by the number of the work.
Seats = Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Promise:
    """Somewhere else that somebody has promised to be."""

    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Candidate:
    """A member of the team, as far as a rota has to know them."""

    id: int
    # When they usually have time; empty: they have not said, so any time may suit.
    slots: frozenset[str] = frozenset()
    # Places in the four weeks before the month, and those of the month that are over.
    recent: int = 0
    already: int = 0
    # Their own wish for a month, when they have one.
    most: int | None = None
    is_new: bool = False
    likes: frozenset[str] = frozenset()
    beside: frozenset[int] = frozenset()
    # How often they did this work before, by activity and name of the work.
    done: Mapping[tuple[int, str], int] = field(default_factory=dict)
    trainings: frozenset[int] = frozenset()
    elsewhere: Sequence[Promise] = ()
    # Dates for which they gave their place back: they said no, and are not asked again.
    declined: frozenset[int] = frozenset()
    # Days on which they are away, as they said.
    away: frozenset[date] = frozenset()
    # Dates on whose waiting list they stand.
    waits_for: frozenset[int] = frozenset()

    def has_time(self, slot: str | None) -> bool:
        """Whether they usually have time then; for a task, everybody has."""
        return slot is None or not self.slots or slot in self.slots


@dataclass(frozen=True)
class Work:
    """A kind of work on one date; `open` is how many seats a proposal may fill."""

    id: int
    name: str
    minimum: int
    open: int
    # Who has a seat that a proposal leaves alone: signed up, set by hand, or proposed before.
    taken: tuple[int, ...] = ()
    training: int | None = None

    @cached_property
    def needed(self) -> int:
        """How many of the open seats are below the minimum."""
        return min(self.open, max(0, self.minimum - len(self.taken)))


@dataclass(frozen=True)
class Date:
    """One date of the month."""

    id: int
    activity: int
    # The part of the week that it is in; none for a task, which is done in any.
    slot: str | None
    day: date
    starts_at: datetime
    ends_at: datetime
    works: tuple[Work, ...]
    leader: int | None = None

    @property
    def taken(self) -> set[int]:
        return {person for work in self.works for person in work.taken}

    @cached_property
    def most_new(self) -> int:
        """How many who are new it can take, so that each stands beside somebody who is not."""
        return sum(work.open + len(work.taken) for work in self.works) // 2


@dataclass(frozen=True)
class Terms:
    """What the coordinator asks of this proposal."""

    most_a_month: int = 4
    # So many free days lie between two dates of the same person.
    rest_days: int = 1
    # Fill seats above the minimum too.
    up_to_most: bool = False


class Blocker(StrEnum):
    """Why somebody can't have a seat; of several the first is said."""

    AWAY = "away"
    DECLINED = "declined"
    NOT_FREE = "not_free"
    UNTRAINED = "untrained"
    LEADS = "leads"
    THERE = "there"
    BUSY = "busy"
    RESTING = "resting"
    ENOUGH = "enough"


@dataclass(frozen=True)
class Problem:
    """Everything that a solver may know."""

    members: tuple[Candidate, ...]
    dates: tuple[Date, ...]
    terms: Terms = Terms()

    @cached_property
    def member(self) -> dict[int, Candidate]:
        return {member.id: member for member in self.members}

    @cached_property
    def date(self) -> dict[int, Date]:
        return {one.id: one for one in self.dates}

    @cached_property
    def works(self) -> dict[int, tuple[Date, Work]]:
        return {work.id: (one, work) for one in self.dates for work in one.works}

    @cached_property
    def clashes(self) -> dict[int, frozenset[int]]:
        """For each date the ones that nobody can go to as well: too near, or itself."""
        return {
            one.id: frozenset(other.id for other in self.dates if self.are_too_near(one, other))
            for one in self.dates
        }

    def are_too_near(self, one: Date, other: Date | Promise) -> bool:
        return abs((one.day - other.day).days) <= self.terms.rest_days or overlap(one, other)

    def most_of(self, member: Candidate) -> int:
        """How many places of this month they may have, those that are over included."""
        wish, limit = member.most, self.terms.most_a_month
        return limit if wish is None else min(wish, limit)

    @cached_property
    def free(self) -> dict[str | None, list[Candidate]]:
        """Who usually has time in each part of the week in which there is a date."""
        return {
            slot: [member for member in self.members if member.has_time(slot)]
            for slot in {one.slot for one in self.dates}
        }

    @cached_property
    def suiting(self) -> dict[int, list[Candidate]]:
        """For each work with open seats whom nothing keeps from it that a rota could change."""
        return {
            work.id: [
                member
                for member in self.free[one.slot]
                if next(self.fixed_blockers(member, one, work), None) is None
            ]
            for one in self.dates
            for work in one.works
            if work.open
        }

    @cached_property
    def held(self) -> dict[int, frozenset[int]]:
        """For each person the dates on which they have a seat that stays theirs."""
        held: dict[int, set[int]] = {}
        for one in self.dates:
            for person in one.taken:
                held.setdefault(person, set()).add(one.id)
        return {person: frozenset(dates) for person, dates in held.items()}

    def fixed_blockers(self, member: Candidate, one: Date, work: Work) -> Iterator[Blocker]:
        """What keeps them from this seat whatever else the rota says."""
        held = self.held.get(member.id, frozenset())
        if one.day in member.away:
            yield Blocker.AWAY
        if one.id in member.declined:
            yield Blocker.DECLINED
        if not member.has_time(one.slot):
            yield Blocker.NOT_FREE
        if work.training is not None and work.training not in member.trainings:
            yield Blocker.UNTRAINED
        if one.leader == member.id:
            yield Blocker.LEADS
        if one.id in held or one.id in member.waits_for:
            yield Blocker.THERE
        if any(overlap(one, promise) for promise in member.elsewhere):
            yield Blocker.BUSY
        if self.is_too_soon(member, one, held):
            yield Blocker.RESTING
        if member.already + len(held) >= self.most_of(member):
            yield Blocker.ENOUGH

    def is_too_soon(self, member: Candidate, one: Date, held: frozenset[int]) -> bool:
        return bool(held & self.clashes[one.id]) or any(
            self.are_too_near(one, promise) for promise in member.elsewhere
        )

    def blockers(
        self, member: Candidate, one: Date, work: Work, theirs: Iterable[int]
    ) -> Iterator[Blocker]:
        """The same in a rota that gives them a seat on these dates as well."""
        yield from self.fixed_blockers(member, one, work)
        dates = self.held.get(member.id, frozenset()) | set(theirs)
        if one.id in dates:
            yield Blocker.THERE
        if dates & self.clashes[one.id]:
            yield Blocker.RESTING
        if member.already + len(dates) >= self.most_of(member):
            yield Blocker.ENOUGH


@dataclass(frozen=True)
class Proposal:
    """What a solver proposes for the open seats, and how good the whole rota is with it."""

    seats: Mapping[int, tuple[int, ...]]
    score: int


def overlap(one: Date | Promise, other: Date | Promise) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def propose(problem: Problem, seats: Seats) -> Proposal:
    """These seats as a proposal, in a fixed order, judged."""
    tidy = {work: tuple(sorted(people)) for work, people in sorted(seats.items()) if people}
    return Proposal(tidy, score(problem, tidy))


def score(problem: Problem, seats: Seats) -> int:
    """How good the rota is with these people on the open seats; higher is better."""
    total = 0
    times: Counter[int] = Counter()
    for one in problem.dates:
        there: list[int] = []
        for work in one.works:
            new = seats.get(work.id, ())
            total += SEAT * len(new) + NEEDED * min(len(new), work.needed)
            total += sum(liking(problem.member[person], one, work) for person in new)
            there += [*work.taken, *new]
        members = [problem.member[person] for person in there if person in problem.member]
        times.update(member.id for member in members)
        total += BESIDE * sum(len(member.beside.intersection(there)) for member in members)
        total -= ALONE * max(0, sum(member.is_new for member in members) - one.most_new)
    return total - sum(tiring(problem.member[person], count) for person, count in times.items())


def liking(member: Candidate, one: Date, work: Work) -> int:
    """How well this work suits them by itself."""
    knows = (one.activity, work.name) in member.done
    return LIKES * (work.name in member.likes) + KNOWS * knows


def tiring(member: Candidate, count: int) -> int:
    """What so many places cost them: each more than the one before, so that all take turns."""
    before = member.recent + member.already
    return AGAIN * sum(before + number for number in range(count))
