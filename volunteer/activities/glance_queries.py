"""Finding dates, roles and places as glances: plain rows, past the ORM.

Signing up asks here while it holds its date and others wait, so its statements are made once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from volunteer.activities.glances import (
    ActivityGlance,
    Chance,
    DateGlance,
    PersonGlance,
    RoleGlance,
    SignupGlance,
    TeamGlance,
    TrainingGlance,
)
from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.activities.queries import ACTIVE
from volunteer.core.database import connection, made_once, session
from volunteer.core.errors import NotFound
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team
from volunteer.training.models import Training


def date_columns() -> tuple[Any, ...]:
    """What a glance of a date is made of, by date_in; the statement joins activity and team."""
    return (
        Occurrence.id, Team.id, Team.name, Team.most_a_week,
        Activity.title, Activity.bring_note, Activity.leader_id, Activity.danger_level,
        Activity.meeting_point, Activity.is_task,
        Occurrence.status, Occurrence.place, Occurrence.wall_starts, Occurrence.wall_ends,
        Occurrence.starts_at, Occurrence.ends_at,
    )  # fmt: skip


def date_in(seen: Sequence[Any]) -> DateGlance:
    """The date at the beginning of this row."""
    activity = ActivityGlance(TeamGlance(*seen[1:4]), *seen[4:10])
    return DateGlance(seen[0], activity, *seen[10:16])


def role_columns() -> tuple[Any, ...]:
    """What a glance of a role is made of, by role_in; the statement joins role and training."""
    seat = aliased(Signup)
    taken = select(func.count()).where(
        seat.role_id == OccurrenceRole.id, seat.status == SignupStatus.GOING
    )
    held = select(func.count()).where(
        seat.role_id == OccurrenceRole.id,
        seat.status == SignupStatus.WAITING,
        seat.answer_by.is_not(None),
    )
    return (
        OccurrenceRole.id, OccurrenceRole.name, OccurrenceRole.position,
        OccurrenceRole.minimum, OccurrenceRole.maximum, OccurrenceRole.is_closed,
        taken.scalar_subquery(), held.scalar_subquery(),
        OccurrenceRole.least_age, OccurrenceRole.most_age, Training.id, Training.name,
    )  # fmt: skip


def role_in(seen: Sequence[Any]) -> RoleGlance:
    """The role at the end of this row."""
    role = RoleGlance(*seen[-12:-2])
    if seen[-2] is not None:
        role.training = TrainingGlance(*seen[-2:])
    return role


def look_at(occurrence_id: int, person_id: int) -> Chance:
    """This date, with how many have which place, and this person, as both are now: one query.

    Raises NotFound.
    """
    session.flush()
    asked = {"date": occurrence_id, "person": person_id}
    rows: Sequence[Any] = connection().execute(look_statement(), asked).all()
    if not rows:
        raise NotFound
    birth_year, birth_month, membership, own_id, own_role, own_status, away, *seen = rows[0]
    date = date_in(seen)
    date.away_until = away
    date.roles = [role_in(row) for row in rows]
    for role in date.roles:
        if own_role == role.id:
            is_going = own_status is SignupStatus.GOING
            date.own = SignupGlance(own_id, person_id, date, role, is_going)
    return Chance(date, PersonGlance(person_id, birth_year, birth_month), membership)


@made_once
def look_statement() -> Select[Any]:
    """What look_at asks, a row for each role; every sign-up does, while it holds its date."""
    own = aliased(Signup)
    return (
        select(
            Person.birth_year, Person.birth_month, Membership.status,
            own.id, own.role_id, own.status, away_until(Person.id),
            *date_columns(), *role_columns(),
        )
        .select_from(Occurrence)
        .join(Occurrence.activity)
        .join(Activity.team)
        .join(Occurrence.roles)
        .join(Person, Person.id == bindparam("person"))
        .outerjoin(OccurrenceRole.training)
        .outerjoin(
            Membership, (Membership.team_id == Team.id) & (Membership.person_id == Person.id)
        )
        .outerjoin(
            own,
            (own.occurrence_id == Occurrence.id)
            & (own.person_id == Person.id)
            & own.status.in_(ACTIVE),
        )
        .where(Occurrence.id == bindparam("date"))
        .order_by(OccurrenceRole.position)
    )  # fmt: skip


def away_until(person_id: Any) -> Any:
    """Until when this person is away, if they are on the day of the date: the one on which it
    begins, also when it goes past midnight (away.py)."""
    return people_queries.away_until(person_id, func.date(Occurrence.wall_starts))


def list_places(
    people: Iterable[int], *, first: datetime, before: datetime
) -> list[tuple[int, DateGlance]]:
    """On which dates these people have a place, of those that take place in this time, soonest
    first: each with the person's number, and without its roles."""
    # What was changed in this transaction counts, and plain rows do not see to that.
    session.flush()
    numbers = list(people)
    asked: dict[str, Any] = {"people": numbers, "first": first, "before": before}
    statement = places_statement()
    if len(numbers) == 1:
        # Whoever signs up is one; a list would be written into the statement anew each time.
        asked["people"], statement = numbers[0], places_of_one_statement()
    rows: Sequence[Any] = connection().execute(statement, asked).all()
    return [(person, date_in(seen)) for person, *seen in rows]


@cache
def places_statement() -> Select[Any]:
    return places_where(Signup.person_id.in_(bindparam("people", expanding=True)))


@cache
def places_of_one_statement() -> Select[Any]:
    return places_where(Signup.person_id == bindparam("people"))


def places_where(is_theirs: ColumnElement[bool]) -> Select[Any]:
    """What list_places asks; every sign-up does, while it holds its date."""
    return (
        select(Signup.person_id, *date_columns())
        .join(Signup.occurrence)
        .join(Occurrence.activity)
        .join(Activity.team)
        .where(
            is_theirs,
            Signup.status == SignupStatus.GOING,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at > bindparam("first"),
            Occurrence.starts_at < bindparam("before"),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
