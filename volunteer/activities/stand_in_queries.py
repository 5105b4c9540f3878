"""Finding searches for a stand-in, and whom they asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from volunteer.activities.models import (
    Activity,
    Answer,
    Occurrence,
    OccurrenceStatus,
    SearchStatus,
    Signup,
    SignupStatus,
    StandInAsk,
    StandInSearch,
)
from volunteer.activities.queries import with_people
from volunteer.core.database import Given, all_of, one_or_not_found, session
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams.models import Team

ASKS_COUNT_FOR = timedelta(weeks=8)


def with_all() -> tuple[ORMOption, ...]:
    """The place, its date with everybody on it, and who was asked."""
    signup = joinedload(StandInSearch.signup)
    date = signup.joinedload(Signup.occurrence)
    return (
        signup.joinedload(Signup.person),
        signup.joinedload(Signup.role),
        date.joinedload(Occurrence.activity).joinedload(Activity.leader),
        date.options(*with_people()),
        joinedload(StandInSearch.stand_in),
        selectinload(StandInSearch.asks).joinedload(StandInAsk.person),
    )


def get_search(search_id: int) -> StandInSearch:
    return one_or_not_found(
        select(StandInSearch).where(StandInSearch.id == search_id).options(*with_all())
    )


def list_searches(numbers: Iterable[int]) -> Sequence[StandInSearch]:
    return all_of(
        select(StandInSearch).where(StandInSearch.id.in_(list(numbers))).options(*with_all())
    )


def list_signups(numbers: Iterable[int]) -> Sequence[Signup]:
    """These places, given back or not, with their dates."""
    return all_of(
        select(Signup)
        .where(Signup.id.in_(list(numbers)))
        .options(
            joinedload(Signup.person),
            joinedload(Signup.role),
            joinedload(Signup.occurrence).options(
                joinedload(Occurrence.activity), selectinload(Occurrence.signups)
            ),
        )
    )


def list_searches_on(occurrence: Occurrence) -> Sequence[StandInSearch]:
    """The searches for this date, newest first; of each place the newest only."""
    newest = (
        select(func.max(StandInSearch.id))
        .join(StandInSearch.signup)
        .where(Signup.occurrence_id == occurrence.id)
        .group_by(StandInSearch.signup_id)
    )
    return all_of(
        select(StandInSearch)
        .where(StandInSearch.id.in_(newest))
        .options(
            joinedload(StandInSearch.signup).joinedload(Signup.person),
            joinedload(StandInSearch.stand_in),
            selectinload(StandInSearch.asks).joinedload(StandInAsk.person),
        )
        .order_by(StandInSearch.id.desc())
    )


def list_open_of(team: Team, *, now: datetime) -> Sequence[StandInSearch]:
    """The team's searches that go on, soonest date first."""
    return all_of(
        open_of(team.id, now)
        .options(
            contains_eager(StandInSearch.signup).options(
                joinedload(Signup.person),
                joinedload(Signup.role),
                contains_eager(Signup.occurrence).contains_eager(Occurrence.activity),
            ),
        )
        .order_by(Occurrence.starts_at, StandInSearch.id)
    )


def open_of(team_id: Given, now: Given) -> Select[StandInSearch]:
    return (
        select(StandInSearch)
        .join(StandInSearch.signup)
        .join(Signup.occurrence)
        .join(Occurrence.activity)
        .where(
            Activity.team_id == team_id,
            StandInSearch.status == SearchStatus.OPEN,
            Signup.status == SignupStatus.GOING,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at > now,
        )
    )


def list_due(now: datetime, *, cut_off: timedelta) -> Sequence[StandInSearch]:
    """Open searches in which something is to be done now, or that are over."""
    return all_of(
        select(StandInSearch)
        .join(StandInSearch.signup)
        .join(Signup.occurrence)
        .where(
            StandInSearch.status == SearchStatus.OPEN,
            (StandInSearch.next_wave_at <= now)
            | (Occurrence.starts_at <= now + cut_off)
            | (Occurrence.status == OccurrenceStatus.CANCELLED)
            | (Signup.status != SignupStatus.GOING)
            | is_asked_of_who_is_away(),
        )
        .options(joinedload(StandInSearch.signup).joinedload(Signup.occurrence))
        .order_by(Signup.occurrence_id, StandInSearch.id)
    )


