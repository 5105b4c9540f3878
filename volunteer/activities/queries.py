"""Finding activities, dates and sign-ups. Each loads what its page shows."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, bindparam, func, null, select, tuple_, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from volunteer.activities.glances import (
    ActivityGlance,
    Companion,
    Contact,
    DateGlance,
    RoleGlance,
    SignupGlance,
    TeamGlance,
    Week,
)
from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.people.models import Person
from volunteer.teams.models import Team

ACTIVE = (SignupStatus.GOING, SignupStatus.WAITING)


def with_people() -> tuple[_AbstractLoad, ...]:
    """Everything that a seat bar and its names show, in two further queries.

    Withdrawn sign-ups come along: a collection that was loaded in part would be
    taken for the whole by the rules.
    """
    return (
        selectinload(Occurrence.roles),
        selectinload(Occurrence.signups).joinedload(Signup.person),
    )


def dates() -> Select[Occurrence]:
    return (
        select(Occurrence)
        .join(Occurrence.activity)
        .join(Activity.team)
        .options(
            contains_eager(Occurrence.activity).options(
                joinedload(Activity.leader),
                contains_eager(Activity.team).joinedload(Team.place),
            )
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def get_activity(activity_id: int) -> Activity:
    return one_or_not_found(
        select(Activity)
        .where(Activity.id == activity_id)
        .options(selectinload(Activity.roles), joinedload(Activity.leader))
    )


def get_occurrence(occurrence_id: int) -> Occurrence:
    entered_by = selectinload(Occurrence.signups).joinedload(Signup.by)
    return one_or_not_found(
        dates().where(Occurrence.id == occurrence_id).options(*with_people(), entered_by)
    )


def get_date(occurrence_id: int) -> Occurrence:
    """The date alone; its roles and people come when somebody asks for them."""
    return one_or_not_found(dates().where(Occurrence.id == occurrence_id))


def list_dates(numbers: Iterable[int]) -> Sequence[Occurrence]:
    """The dates with these numbers, soonest first."""
    return all_of(dates().where(Occurrence.id.in_(list(numbers))).options(*with_people()))


def get_signup(signup_id: int) -> Signup:
    return one_or_not_found(
        select(Signup)
        .where(Signup.id == signup_id)
        .options(joinedload(Signup.person), joinedload(Signup.role), joinedload(Signup.occurrence))
    )


def list_activities(team: Team) -> Sequence[Activity]:
    return all_of(
        select(Activity)
        .where(Activity.team_id == team.id)
        .options(selectinload(Activity.roles))
        .order_by(Activity.weekday, Activity.starts)
    )


def list_between(team: Team, *, first: datetime, before: datetime) -> Sequence[Occurrence]:
    """The team's dates that begin in this time, cancelled ones too, with roles and people."""
    return all_of(
        dates()
        .where(
            Activity.team_id == team.id,
            Occurrence.starts_at >= first,
            Occurrence.starts_at < before,
        )
        .options(*with_people())
    )


