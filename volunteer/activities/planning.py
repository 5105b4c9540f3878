"""What a team does again and again, or once: its words, its roles, its dates on the calendar."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from volunteer.activities import (
    extending,
    filling,
    insurance,
    lead_notices,
    notices,
    queries,
    signups,
    single_date,
    swap_endings,
    waitlist,
)
from volunteer.activities.errors import AlreadyEnded, LeadsNothingNow
from volunteer.activities.models import (
    Activity,
    ActivityRole,
    DangerLevel,
    Occurrence,
    OccurrenceRole,
    RoleNeeds,
    WaitingStyle,
)
from volunteer.activities.recurrence import Rule, Series
from volunteer.audit import trail
from volunteer.core import clock, pressing
from volunteer.core.database import lock, session, transaction
from volunteer.core.news import News
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team
from volunteer.teams.queries import is_active_member

# A task is due in the last minute of its day.
DUE, DUE_UNTIL = time(23, 59), time(23, 59, 59)

# When it takes place, as write_rule() puts it down.
RULE_COLUMNS = (
    *("rule", "first_on", "last_on", "extra_days", "left_out_days"),
    *("is_task", "starts", "ends"),
)

# Kinds of work of an activity are called otherwise now: the old names, and the new ones.
work_renamed: News[[Activity, Mapping[str, str]]] = News()


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
    is_outdoors: bool = False
    is_service: bool = True
    danger: DangerLevel = DangerLevel.NONE
    waiting: Waiting = Waiting()


@dataclass(frozen=True)
class SeriesPlan:
    """An activity as it is planned: its words, its rule and wall time, its first day.

    A task has a last day each time and no hour: `starts` and `ends` are left out.
    """

    words: ActivityWords
    rule: Rule
    first_on: date
    starts: time = DUE
    ends: time = DUE_UNTIL
    last_on: date | None = None
    extra: Sequence[date] = ()
    left_out: Sequence[date] = ()
    is_task: bool = False

    @property
    def series(self) -> Series:
        """Which days it means. Raises NoDates or TooManyDates."""
        return Series(
            self.rule, self.first_on, self.last_on, tuple(self.extra), tuple(self.left_out)
        ).bounded()


def plan_series(team: Team, plan: SeriesPlan, *, by: Person) -> Activity:
    """A new activity, with its dates of the next twelve weeks on the calendar. Who leads it is told
    when somebody else has planned it.

    Pressed twice, it is one activity. Raises NoDates, TooManyDates, RiskNoteNeeded, InsuranceNeeded
    or LeadsNothingNow.
    """
    with transaction():
        hold_leader(plan.words)
        lock(team)
        lately = queries.list_planned_since(team, clock.now() - pressing.AGAIN_WITHIN)
        for planned in lately:
            if says(planned, plan):
                return planned
        activity = Activity(team=team, zone=team.zone)
        write_rule(activity, plan)
        write(activity, plan.words)
        session.add(activity)
        trail.record("activity.planned", activity, by=by, team=team, activity=activity.title)
        extending.extend(activity, today=team.today(clock.now()))
        lead_notices.tell_of_lead(activity, None, by=by)
        return activity


def says(activity: Activity, plan: SeriesPlan) -> bool:
    """Whether it is planned in these very words, for these very days and hours."""
    would_be = Activity()
    write_rule(would_be, plan)
    is_then = all(getattr(activity, name) == getattr(would_be, name) for name in RULE_COLUMNS)
    own, asked = words_of(activity), plan.words
    roles = [replace(role, position=None) for role in own.roles]
    asked_roles = [replace(role, position=None) for role in asked.roles]
    return is_then and replace(own, roles=roles) == replace(asked, roles=asked_roles)


def write_rule(activity: Activity, plan: SeriesPlan) -> None:
    """When it takes place from now on; what is on the calendar already is not touched."""
    series = plan.series
    activity.rule = str(plan.rule)
    activity.first_on, activity.last_on = series.first_on, series.last_on
    activity.extra_days = [day.isoformat() for day in sorted(plan.extra)]
    activity.left_out_days = [day.isoformat() for day in sorted(plan.left_out)]
    activity.is_task = plan.is_task
    activity.starts, activity.ends = plan.starts, plan.ends


def words_of(activity: Activity) -> ActivityWords:
    """What it says of itself now, as it would be put down again."""
    return ActivityWords(
        title=activity.title,
        place=activity.place,
        risk_note=activity.risk_note,
        roles=[
            RolePlan(role.name, role.minimum, role.maximum, role.position, role.needs)
            for role in activity.roles
        ],
        summary=activity.summary,
        protection_note=activity.protection_note,
        bring_note=activity.bring_note,
        leader_id=activity.leader_id,
        meeting_point=activity.meeting_point,
        is_outdoors=activity.is_outdoors,
        is_service=activity.is_service,
        danger=activity.danger_level,
        waiting=Waiting(activity.waiting_style, activity.answer_hours, activity.cutoff_hours),
    )


def write(activity: Activity, words: ActivityWords) -> None:
    """What it says of itself from now on; hold_leader() comes first. Raises LeadsNothingNow."""
    check_may_lead(activity, words.leader_id)
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
    activity.is_outdoors = words.is_outdoors
    activity.is_service = words.is_service
    activity.danger_level = words.danger
    activity.waiting_style = words.waiting.style
    activity.answer_hours = words.waiting.answer_hours
    activity.cutoff_hours = words.waiting.cutoff_hours
    were = {role.position: role.name for role in activity.roles}
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
    are = {role.position: role.name for role in activity.roles}
    renamed = {were[n]: name for n, name in are.items() if n in were and were[n] != name}
    if renamed:
        work_renamed.announce(activity, renamed)


def check_may_lead(activity: Activity, leader_id: int | None) -> None:
    """Who led before may go on; anybody else is an active member. Raises LeadsNothingNow."""
    if leader_id not in {None, activity.leader_id} and not is_active_member(
        activity.team, session.get(Person, leader_id)
    ):
        raise LeadsNothingNow


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


def change_words(
    activity: Activity, words: ActivityWords, *, by: Person, besides: Collection[int] = ()
) -> None:
    """Change what the activity says, on all coming dates that were not changed by hand.

    Roles are matched by their positions. More places let those waiting move up; places that
    are taken stay taken, and a role that goes keeps the dates on which somebody has it.
    Another place, or another one to meet at, is told to everybody concerned but the people of the
    numbers in `besides`, in one message each; who leads is told that they do, and who led before.
    The caller holds who is to lead: hold_leader(). Raises LeadsNothingNow.
    """
    with transaction():
        lock(activity)
        # Who waits where people met before misses the others as much as at another place.
        meets_elsewhere = activity.meeting_point != words.meeting_point
        led_by = activity.leader_id
        write(activity, words)
        moved = []
        trail.record(
            "activity.changed", activity, by=by, team=activity.team, activity=activity.title
        )
        for occurrence in in_order_of_locking(queries.list_coming(activity, after=clock.now())):
            lock(occurrence)
            is_elsewhere = not occurrence.is_changed and occurrence.place != activity.place
            if is_elsewhere:
                occurrence.place = activity.place
            # What is off stays so: a letter that says it must not become something older.
            if (is_elsewhere or meets_elsewhere) and not occurrence.is_cancelled:
                occurrence.revision += 1
                moved.append(occurrence.id)
            change_roles(occurrence, activity.roles, by=by)
            session.flush()
            waitlist.promote(occurrence)
        tell_of_dates(notices.ACTIVITY_MOVED, activity, moved, besides=besides)
        lead_notices.tell_of_lead(activity, led_by, by=by)


def tell_of_dates(
    kind: str, activity: Activity, numbers: Sequence[int], *, besides: Collection[int] = ()
) -> None:
    """One message to each person whom these dates concern, but for those of these numbers; to
    nobody when there are none."""
    if numbers:
        activity.revision += 1
        session.flush()
        notices.tell_of_dates(kind, activity, queries.list_dates(numbers), besides=besides)


def hold_leader(words: ActivityWords) -> None:
    """Who is to lead, before the activity, as everywhere: who leaves at this moment gives the lead
    back, or is found to have left."""
    if words.leader_id is not None:
        lock(session.get_one(Person, words.leader_id))


def hold(activity: Activity) -> None:
    """The series and all its coming dates, before anybody decides by what stands on them: who takes
    a place at this moment, moves a date or cancels it, is seen, or waits."""
    lock(activity)
    filling.hold_coming(activity)


def in_order_of_locking(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Several dates are locked in the order of their numbers, so that nobody waits in a ring."""
    return sorted(occurrences, key=lambda occurrence: occurrence.id)


