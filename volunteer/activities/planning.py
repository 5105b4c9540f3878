"""What a team does every week: its words, its roles, and its dates on the calendar."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select

from volunteer.activities import insurance, notices, queries, recurrence, single_date, waitlist
from volunteer.activities.errors import AlreadyEnded
from volunteer.activities.models import (
    Activity,
    ActivityRole,
    DangerLevel,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    RoleNeeds,
    WaitingStyle,
)
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, insert_into, lock, session, transaction
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team

ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class RolePlan:
    """A kind of work; `position` names the role that it changes, a new one has none."""

    name: str
    minimum: int
    maximum: int
    position: int | None = None
    needs: RoleNeeds = field(default_factory=RoleNeeds)


@dataclass(frozen=True)
class Waiting:
    """Who gets a place that comes free, and until when by itself."""

    style: WaitingStyle = WaitingStyle.IN_LINE
    answer_hours: int = 2
    cutoff_hours: int = 0


@dataclass(frozen=True)
class ActivityWords:
    """What an activity says of itself; may change at any time."""

    title: str
    place: str
    risk_note: str
    roles: Sequence[RolePlan]
    summary: str = ""
    protection_note: str = ""
    bring_note: str = ""
    leader_id: int | None = None
    meeting_point: str = ""
    danger: DangerLevel = DangerLevel.NONE
    waiting: Waiting = Waiting()


@dataclass(frozen=True)
class WeeklyPlan:
    """An activity of every week: its words, its weekday and wall time, its first day."""

    words: ActivityWords
    weekday: int
    starts: time
    ends: time
    first_on: date
    last_on: date | None = None


def plan_weekly(team: Team, plan: WeeklyPlan, *, by: Person) -> Activity:
    """A new weekly activity, with its dates of the next twelve weeks on the calendar.

    Raises RiskNoteNeeded or InsuranceNeeded.
    """
    with transaction():
        activity = Activity(
            team=team,
            weekday=plan.weekday,
            starts=plan.starts,
            ends=plan.ends,
            zone=team.zone,
            first_on=plan.first_on,
            last_on=plan.last_on,
        )
        write(activity, plan.words)
        session.add(activity)
        trail.record("activity.planned", activity, by=by, team=team, activity=activity.title)
        extend(activity, today=team.today(clock.now()))
        return activity


def write(activity: Activity, words: ActivityWords) -> None:
    today = activity.team.today(clock.now())
    insurance.check_publishable(activity.team, words.danger, words.risk_note, today=today)
    activity.title = words.title
    activity.place = words.place
    activity.summary = words.summary
    activity.risk_note = words.risk_note
    activity.protection_note = words.protection_note
    activity.bring_note = words.bring_note
    activity.leader_id = words.leader_id
    activity.meeting_point = words.meeting_point
    activity.danger_level = words.danger
    activity.waiting_style = words.waiting.style
    activity.answer_hours = words.waiting.answer_hours
    activity.cutoff_hours = words.waiting.cutoff_hours
    activity.roles = [
        ActivityRole(
            position=position,
            name=role.name,
            minimum=role.minimum,
            maximum=role.maximum,
            needs=role.needs,
        )
        for position, role in numbered(activity, words.roles)
    ]


def numbered(activity: Activity, roles: Sequence[RolePlan]) -> list[tuple[int, RolePlan]]:
    """Each role with its position: its own, or the next that nobody has had on any date.

    A position that was another role's would give that role's people other work.
    """
    own = {role.position for role in activity.roles}
    last = max(own, default=-1)
    if activity.id is not None:
        last = max(last, queries.find_last_position(activity))
    placed = []
    for role in roles:
        if role.position is not None and role.position in own:
            own.remove(role.position)
            placed.append((role.position, role))
        else:
            last += 1
            placed.append((last, role))
    return placed


def extend_all(now: datetime) -> int:
    """Put the dates of the next twelve weeks on every calendar that lacks them; answers how many.

    Running it again, or in two processes at once, adds nothing.
    """
    # A day more than the window: somewhere it is tomorrow already.
    horizon = now.date() + recurrence.WINDOW + timedelta(days=1)
    short = all_of(
        select(Activity)
        .where(
            (Activity.planned_until < horizon) | Activity.planned_until.is_(None),
            (Activity.last_on.is_(None)) | (Activity.planned_until < Activity.last_on),
        )
        .order_by(Activity.id)
    )
    with transaction():
        return sum(extend(activity, today=now.date() + timedelta(days=1)) for activity in short)


def extend(activity: Activity, *, today: date) -> int:
    """Put the missing dates of one activity on the calendar, up to twelve weeks from today."""
    with transaction():
        session.flush()
        lock(activity)
        until = today + recurrence.WINDOW
        if activity.last_on is not None:
            until = min(until, activity.last_on)
        # What is over or has begun already stays empty.
        first = max(activity.first_on, today)
        if activity.planned_until is not None:
            first = max(first, activity.planned_until + timedelta(days=1))
        added = insert_dates(
            activity,
            [
                row
                for day in recurrence.days(activity.weekday, first=first, last=until)
                if (row := date_row(activity, day))["starts_at"] > clock.now()
            ],
        )
        activity.planned_until = max(until, activity.planned_until or until)
        return added


def date_row(activity: Activity, day: date) -> dict[str, Any]:
    span = recurrence.span(day, activity.starts, activity.ends, activity.zone)
    return {
        "activity_id": activity.id,
        "planned_on": day,
        "wall_starts": span.wall_starts,
        "wall_ends": span.wall_ends,
        "starts_at": span.starts_at,
        "ends_at": span.ends_at,
        "place": activity.place,
        "status": OccurrenceStatus.PLANNED,
        "is_changed": False,
        "revision": 0,
        "change_note": "",
    }


def insert_dates(activity: Activity, rows: Sequence[dict[str, Any]]) -> int:
    """Insert the dates that are not there, each with the activity's roles."""
    added: list[int] = []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        statement = insert_into(Occurrence).on_conflict_do_nothing().returning(Occurrence.id)
        added += session.scalars(statement.values(rows[start : start + ROWS_AT_ONCE])).all()
    roles = [
        {
            "occurrence_id": number,
            "position": role.position,
            "name": role.name,
            "minimum": role.minimum,
            "maximum": role.maximum,
            **asdict(role.needs),
        }
        for number in added
        for role in activity.roles
    ]
    if roles:
        session.execute(insert(OccurrenceRole), roles)
    return len(added)