def is_asked_of_who_is_away() -> ColumnElement[bool]:
    """Whether a search waits for the answer of somebody who is away on the day of the date."""
    day = func.date(Occurrence.wall_starts)
    asks = select(StandInAsk.id).where(
        StandInAsk.search_id == StandInSearch.id,
        StandInAsk.answer == Answer.WAITING,
        people_queries.away_until(StandInAsk.person_id, day).is_not(None),
    )
    return asks.correlate(StandInSearch, Occurrence).exists()


def find_open(signup: Signup) -> StandInSearch | None:
    return session.scalars(
        select(StandInSearch)
        .where(StandInSearch.signup_id == signup.id, StandInSearch.status == SearchStatus.OPEN)
        .options(selectinload(StandInSearch.asks))
    ).one_or_none()


def asked_of(person_id: Any) -> Select[StandInSearch]:
    """Searches that wait for this person's answer; the number may be one that is bound later."""
    return (
        select(StandInSearch)
        .join(StandInSearch.asks)
        .where(
            StandInAsk.person_id == person_id,
            StandInAsk.answer == Answer.WAITING,
            StandInSearch.status == SearchStatus.OPEN,
        )
    )


def list_asked_of(person: Person, *, now: datetime) -> Sequence[StandInSearch]:
    """Searches for dates still to come that wait for this person's answer."""
    return all_of(
        asked_of(person.id)
        .join(StandInSearch.signup)
        .join(Signup.occurrence)
        .where(
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at > now,
        )
        .options(
            contains_eager(StandInSearch.signup).options(
                joinedload(Signup.person),
                joinedload(Signup.role),
                contains_eager(Signup.occurrence).joinedload(Occurrence.activity),
            )
        )
        .order_by(Occurrence.starts_at, StandInSearch.id)
    )


@dataclass(frozen=True)
class Asks:
    """Who said no for a date at its time, or is asked about it at this moment; and how often each
    was asked lately, about any. By their numbers."""

    not_again: set[int]
    counts: dict[int, int]


def look_at_asks(occurrence: Occurrence, people: Iterable[Person], *, now: datetime) -> Asks:
    """Of these people, in one statement."""
    is_waiting = (StandInAsk.answer == Answer.WAITING) & (StandInSearch.status == SearchStatus.OPEN)
    is_settled = (Signup.occurrence_id == occurrence.id) & (
        (StandInAsk.answer == Answer.NO) | is_waiting
    )
    is_late = StandInAsk.asked_at >= now - ASKS_COUNT_FOR
    rows = session.execute(
        select(
            StandInAsk.person_id,
            func.count(case((is_late, 1))),
            func.count(case((is_settled, 1))),
        )
        .join(StandInAsk.search)
        .join(StandInSearch.signup)
        .where(StandInAsk.person_id.in_([person.id for person in people]), is_late | is_settled)
        .group_by(StandInAsk.person_id)
    ).all()
    return Asks(
        not_again={number for number, _lately, settled in rows if settled},
        counts={number: lately for number, lately, _settled in rows},
    )


def list_asks_about(occurrences: Iterable[Occurrence]) -> Sequence[StandInAsk]:
    """What was answered with a no for these dates, at this time or another, or waits for an
    answer."""
    return all_of(
        select(StandInAsk)
        .join(StandInAsk.search)
        .join(StandInSearch.signup)
        .where(
            Signup.occurrence_id.in_([o.id for o in occurrences]),
            StandInAsk.answer.in_([Answer.NO, Answer.WAITING, Answer.LAPSED]),
        )
        .options(
            contains_eager(StandInAsk.search)
            .contains_eager(StandInSearch.signup)
            .joinedload(Signup.occurrence)
        )
        .order_by(StandInAsk.id)
    )


def list_open_on(occurrences: Iterable[Occurrence]) -> Sequence[StandInSearch]:
    """The searches for these dates that go on."""
    return all_of(
        select(StandInSearch)
        .join(StandInSearch.signup)
        .where(
            Signup.occurrence_id.in_([o.id for o in occurrences]),
            StandInSearch.status == SearchStatus.OPEN,
        )
        .order_by(StandInSearch.id)
    )


def is_anybody_asked(occurrence: Occurrence) -> bool:
    """Whether an answer about this date is still waited for."""
    found = session.scalars(
        select(StandInAsk.id)
        .join(StandInAsk.search)
        .join(StandInSearch.signup)
        .where(
            Signup.occurrence_id == occurrence.id,
            StandInAsk.answer == Answer.WAITING,
            StandInSearch.status == SearchStatus.OPEN,
        )
        .limit(1)
    ).first()
    return found is not None
