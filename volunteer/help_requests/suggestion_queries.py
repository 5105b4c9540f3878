"""What the suggestions need to know: for any number of requests and people a few statements."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, String, cast, func, null, or_, select, union_all

from volunteer.activities.models import Occurrence, OccurrenceStatus, Signup, SignupStatus
from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.elders.models import (
    Elder,
    Pairing,
    Visit,
    VisitPart,
    VisitStatus,
)
from volunteer.help_requests import queries
from volunteer.help_requests.models import (
    Abilities,
    HelpOffer,
    HelpRequest,
    HelpStatus,
    OfferStatus,
)
from volunteer.people import queries as people_queries
from volunteer.people.models import AwayDays, Person
from volunteer.teams import verification_queries
from volunteer.teams.models import Membership, MembershipStatus, Team

# Somebody helped with these, to the end.
WELL_DONE = (HelpStatus.DONE, HelpStatus.CONFIRMED)
# A help that was given a time takes about so long, on the way and there.
TAKES = timedelta(hours=2)
# No visit is planned for longer.
LONGEST_VISIT = timedelta(hours=8)
Times = dict[int, list[tuple[datetime, datetime]]]


class Candidate(NamedTuple):
    """An active member who may be asked, as far as a suggestion needs to know them."""

    person_id: int
    team_id: int
    name: str
    slots: tuple[str, ...]
    skills: tuple[str, ...]
    speeches: tuple[str, ...]
    place_id: int | None
    estate: str
    building: str
    # How often they were asked, visited or had a place, lately or soon.
    recent: int = 0
    # From which day to which they are away, both included.
    away: tuple[tuple[date, date], ...] = ()

    def is_away_on(self, day: date) -> bool:
        return any(first_on <= day <= last_on for first_on, last_on in self.away)


def list_candidates(
    team_ids: Iterable[int], *, since: datetime, before: datetime, days: Collection[date]
) -> list[Candidate]:
    """Active members of these teams, grown up, who have not asked to be left alone, each once, what
    they did or have to do in this time, and whether they are away on any of these days."""
    recent = count_recent(since, before).subquery()
    texts = [cast(c, String) for c in (Person.free_slots, Abilities.skills, Abilities.speeches)]
    rows: Iterable[Any] = session.execute(
        select(
            Membership.person_id, Membership.team_id, Person.name, *texts,
            Abilities.place_id, Abilities.estate, Abilities.building, recent.c.times,
            away_between(min(days), max(days)),
        )
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Abilities, Abilities.person_id == Membership.person_id)
        .outerjoin(recent, recent.c.person_id == Membership.person_id)
        .where(
            Membership.team_id.in_(list(team_ids)),
            Membership.status == MembershipStatus.ACTIVE,
            Person.wants_asks,
            # Whoever helps goes to a home alone.
            people_queries.is_grown_up_on(clock.today()),
        )
        .order_by(Membership.person_id, Membership.team_id)
    )  # fmt: skip
    found: dict[int, Candidate] = {}
    for person, team, name, slots, skills, speeches, place, estate, building, times, away in rows:
        if person not in found:
            found[person] = Candidate(
                person, team, name, listed(slots), listed(skills), listed(speeches),
                place, (estate or "").casefold(), (building or "").casefold(), times or 0,
                stretches(away),
            )  # fmt: skip
    return list(found.values())


@cache
def listed(text: str | None) -> tuple[str, ...]:
    """A list as the table keeps it. Thousands of people have one of a few: each is read once."""
    return tuple(json.loads(text)) if text else ()


def away_between(first: date, last: date) -> ScalarSelect[str]:
    """The days away of a person between these days, as one text: read with all the rest of them,
    thousands cost no statement more."""
    days = cast(AwayDays.first_on, String) + ":" + cast(AwayDays.last_on, String)
    return (
        select(func.aggregate_strings(days, ","))
        .where(
            AwayDays.person_id == Person.id,
            AwayDays.first_on <= last,
            AwayDays.last_on >= first,
        )
        .scalar_subquery()
    )


def stretches(text: str | None) -> tuple[tuple[date, date], ...]:
    pairs = (one.split(":") for one in text.split(",")) if text else ()
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in pairs)


def count_recent(since: datetime, before: datetime) -> Select[Any]:
    """How often everybody was asked, visited or had a place in this time."""
    parts = union_all(
        select(HelpOffer.person_id.label("person_id")).where(HelpOffer.asked_at >= since),
        select(VisitPart.person_id)
        .join(VisitPart.visit)
        .where(VisitPart.withdrew_at.is_(None), Visit.starts_at.between(since, before)),
        select(Signup.person_id)
        .join(Signup.occurrence)
        .where(
            Signup.status == SignupStatus.GOING,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at.between(since, before),
        ),
    ).subquery()
    return select(parts.c.person_id, func.count().label("times")).group_by(parts.c.person_id)


def list_busy_times(team_ids: Iterable[int], *, first: datetime, before: datetime) -> Times:
    """When members of these teams have a place, a visit, or help somebody else in this time."""
    places = (
        select(
            Signup.person_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            null().label("minutes"),
            null().label("zone"),
        )
        .join(Signup.occurrence)
        .where(
            Signup.status == SignupStatus.GOING,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at > first,
            Occurrence.starts_at < before,
        )
    )
    visits = (
        select(VisitPart.person_id, Visit.starts_at, null(), Visit.minutes, null())
        .join(VisitPart.visit)
        .where(
            VisitPart.withdrew_at.is_(None),
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at.between(first - LONGEST_VISIT, before),
        )
    )
    every = union_all(places, visits, agreed_help(first, before)).subquery()
    members = select(Membership.person_id).where(Membership.team_id.in_(list(team_ids)))
    rows = session.execute(select(every).where(every.c.person_id.in_(members)))
    found: Times = defaultdict(list)
    for person, starts_at, ends_at, minutes, zone in rows:
        begin = zones.to_moment(starts_at.replace(tzinfo=None), zone) if zone else starts_at
        takes = timedelta(minutes=minutes) if minutes else TAKES
        found[person].append((begin, ends_at or begin + takes))
    return found


def agreed_help(first: datetime, before: datetime) -> Any:
    """When people help somebody else, by the wall clock of its zone; a day around, for any zone."""
    day = timedelta(days=1)
    return (
        select(
            HelpOffer.person_id,
            HelpRequest.wall_agreed,
            null(),
            null(),
            func.coalesce(Team.zone, zones.HOME_ZONE),
        )
        .join(HelpOffer.help_request)
        .outerjoin(Team, Team.id == HelpRequest.team_id)
        .where(
            HelpOffer.status == OfferStatus.ACCEPTED,
            HelpRequest.status == HelpStatus.MATCHED,
            HelpRequest.wall_agreed.between(
                (first - day).replace(tzinfo=None), (before + day).replace(tzinfo=None)
            ),
        )
    )


def list_helped(help_requests: Sequence[HelpRequest]) -> dict[int, Counter[int]]:
    """For each of these requests who has helped the same elder or the same phone, and how often."""
    elders = {r.elder_id for r in help_requests if r.elder_id}
    marks = {r.asker_phone_mark for r in help_requests if r.asker_phone_mark}
    rows = session.execute(
        select(
            HelpRequest.elder_id, HelpRequest.asker_phone_mark, HelpOffer.id, HelpOffer.person_id
        )
        .join(HelpOffer.help_request)
        .where(
            HelpOffer.status == OfferStatus.ACCEPTED,
            HelpRequest.status.in_(WELL_DONE),
            or_(HelpRequest.elder_id.in_(elders), HelpRequest.asker_phone_mark.in_(marks)),
        )
    )
    # By elder and by phone; a help that fits by both counts once.
    done: dict[int | str, dict[int, int]] = defaultdict(dict)
    for elder, mark, offer, person in rows:
        for key in (elder, mark):
            if key:
                done[key][offer] = person
    return {
        request.id: Counter(
            (
                done.get(request.elder_id or 0, {}) | done.get(request.asker_phone_mark or "", {})
            ).values()
        )
        for request in help_requests
    }


class Looked(NamedTuple):
    """Who an elder is, where they live, and who looks after them now."""

    person_id: int
    home: Home
    paired: set[int]


def list_elders(elder_ids: Iterable[int]) -> dict[int, Looked]:
    rows = session.execute(
        select(Elder.id, Elder.person_id, Elder.address, Pairing.person_id)
        .outerjoin(Pairing, (Pairing.elder_id == Elder.id) & Pairing.ended_on.is_(None))
        .where(Elder.id.in_(list(elder_ids)))
    )
    found: dict[int, Looked] = {}
    for number, own, address, person in rows:
        looked = found.setdefault(number, Looked(own, Home.of(address), set()))
        if person is not None:
            looked.paired.add(person)
    return found


def list_people(numbers: Iterable[int]) -> dict[int, Person]:
    people = session.scalars(select(Person).where(Person.id.in_(list(numbers))))
    return {person.id: person for person in people}


def list_teams_beside(team: Team) -> list[int]:
    """The other teams under the place that lies one level above the team's community: names are
    shown both ways, so both must be verified."""
    above = team.place.community.parent
    if above is None or not team.is_verified:
        return []
    communities = queries.community_of_each(verification_queries.list_verified())
    return [
        other.id
        for other, community in communities.items()
        if other.id != team.id and community.parent_id == above.id
    ]