def change_words(activity: Activity, words: ActivityWords, *, by: Person) -> None:
    """Change what the activity says, on all coming dates that were not changed by hand.

    Roles are matched by their positions. More places let those waiting move up; places that
    are taken stay taken, and a role that goes keeps the dates on which somebody has it.
    Another place is told to everybody concerned, in one message each.
    """
    with transaction():
        lock(activity)
        write(activity, words)
        moved = []
        trail.record(
            "activity.changed", activity, by=by, team=activity.team, activity=activity.title
        )
        for occurrence in in_order_of_locking(queries.list_coming(activity, after=clock.now())):
            lock(occurrence)
            if not occurrence.is_changed and occurrence.place != activity.place:
                occurrence.place = activity.place
                if not occurrence.is_cancelled:
                    moved.append(occurrence.id)
            change_roles(occurrence, activity.roles)
            session.flush()
            waitlist.promote(occurrence)
        tell_of_dates(notices.ACTIVITY_MOVED, activity, moved)


def tell_of_dates(kind: str, activity: Activity, numbers: Sequence[int]) -> None:
    """One message to each person whom these dates concern; to nobody when there are none."""
    if numbers:
        activity.revision += 1
        session.flush()
        notices.tell_of_dates(kind, activity, queries.list_dates(numbers))


def in_order_of_locking(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Several dates are locked in the order of their numbers, so that nobody waits in a ring."""
    return sorted(occurrences, key=lambda occurrence: occurrence.id)


def change_roles(occurrence: Occurrence, wanted: Sequence[ActivityRole]) -> None:
    have = {role.position: role for role in occurrence.roles}
    kept = []
    for role in wanted:
        own = have.pop(role.position, None)
        if own is None:
            own = OccurrenceRole(position=role.position)
            occurrence.roles.append(own)
        own.name, own.minimum, own.maximum = role.name, role.minimum, role.maximum
        own.needs = role.needs
        kept.append(own)
    for left in have.values():
        if left.going or left.waiting:
            # Who has it keeps it, and it takes nobody more.
            left.minimum, left.maximum = 0, max(1, len(left.going))
        else:
            remove_role(occurrence, left, heir=kept[0])


def remove_role(occurrence: Occurrence, role: OccurrenceRole, *, heir: OccurrenceRole) -> None:
    """Take away a role that nobody has; places in it that were given back move to another."""
    for signup in occurrence.signups:
        if signup.role_id == role.id:
            signup.role = heir
    occurrence.roles.remove(role)
    session.delete(role)


def end(activity: Activity, *, by: Person) -> int:
    """No dates from today on: the coming ones are cancelled, and their people told in one message
    each.

    Answers how many were cancelled. Raises AlreadyEnded.
    """
    with transaction():
        lock(activity)
        now = clock.now()
        today = activity.team.today(now)
        if activity.has_ended(today):
            raise AlreadyEnded
        activity.last_on = today - timedelta(days=1)
        trail.record("activity.ended", activity, by=by, team=activity.team, activity=activity.title)
        cancelled = []
        for occurrence in in_order_of_locking(queries.list_coming(activity, after=now)):
            lock(occurrence)
            if occurrence.is_open(now):
                single_date.call_off(occurrence, "", by)
                cancelled.append(occurrence.id)
        tell_of_dates(notices.ACTIVITY_ENDED, activity, cancelled)
        return len(cancelled)


def release_lead(membership: Membership, by: Person) -> None:
    """Who pauses or leaves leads nothing in the team any more; somebody else has to be found."""
    with transaction():
        for activity in queries.list_led_by(membership.person, membership.team_id):
            lock(activity)
            if activity.is_led_by(membership.person):
                activity.leader = None
                trail.record("activity.leader_left", activity, by=by, person=membership.person,
                             team=activity.team, activity=activity.title)  # fmt: skip
