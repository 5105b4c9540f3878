"""Finding drafts, their seats and wishes, and what a rota counts by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    RotaDraft,
    RotaSeat,
    RotaWish,
    Signup,
    SignupStatus,
)
from volunteer.core.database import Model, all_of, one_or_not_found, session
from volunteer.teams.models import Membership, Team

LATELY = timedelta(weeks=4)
# Who did a work longer ago may have forgotten how.
REMEMBERED = timedelta(days=366)
# Places so near the month that somebody may still have to rest from them.
AROUND = timedelta(days=7)


@dataclass(frozen=True)
class Month:
    """A month of a team, as moments."""

    first: date
    begin: datetime
    end: datetime


def find_draft(team: Team, first: date) -> RotaDraft | None:
    """The team's draft for the month that begins on this day, with its seats."""
    return session.scalars(
        select(RotaDraft)
        .where(RotaDraft.team_id == team.id, RotaDraft.month == first)
        .options(selectinload(RotaDraft.seats).joinedload(RotaSeat.person))
    ).one_or_none()


def get_draft(draft_id: int) -> RotaDraft:
    """The draft with its team, its seats and who is to be invited."""
    return one_or_not_found(
        select(RotaDraft)
        .where(RotaDraft.id == draft_id)
        .options(
            joinedload(RotaDraft.team), selectinload(RotaDraft.seats).joinedload(RotaSeat.person)
        )
    )


def hold(kind: type[Model], numbers: Iterable[int]) -> None:
    """Hold these rows in the order of their numbers until the transaction ends, in one statement.

    What was read of them before is forgotten by the caller, once all is held.
    """
    session.scalars(
        select(kind.id)
        .where(kind.id.in_(list(numbers)))
        .order_by(kind.id)
        .with_for_update(key_share=True)
    ).all()


def get_seat(seat_id: int) -> RotaSeat:
    """The seat with its draft and team, the date, the work and who has it."""
    return one_or_not_found(
        select(RotaSeat)
        .where(RotaSeat.id == seat_id)
        .options(
            joinedload(RotaSeat.draft).joinedload(RotaDraft.team),
            joinedload(RotaSeat.occurrence).joinedload(Occurrence.activity),
            joinedload(RotaSeat.role),
            joinedload(RotaSeat.person),
        )
    )


def list_seats_of(person_id: int, team: Team, first: date) -> Sequence[RotaSeat]:
    """What this person was invited to in the month, soonest first."""
    return all_of(
        select(RotaSeat)
        .join(RotaSeat.draft)
        .join(RotaSeat.occurrence)
        .where(
            RotaSeat.person_id == person_id,
            RotaSeat.invited_at.is_not(None),
            RotaDraft.team_id == team.id,
            RotaDraft.month == first,
        )
        .options(
            contains_eager(RotaSeat.occurrence).options(
                joinedload(Occurrence.activity), selectinload(Occurrence.signups)
            ),
            joinedload(RotaSeat.role),
        )
        .order_by(Occurrence.starts_at, RotaSeat.id)
    )


def find_wish(membership: Membership) -> RotaWish | None:
    return session.scalars(
        select(RotaWish).where(RotaWish.membership_id == membership.id)
    ).one_or_none()


def list_wishes(team: Team) -> Sequence[tuple[int, RotaWish]]:
    """The wishes of everybody in the team, with the person's number."""
    rows = session.execute(
        select(Membership.person_id, RotaWish)
        .join(Membership, Membership.id == RotaWish.membership_id)
        .where(Membership.team_id == team.id)
    ).all()
    return [(person, wish) for person, wish in rows]


def list_works(team: Team) -> list[str]:
    """The names of all kinds of work that the team's coming dates have, by name."""
    return sorted(
        session.scalars(
            select(OccurrenceRole.name)
            .join(OccurrenceRole.occurrence)
            .join(Occurrence.activity)
            .where(Activity.team_id == team.id)
            .distinct()
        )
    )


def count_places(
    team: Team, month: Month, now: datetime
) -> Sequence[Row[int, int, str, int, int, int]]:
    """For each person and work: person, activity, name of the work, how often they did it so far,
    how often in the four weeks before the month, how often on dates of the month that are over."""
    starts = Occurrence.starts_at
    before_the_month = month.begin - timedelta(microseconds=1)
    return session.execute(
        select(
            Signup.person_id,
            Occurrence.activity_id,
            OccurrenceRole.name,
            func.sum(case((starts < now, 1), else_=0)),
            func.sum(case((starts.between(month.begin - LATELY, before_the_month), 1), else_=0)),
            func.sum(case((starts >= month.begin, 1), else_=0)),
        )
        .join(Signup.occurrence)
        .join(Signup.role)
        .join(Occurrence.activity)
        .where(
            Activity.team_id == team.id,
            Signup.status == SignupStatus.GOING,
            Occurrence.status == OccurrenceStatus.PLANNED,
            starts >= month.begin - REMEMBERED,
            starts < max(month.begin, min(now, month.end)),
        )
        .group_by(Signup.person_id, Occurrence.activity_id, OccurrenceRole.name)
    ).all()


def list_places_around(
    people: Sequence[int], month: Month
) -> Sequence[Row[int, int, datetime, datetime, datetime]]:
    """These people's places, in whatever team, in the month and the days around it: person, date,
    and when it is, the wall clock's beginning first."""
    return session.execute(
        select(
            Signup.person_id,
            Occurrence.id,
            Occurrence.wall_starts,
            Occurrence.starts_at,
            Occurrence.ends_at,
        )
        .join(Signup.occurrence)
        .where(
            Signup.person_id.in_(people),
            Signup.status == SignupStatus.GOING,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at >= month.begin - AROUND,
            Occurrence.starts_at < month.end + AROUND,
        )
    ).all()