def change_roles(occurrence: Occurrence, wanted: Sequence[ActivityRole], *, by: Person) -> None:
    """The work of the plan, on this date. What it has no more is taken away; or closed while
    somebody has a place in it, or could still say that they come to it after all."""
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
        for signup in left.waiting:
            signups.release(signup, by=by)
        if left.going or any(signup.role_id == left.id for signup in occurrence.excused):
            left.is_closed, left.minimum = True, 0
            left.maximum = max(1, len(left.going))
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
                was_changed = occurrence.is_changed
                single_date.call_off(occurrence, "", by)
                # Not by hand: whoever takes the activity up again has its dates back.
                occurrence.is_changed = was_changed
                cancelled.append(occurrence)
        swap_endings.end_offers(cancelled, by=by)
        tell_of_dates(notices.ACTIVITY_ENDED, activity, [o.id for o in cancelled])
        return len(cancelled)


def end_all_of(team: Team, by: Person) -> None:
    """Nobody is in the team any more. All that it does is held by now (standing.hold_all)."""
    today = team.today(clock.now())
    for activity in queries.list_activities(team):
        if not activity.has_ended(today):
            end(activity, by=by)


def release_lead(membership: Membership, by: Person) -> None:
    """Who pauses or leaves leads nothing in the team any more; somebody else has to be found, and
    the coordinators are told so."""
    with transaction():
        left = []
        for activity in queries.list_led_by(membership.person, membership.team_id):
            lock(activity)
            if activity.is_led_by(membership.person):
                activity.leader = None
                left.append(activity)
                trail.record("activity.leader_left", activity, by=by, person=membership.person,
                             team=activity.team, activity=activity.title)  # fmt: skip
        lead_notices.tell_that_nobody_leads(left, membership, by=by)
