"""Finding activities, dates and sign-ups. Each loads what its page shows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from volunteer.activities.models import (
    Activity,
    ActivityPause,
    Attendance,
    Guardian,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import all_of, any_of, one_or_not_found, row_number, session
from volunteer.people import queries as people_queries
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import Consent, ConsentScope, Person
from volunteer.teams.models import SERVICE_KEPT, Team

ACTIVE = (SignupStatus.GOING, SignupStatus.WAITING)
# So long a place on a date that is over says whose it was, for who did not come.
PLACES_KEPT = timedelta(days=365)


def with_people() -> tuple[_AbstractLoad, ...]:
    """Everything that a seat bar and its names show, in two further queries.

    Withdrawn sign-ups come along: a collection that was loaded in part would be
    taken for the whole by the rules.
    """
    return (*with_places(), selectinload(Occurrence.signups).joinedload(Signup.person))


def with_places() -> tuple[_AbstractLoad, ...]:
    """The same for who asks whose a place is by number, and reads nobody's name."""
    return (selectinload(Occurrence.roles), selectinload(Occurrence.signups))


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
        .where(Activity.id == row_number(activity_id))
        .options(selectinload(Activity.roles), joinedload(Activity.leader))
    )


def load_activities(numbers: Iterable[int]) -> Sequence[Activity]:
    return all_of(
        select(Activity).where(Activity.id.in_(set(numbers))).options(joinedload(Activity.leader))
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
    entered_by = selectinload(Occurrence.signups).options(
        joinedload(Signup.by), joinedload(Signup.confirmation)
    )
    return one_or_not_found(
        dates()
        .where(Occurrence.id == row_number(occurrence_id))
        .options(*with_people(), entered_by)
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
        .where(Signup.id == row_number(signup_id))
        .options(joinedload(Signup.person), joinedload(Signup.role), joinedload(Signup.occurrence))
    )


def list_coming_of(person_id: int, team_id: int, *, after: datetime) -> Sequence[Signup]:
    """Their places on the team's dates after this moment, the queue included, in the order in
    which dates are locked."""
    return all_of(
        select(Signup)
        .join(Signup.occurrence)
        .join(Occurrence.activity)
        .where(
            Signup.person_id == person_id,
            Signup.status != SignupStatus.WITHDRAWN,
            Activity.team_id == team_id,
            Occurrence.starts_at > after,
        )
        .order_by(Signup.occurrence_id)
    )


def list_promised_of(
    people: Iterable[int], first: date, last: date, *, after: datetime, also_off: bool = False
) -> Sequence[Signup]:
    """The places of these people on dates from this day to that one that begin after this moment,
    in all their teams, the queue included, in the order in which dates are locked. `also_off`: on
    cancelled dates, too."""
    meant = list(OccurrenceStatus) if also_off else [OccurrenceStatus.PLANNED]
    return all_of(
        select(Signup)
        .join(Signup.occurrence)
        .where(
            Signup.person_id.in_(list(people)),
            Signup.status.in_(ACTIVE),
            Occurrence.status.in_(meant),
            Occurrence.starts_at > after,
            Occurrence.wall_starts >= datetime.combine(first, time.min),
            Occurrence.wall_starts < datetime.combine(last + timedelta(days=1), time.min),
        )
        .options(
            joinedload(Signup.role),
            contains_eager(Signup.occurrence).joinedload(Occurrence.activity),
        )
        .order_by(Signup.occurrence_id)
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
    return all_of(between([team], first, before).options(*with_people()))


def list_not_over(team: Team, *, now: datetime, before: datetime) -> Sequence[Occurrence]:
    """The same of those that go on at this moment, and of all that begin until then."""
    # None lasts longer than a day.
    soon = between([team], now - timedelta(days=1), before)
    return all_of(soon.where(Occurrence.ends_at > now).options(*with_people()))


def list_of_teams_between(
    teams: Iterable[Team], *, first: datetime, before: datetime
) -> Sequence[Occurrence]:
    """The same of all these teams, without the people."""
    return all_of(between(teams, first, before).options(*with_places()))


def between(teams: Iterable[Team], first: datetime, before: datetime) -> Select[Occurrence]:
    return dates().where(
        Activity.team_id.in_([team.id for team in teams]),
        Occurrence.starts_at >= first,
        Occurrence.starts_at < before,
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


def find_summary(occurrence_id: int) -> str:
    """What is done on this date, in a sentence; nothing when nobody has written it."""
    summary = (
        select(Activity.summary)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(Occurrence.id == occurrence_id)
    )
    return session.scalar(summary) or ""


def list_coming(activity: Activity, *, after: datetime) -> Sequence[Occurrence]:
    return all_of(
        dates()
        .where(Occurrence.activity_id == activity.id, Occurrence.starts_at > after)
        .options(*with_people())
    )


def list_planned_since(team: Team, since: datetime) -> Sequence[Activity]:
    """What the team has put on its calendar since then, with the kinds of work."""
    return all_of(
        select(Activity)
        .where(Activity.team_id == team.id, Activity.created_at > since)
        .options(selectinload(Activity.roles))
        .order_by(Activity.id)
    )


def list_begun_days(activity: Activity, *, before: datetime) -> set[date]:
    """The days of the rule whose dates have begun, wherever they were moved."""
    return set(
        session.scalars(
            select(Occurrence.planned_on).where(
                Occurrence.activity_id == activity.id, Occurrence.starts_at <= before
            )
        )
    )


def list_led_by(person: Person, team_id: int) -> Sequence[Activity]:
    """What this person leads in the team, in the order in which activities are locked."""
    return all_of(
        select(Activity)
        .where(Activity.leader_id == person.id, Activity.team_id == team_id)
        .order_by(Activity.id)
    )


def find_busy(occurrence: Occurrence, people: Iterable[int]) -> set[int]:
    """Which of these people have a place on another date that overlaps this one; a task never
    does."""
    if occurrence.is_task:
        return set()
    return set(
        session.scalars(
            select(Signup.person_id)
            .join(Signup.occurrence)
            .join(Occurrence.activity)
            .where(
                ~Activity.is_task,
                Signup.person_id.in_(list(people)),
                Signup.status == SignupStatus.GOING,
                Occurrence.id != occurrence.id,
                Occurrence.status == OccurrenceStatus.PLANNED,
                Occurrence.starts_at < occurrence.ends_at,
                Occurrence.ends_at > occurrence.starts_at,
            )
        )
    )


def who_agreed(people: Iterable[int], scope: ConsentScope, day: date) -> set[int]:
    """Which of these people have agreed to this for that day."""
    agreeing = people_queries.who_agrees(scope, day)
    return set(session.scalars(agreeing.where(Consent.person_id.in_(list(people)))))


def list_guardians(people: Iterable[int], teams: Iterable[int]) -> Sequence[Guardian]:
    """Who answers for these children in these teams."""
    return all_of(
        select(Guardian).where(
            Guardian.person_id.in_(list(people)), Guardian.team_id.in_(list(teams))
        )
    )


def list_with_held_places(*, until: datetime) -> Sequence[Occurrence]:
    """Dates on which somebody was asked, and should have answered by this moment."""
    return all_of(
        dates()
        .where(Occurrence.id.in_(select(Signup.occurrence_id).where(Signup.answer_by <= until)))
        .order_by(None)
        .order_by(Occurrence.id)
        .options(*with_people())
    )


def list_with_waiting(*, after: datetime, before: datetime) -> Sequence[Occurrence]:
    """Dates that begin in this time and for which somebody waits."""
    return all_of(
        dates()
        .where(
            Occurrence.starts_at > after,
            Occurrence.starts_at <= before,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.id.in_(
                select(Signup.occurrence_id).where(Signup.status == SignupStatus.WAITING)
            ),
        )
        .options(*with_people())
    )


def list_places_elsewhere(
    people: Iterable[int], *, besides: Iterable[int], after: datetime
) -> dict[int, list[tuple[datetime, datetime]]]:
    """When these people have a place after this moment, on dates besides those of the numbers;
    tasks are done at an hour of one's own."""
    rows = session.execute(
        select(Signup.person_id, Occurrence.starts_at, Occurrence.ends_at)
        .join(Signup.occurrence)
        .join(Occurrence.activity)
        .where(
            ~Activity.is_task,
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


def counts_on(now: datetime) -> ColumnElement[bool]:
    """A condition on people: who came within the years for which that is kept, has a place on a
    date of this year, or answers for a child whom we still know."""
    came = (
        select(Attendance.id)
        .join(Attendance.occurrence)
        .where(Attendance.person_id == Person.id, Occurrence.ends_at > now - SERVICE_KEPT)
    )
    comes = (
        select(Signup.id)
        .join(Signup.occurrence)
        .where(
            Signup.person_id == Person.id,
            Signup.status.in_(ACTIVE),
            Occurrence.ends_at > now - PLACES_KEPT,
        )
    )
    child = aliased(Person)
    answers = (
        select(Guardian.id)
        .join(child, child.id == Guardian.person_id)
        .where(Guardian.guardian_id == Person.id, child.name != NAMELESS)
    )
    return or_(any_of(came), any_of(comes), any_of(answers))