def list_of_everybody(*, first: datetime, before: datetime) -> Sequence[Occurrence]:
    """All teams' dates that begin in this time and take place, for the community's page.

    How many come, and nobody's name: who may not see people does not load them.
    """
    return all_of(
        select(Occurrence)
        .join(Occurrence.activity)
        .join(Activity.team)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .where(
            Occurrence.starts_at >= first,
            Occurrence.starts_at < before,
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
        .options(
            contains_eager(Occurrence.activity)
            .contains_eager(Activity.team)
            .joinedload(Team.place),
            selectinload(Occurrence.roles),
            selectinload(Occurrence.signups),
        )
        .limit(60)
    )


def list_coming(activity: Activity, *, after: datetime) -> Sequence[Occurrence]:
    return all_of(
        dates()
        .where(Occurrence.activity_id == activity.id, Occurrence.starts_at > after)
        .options(*with_people())
    )


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
    rows = session.connection().execute(week_statement(), asked)
    seen: Sequence[Any]
    for number, own_id, own_role, own_status, ahead, *seen in rows:
        date = found.get(number)
        if date is None:
            activity = ActivityGlance(TeamGlance(*seen[:2]), *seen[2:5])
            date = found[number] = DateGlance(number, activity, *seen[5:11])
        role = RoleGlance(*seen[11:])
        date.roles.append(role)
        if own_role == role.id:
            is_going = own_status is SignupStatus.GOING
            date.own = SignupGlance(own_id, person.id, date, role, is_going, ahead + 1)
    dates = found.values()
    return Week(
        own=[date.own for date in dates if date.own],
        offered=[
            date
            for date in dates
            if date.team.id in team_ids and date.is_open(now) and date.starts_at < now + offers
        ],
    )


@cache
def week_statement() -> Select[Any]:
    """What get_week_of asks, a row for each role of each date. Made once: it is the statement that
    the most people wait for, and making it took longer than asking it."""
    seat, queue, own = aliased(Signup), aliased(Signup), aliased(Signup)
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
    taken = select(func.count()).where(
        seat.role_id == OccurrenceRole.id, seat.status == SignupStatus.GOING
    )
    # The order of the queue is that of OccurrenceRole.waiting.
    ahead = select(func.count()).where(
        own.status == SignupStatus.WAITING,
        queue.role_id == own.role_id,
        queue.status == SignupStatus.WAITING,
        tuple_(queue.asked_at, queue.id) < tuple_(own.asked_at, own.id),
    )
    return (
        select(
            Occurrence.id, own.id, own.role_id, own.status, ahead.scalar_subquery(),
            Team.id, Team.name, Activity.title, Activity.bring_note, Activity.leader_id,
            Occurrence.status, Occurrence.place, Occurrence.wall_starts, Occurrence.wall_ends,
            Occurrence.starts_at, Occurrence.ends_at,
            OccurrenceRole.id, OccurrenceRole.name, OccurrenceRole.position,
            OccurrenceRole.minimum, OccurrenceRole.maximum, taken.scalar_subquery(),
        )
        .join(Occurrence.activity)
        .join(Activity.team)
        .join(Occurrence.roles)
        .outerjoin(
            own,
            (own.occurrence_id == Occurrence.id)
            & (own.person_id == bindparam("person"))
            & own.status.in_(ACTIVE),
        )
        .where(Occurrence.id.in_(has_place.union(is_offered)))
        .order_by(Occurrence.starts_at, Occurrence.id, OccurrenceRole.position)
    )  # fmt: skip


def meet(date: DateGlance, person: Person) -> None:
    """Let the date know who leads it, and who else has a place on it, longest first: one query."""
    asked = {"date": date.id, "leader": date.activity.leader_id, "person": person.id}
    rows: Iterable[Any] = session.connection().execute(company_statement(), asked)
    for name, phone, role, _asked_at in rows:
        if role is None:
            date.activity.leader = Contact(name, phone)
        else:
            date.company.append(Companion(Contact(name), role))


@cache
def company_statement() -> Executable:
    """What meet asks: who leads, without a role; and who comes, with theirs."""
    leads = select(Person.name, Person.phone, null().label("role"), null().label("asked_at")).where(
        Person.id == bindparam("leader")
    )
    comes = (
        select(Person.name, null(), OccurrenceRole.name, Signup.asked_at)
        .select_from(Signup)
        .join(Signup.person)
        .join(Signup.role)
        .where(
            Signup.occurrence_id == bindparam("date"),
            Signup.status == SignupStatus.GOING,
            Signup.person_id != bindparam("person"),
        )
    )
    return union_all(leads, comes).order_by("asked_at")


def list_led_by(person: Person, team_id: int) -> Sequence[Activity]:
    """What this person leads in the team, in the order in which activities are locked."""
    return all_of(
        select(Activity)
        .where(Activity.leader_id == person.id, Activity.team_id == team_id)
        .order_by(Activity.id)
    )


def find_busy(occurrence: Occurrence, people: Iterable[int]) -> set[int]:
    """Which of these people have a place on another date that overlaps this one."""
    return set(
        session.scalars(
            select(Signup.person_id)
            .join(Signup.occurrence)
            .where(
                Signup.person_id.in_(list(people)),
                Signup.status == SignupStatus.GOING,
                Occurrence.id != occurrence.id,
                Occurrence.status == OccurrenceStatus.PLANNED,
                Occurrence.starts_at < occurrence.ends_at,
                Occurrence.ends_at > occurrence.starts_at,
            )
        )
    )


def find_last_position(activity: Activity) -> int:
    """The highest position that a role has ever had, on any date of it; -1 without one."""
    highest = session.scalar(
        select(func.max(OccurrenceRole.position))
        .join(OccurrenceRole.occurrence)
        .where(Occurrence.activity_id == activity.id)
    )
    return -1 if highest is None else highest


def count_recent_places(team: Team, *, before: datetime) -> dict[int, int]:
    """How many places each person has had with the team in the four weeks before a moment."""
    rows = session.execute(
        select(Signup.person_id, func.count())
        .join(Signup.occurrence)
        .join(Occurrence.activity)
        .where(
            Activity.team_id == team.id,
            Signup.status == SignupStatus.GOING,
            Occurrence.starts_at >= before - timedelta(weeks=4),
            Occurrence.starts_at < before,
        )
        .group_by(Signup.person_id)
    ).all()
    return dict(rows)
