"""Which times of reminding hold for a team, an activity and a kind of work; and setting them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from volunteer.activities.models import Activity
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.people.models import Person
from volunteer.reminders.models import Offset, ReminderPlan
from volunteer.teams.models import Team

# What holds while nobody has said anything: two days before, and the evening before.
USUAL = (Offset(2, time(18)), Offset(1, time(18)))
USUAL_WATCH_DAYS = 3


@dataclass(frozen=True)
class Times:
    """What holds for one kind of work: the times, and since when they were set."""

    offsets: Sequence[Offset]
    set_at: datetime | None = None


@dataclass(frozen=True)
class TeamSays:
    """What a team says for all its dates, on one page."""

    offsets: Sequence[Offset]
    own_line: str
    watch_days: int


@dataclass(frozen=True)
class Plans:
    """The plans of some teams, looked up once: (team, activity or None, work) to plan."""

    by_level: dict[tuple[int, int | None, str], ReminderPlan]

    def of_team(self, team_id: int) -> ReminderPlan | None:
        return self.by_level.get((team_id, None, ""))

    def of_level(self, team_id: int, activity_id: int, work: str = "") -> ReminderPlan | None:
        plan = self.by_level.get((team_id, activity_id, work))
        return None if plan is None or plan.is_taken_back else plan

    def times(self, team_id: int, activity_id: int | None = None, work: str = "") -> Times:
        """The nearest level that says something: the work, the activity, the team, the usual; and
        since when it is the nearest."""
        since: list[datetime] = []
        for level in ((activity_id, work), (activity_id, ""), (None, "")):
            plan = self.by_level.get((team_id, *level))
            if plan is not None:
                since.append(plan.set_at)
                if not plan.is_taken_back:
                    return Times(plan.offsets, max(since))
        return Times(USUAL, max(since, default=None))

    def own_line(self, team_id: int) -> str:
        plan = self.of_team(team_id)
        return plan.own_line if plan else ""

    def watch_days(self, team_id: int) -> int:
        plan = self.of_team(team_id)
        return plan.watch_days if plan else USUAL_WATCH_DAYS

    @property
    def most_days(self) -> int:
        """The longest before a date that anybody is reminded."""
        return max(
            [o.days for o in USUAL] + [o.days for p in self.by_level.values() for o in p.offsets]
        )


def look_up(teams: Collection[int] | None = None) -> Plans:
    """The plans of these teams, or of all, in one query."""
    query = select(ReminderPlan)
    if teams is not None:
        query = query.where(ReminderPlan.team_id.in_(teams))
    return Plans({(p.team_id, p.activity_id, p.role_name): p for p in all_of(query)})


def for_team(team: Team) -> TeamSays:
    """What the team says, or what holds while it has said nothing."""
    known = look_up([team.id])
    return TeamSays(
        in_order(known.times(team.id).offsets), known.own_line(team.id), known.watch_days(team.id)
    )


def set_for_team(
    team: Team,
    offsets: Sequence[Offset],
    *,
    own_line: str,
    watch_days: int,
    by: Person,
    seen: str | None = None,
) -> None:
    """When this team reminds of all its dates, its own sentence, and how long before a date that
    lacks people members are asked. `seen`: the mark of what their page showed of for_team().
    Raises ChangedMeanwhile."""
    with transaction():
        lock(team)
        check_unchanged(seen, for_team(team), TeamSays(in_order(offsets), own_line, watch_days))
        plan = plan_at(team.id, None, "")
        write_times(plan, offsets)
        plan.own_line, plan.watch_days = own_line, watch_days
        trail.record("team.reminders_set", team, by=by, team=team, times=plan.times,
                     watch_days=watch_days)  # fmt: skip


def for_activity(activity: Activity, work: str = "") -> list[Offset] | None:
    """Times of this activity alone, or of one kind of its work; None: as the level above says."""
    plan = look_up([activity.team_id]).of_level(activity.team_id, activity.id, work)
    return None if plan is None else in_order(plan.offsets)


def set_for_activity(
    activity: Activity,
    offsets: Sequence[Offset] | None,
    *,
    work: str = "",
    by: Person,
    seen: str | None = None,
) -> None:
    """Times of this activity alone, or of one kind of its work; None: as the level above says.

    `seen`: the mark of what their page showed of for_activity(). Raises ChangedMeanwhile.
    """
    with transaction():
        lock(activity)
        wanted = None if offsets is None else in_order(offsets)
        check_unchanged(seen, for_activity(activity, work), wanted)
        if offsets is None:
            forget(activity, work)
        else:
            write_times(plan_at(activity.team_id, activity.id, work), offsets)
        trail.record("activity.reminders_set", activity, by=by, team=activity.team,
                     activity=activity.title, work=work,
                     times=None if offsets is None else list(map(str, offsets)))  # fmt: skip


def go_on_in(old: Activity, new: Activity, _day: date) -> None:
    """A series was parted: the new one reminds at the times of the old one."""
    session.add_all(alike(plan, new, plan.role_name) for plan in plans_of(old))


def rename_work(activity: Activity, renamed: Mapping[str, str]) -> None:
    """Kinds of work are called otherwise now: each keeps its times, and what stood under its new
    name goes. Two may have changed names, so all go before they come again."""
    known = plans_of(activity)
    again = [alike(p, activity, renamed[p.role_name]) for p in known if p.role_name in renamed]
    for plan in known:
        if plan.role_name in {*renamed, *renamed.values()}:
            session.delete(plan)
    session.flush()
    session.add_all(again)


def plans_of(activity: Activity) -> list[ReminderPlan]:
    """Those of the activity itself and of its kinds of work."""
    known = look_up([activity.team_id]).by_level.values()
    return [plan for plan in known if plan.activity_id == activity.id]


def alike(plan: ReminderPlan, activity: Activity, work: str) -> ReminderPlan:
    return ReminderPlan(
        team_id=plan.team_id,
        activity_id=activity.id,
        role_name=work,
        times=plan.times,
        own_line=plan.own_line,
        watch_days=plan.watch_days,
        set_at=plan.set_at,
        is_taken_back=plan.is_taken_back,
    )


def plan_at(team_id: int, activity_id: int | None, work: str) -> ReminderPlan:
    plan = look_up([team_id]).by_level.get((team_id, activity_id, work))
    if plan is None:
        plan = ReminderPlan(
            team_id=team_id,
            activity_id=activity_id,
            role_name=work,
            times=list(map(str, USUAL)),
            own_line="",
            watch_days=USUAL_WATCH_DAYS,
            set_at=clock.now(),
        )
        session.add(plan)
    return plan


def write_times(plan: ReminderPlan, offsets: Sequence[Offset]) -> None:
    """Times that stay as they are go on counting from when they were set."""
    times = [str(offset) for offset in in_order(offsets)]
    if times != plan.times or plan.is_taken_back:
        plan.times, plan.set_at = times, clock.now()
    plan.is_taken_back = False


def in_order(offsets: Sequence[Offset]) -> list[Offset]:
    """Each once, the longest before first."""
    return sorted(set(offsets), key=lambda o: (-o.days, o.at))


def forget(activity: Activity, work: str) -> None:
    plan = look_up([activity.team_id]).of_level(activity.team_id, activity.id, work)
    if plan is not None:
        plan.times, plan.set_at, plan.is_taken_back = [], clock.now(), True
