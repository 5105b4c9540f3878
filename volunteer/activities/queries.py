"""Finding activities, dates and sign-ups. Each loads what its page shows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from volunteer.activities.models import (
    Activity,
    ActivityPause,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.people.models import Person
from volunteer.teams.models import Membership, MembershipStatus, Team

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


def get_pause(pause_id: int) -> ActivityPause:
    return one_or_not_found(
        select(ActivityPause)
        .where(ActivityPause.id == pause_id)
        .options(joinedload(ActivityPause.activity))
    )


def forget_pause(rest: ActivityPause) -> None:
    """No date says any more that this pause cancelled it."""
    session.execute(update(Occurrence).where(Occurrence.pause_id == rest.id).values(pause_id=None))


def get_occurrence(occurrence_id: int) -> Occurrence:
    entered_by = selectinload(Occurrence.signups).joinedload(Signup.by)
    return one_or_not_found(
        dates().where(Occurrence.id == occurrence_id).options(*with_people(), entered_by)
    )


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
    """All that the team does, as it was planned, newest last."""
    return all_of(
        select(Activity)
        .where(Activity.team_id == team.id)
        .options(selectinload(Activity.roles), selectinload(Activity.pauses))
        .order_by(Activity.last_on.is_not(None), Activity.id)
    )


def list_short(horizon: date, *, after: int, limit: int) -> Sequence[int]:
    """The numbers of activities whose dates are not on the calendar up to this day, each after
    the given number, in the order in which they are held."""
    return session.scalars(
        select(Activity.id)
        .where(
            Activity.id > after,
            (Activity.planned_until < horizon) | Activity.planned_until.is_(None),
            Activity.last_on.is_(None)
            | Activity.planned_until.is_(None)
            | (Activity.planned_until < Activity.last_on),
        )
        .order_by(Activity.id)
        .limit(limit)
    ).all()


def hold_activities(numbers: Iterable[int]) -> Sequence[Activity]:
    """These activities without their teams, held until the transaction ends."""
    return all_of(
        select(Activity)
        .where(Activity.id.in_(list(numbers)))
        .order_by(Activity.id)
        .options(lazyload(Activity.team), selectinload(Activity.pauses))
        .with_for_update(key_share=True, of=Activity)
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


def list_undecided(team: Team, days: Iterable[date], *, after: datetime) -> Sequence[Occurrence]:
    """The team's dates on these days that take place and of which nobody has said whether they
    should, soonest first."""
    midnights = [datetime.combine(day, time()) for day in days]
    on_one = [
        (Occurrence.wall_starts >= midnight)
        & (Occurrence.wall_starts < midnight + timedelta(days=1))
        for midnight in midnights
    ]
    return all_of(
        dates().where(
            Activity.team_id == team.id,
            Occurrence.starts_at > after,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.holiday_answer.is_(None),
            or_(*on_one),
        )
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


def list_signups_of(person: Person, *, after: datetime, before: datetime) -> Sequence[Signup]:
    """The person's places and places in queues on dates that end in this time, soonest first."""
    return all_of(
        select(Signup)
        .join(Signup.occurrence)
        .where(
            Signup.person_id == person.id,
            Signup.status.in_(ACTIVE),
            Occurrence.ends_at > after,
            Occurrence.starts_at < before,
        )
        .options(
            contains_eager(Signup.occurrence).options(
                joinedload(Occurrence.activity).options(
                    joinedload(Activity.leader), joinedload(Activity.team)
                ),
                *with_people(),
            )
        )
        .order_by(Occurrence.starts_at)
    )


def list_open_for(person: Person, *, after: datetime, before: datetime) -> Sequence[Occurrence]:
    """Dates in the person's teams that take place in this time; which suit, says fitting.py."""
    return all_of(
        dates()
        .join(
            Membership,
            (Membership.team_id == Activity.team_id)
            & (Membership.person_id == person.id)
            & (Membership.status == MembershipStatus.ACTIVE),
        )
        .where(
            Occurrence.starts_at > after,
            Occurrence.starts_at < before,
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
        .options(*with_people())
    )


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


def list_places_elsewhere(
    people: Iterable[int], *, besides: Iterable[int], after: datetime
) -> dict[int, list[tuple[datetime, datetime]]]:
    """When these people have a place after this moment, on dates besides those of the numbers."""
    rows = session.execute(
        select(Signup.person_id, Occurrence.starts_at, Occurrence.ends_at)
        .join(Signup.occurrence)
        .where(
            Signup.person_id.in_(list(people)),
            Signup.status == SignupStatus.GOING,
            Occurrence.id.not_in(list(besides)),
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at > after,
        )
    )
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for person_id, starts_at, ends_at in rows:
        found.setdefault(person_id, []).append((starts_at, ends_at))
    return found


def find_unused(numbers: Iterable[int]) -> set[int]:
    """Which of these dates no row of any table speaks of, but for their own roles."""
    unused = select(Occurrence.id).where(Occurrence.id.in_(list(numbers)))
    for table in Occurrence.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table is Occurrence.__table__ and table is not OccurrenceRole.__table__:
                unused = unused.where(~exists().where(key.parent == Occurrence.id))
    return set(session.scalars(unused))


def delete_dates(numbers: Iterable[int]) -> None:
    """Take dates off the calendar that nobody has anything to do with, and their roles."""
    numbers = list(numbers)
    session.execute(delete(OccurrenceRole).where(OccurrenceRole.occurrence_id.in_(numbers)))
    session.execute(delete(Occurrence).where(Occurrence.id.in_(numbers)))
    session.expire_all()


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
