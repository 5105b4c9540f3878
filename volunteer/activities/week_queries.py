"""A volunteer's week in one query, and who comes to its next date in another; and the week that
everybody may see.

It is what the most people wait for, so it reads plain rows and makes no objects of tables.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Executable,
    Select,
    bindparam,
    func,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from volunteer.activities.glance_queries import (
    away_until,
    date_columns,
    date_in,
    role_columns,
    role_in,
)
from volunteer.activities.glances import Companion, Contact, DateGlance, SignupGlance, Week
from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.activities.queries import ACTIVE
from volunteer.core.database import connection, made_once
from volunteer.people.models import Person
from volunteer.teams.models import Team

# So many dates of all teams a page for everybody shows at most.
MOST_OF_EVERYBODY = 60


def get_week_of(
    person: Person, team_ids: Collection[int], *, now: datetime, offers: timedelta, own: timedelta
) -> Week:
    """The person's places on dates that are not over, as far ahead as `own` says; and the dates of
    these teams that take place, as far ahead as `offers` says. One query for all of it."""
    asked = {
        "person": person.id,
        "teams": list(team_ids),
        "now": now,
        "last_offer": now + offers,
        "last_own": now + own,
    }
    found: dict[int, DateGlance] = {}
    # Plain rows, past the ORM: there is no object to be made of them.
    for row in connection().execute(week_statement(), asked).all():
        own_id, own_role, own_status, answer_by, excused_at, ahead, away, *seen = row
        date = found.get(seen[0])
        if date is None:
            date = found[seen[0]] = date_in(seen)
            date.away_until = away
        role = role_in(seen)
        date.roles.append(role)
        if own_status is SignupStatus.WITHDRAWN:
            date.said_no = {person.id}
        elif own_role == role.id:
            is_going = own_status is SignupStatus.GOING
            date.own = SignupGlance(
                own_id, person.id, date, role, is_going, ahead + 1,
                is_asked=answer_by is not None and not is_going,
                is_looking=excused_at is not None and is_going,
            )  # fmt: skip
    dates = found.values()
    return Week(
        own=[date.own for date in dates if date.own],
        offered=[
            date
            for date in dates
            if date.team.id in team_ids and date.is_open(now) and date.starts_at < now + offers
        ],
    )


@made_once
def week_statement() -> Select[Any]:
    """What get_week_of asks, a row for each role of each date. Made once: it is the statement that
    the most people wait for, and making it took longer than asking it."""
    queue, own = aliased(Signup), aliased(Signup)
    has_place = (
        select(Signup.occurrence_id)
        .join(Signup.occurrence)
        .where(
            Signup.person_id == bindparam("person"),
            Signup.status.in_(ACTIVE),
            Occurrence.ends_at > bindparam("now"),
            Occurrence.starts_at < bindparam("last_own"),
        )
    )
    is_offered = (
        select(Occurrence.id)
        .join(Occurrence.activity)
        .where(
            Activity.team_id.in_(bindparam("teams", expanding=True)),
            Occurrence.starts_at > bindparam("now"),
            Occurrence.starts_at < bindparam("last_offer"),
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
    )
    # The order of the queue is that of OccurrenceRole.waiting.
    ahead = select(func.count()).where(
        own.status == SignupStatus.WAITING,
        queue.role_id == own.role_id,
        queue.status == SignupStatus.WAITING,
        tuple_(queue.asked_at, queue.id) < tuple_(own.asked_at, own.id),
    )
    columns = (
        own.id, own.role_id, own.status, own.answer_by, own.excused_at,
        ahead.scalar_subquery(), away_until(bindparam("person")),
        *date_columns(), *role_columns(),
    )  # fmt: skip
    return (
        with_roles(select(*columns))
        .outerjoin(
            own,
            (own.occurrence_id == Occurrence.id)
            & (own.person_id == bindparam("person"))
            & (own.status.in_(ACTIVE) | own.excused_at.is_not(None)),
        )
        .where(Occurrence.id.in_(has_place.union(is_offered)))
    )


def list_of_everybody(
    *,
    first: datetime,
    before: datetime,
    team: Team | None = None,
    own: Collection[int] = (),
) -> list[DateGlance]:
    """The dates of all teams that an operator knows and of one's `own`, or those of one team, that
    begin in this time and take place, for who is no member: the first sixty, with how many come,
    and nobody's name. One query."""
    wanted = select(Occurrence.id).where(
        Occurrence.starts_at >= first,
        Occurrence.starts_at < before,
        Occurrence.status == OccurrenceStatus.PLANNED,
    )
    if team:
        wanted = wanted.join(Occurrence.activity).where(Activity.team_id == team.id)
    else:
        is_known = Team.verified_at.is_not(None) | Team.id.in_(own)
        wanted = wanted.join(Occurrence.activity).join(Activity.team).where(is_known)
    soonest = wanted.order_by(Occurrence.starts_at, Occurrence.id).limit(MOST_OF_EVERYBODY)
    query = with_roles(select(*date_columns(), *role_columns())).where(
        Occurrence.id.in_(soonest.subquery().select())
    )
    found: dict[int, DateGlance] = {}
    for row in connection().execute(query).all():
        date = found.get(row[0])
        if date is None:
            date = found[row[0]] = date_in(row)
        date.roles.append(role_in(row))
    return list(found.values())


def with_roles(query: Select[Any]) -> Select[Any]:
    """A row for each role of each date, soonest first, as date_in and role_in take it."""
    return (
        query.join(Occurrence.activity)
        .join(Activity.team)
        .join(Occurrence.roles)
        .outerjoin(OccurrenceRole.training)
        .order_by(Occurrence.starts_at, Occurrence.id, OccurrenceRole.position)
    )


def meet(date: DateGlance, person: Person) -> None:
    """Let the date know who leads it, and who else has a place on it, longest first: one query."""
    asked = {"date": date.id, "leader": date.activity.leader_id, "person": person.id}
    rows: Sequence[Any] = connection().execute(company_statement(), asked).all()
    for name, phone, role, *_order in rows:
        if role is None:
            date.activity.leader = Contact(name, phone)
        else:
            date.company.append(Companion(Contact(name), role))


@cache
def company_statement() -> Executable:
    """What meet asks: who leads, without a role; and who comes, with theirs."""
    leads = select(
        Person.name,
        Person.phone,
        null().label("role"),
        null().label("asked_at"),
        null().label("signup_id"),
    ).where(Person.id == bindparam("leader"))
    comes = (
        select(Person.name, null(), OccurrenceRole.name, Signup.asked_at, Signup.id)
        .select_from(Signup)
        .join(Signup.person)
        .join(Signup.role)
        .where(
            Signup.occurrence_id == bindparam("date"),
            Signup.status == SignupStatus.GOING,
            Signup.person_id != bindparam("person"),
        )
    )
    return union_all(leads, comes).order_by("asked_at", "signup_id")
