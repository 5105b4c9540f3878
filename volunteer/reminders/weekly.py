"""When the weekly message is due, and planning it: once for each active member and group."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import Select, or_, select

from volunteer.core import clock
from volunteer.core.bulk import insert_into
from volunteer.core.database import session, transaction
from volunteer.notifications import addressees, groups, outbox
from volunteer.notifications.addressees import Addressee, AddresseeRow
from volunteer.reminders import timing
from volunteer.reminders.models import WeeklyRun
from volunteer.reminders.week_ahead import WEEK_AHEAD
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, MembershipStatus, Team

TEAMS_AT_ONCE = 100


@dataclass(frozen=True)
class DueTeam:
    """A team whose message is to be planned: when it fell due, and its first day."""

    id: int
    due_at: datetime
    first: date

    @cached_property
    def what_and_when(self) -> dict[str, Any]:
        """What is the same in all of the team's messages."""
        return {
            "key": f"{self.id}:{self.first}",
            "due_at": self.due_at,
            "expires_at": self.due_at + timing.USEFUL_FOR,
            "about": {"team_id": self.id, "first_day": self.first.isoformat()},
        }


def plan_due(now: datetime) -> int:
    """Plan the messages of every team whose time has come; answers how many were new.

    Late is caught up: the latest due moment counts, however long ago. Running it again,
    or in two processes at once, plans nothing twice.
    """
    due = find_due(now)
    # Some teams at a time: while a transaction writes, SQLite lets nobody else write.
    return sum(
        plan_together(due[start : start + TEAMS_AT_ONCE])
        for start in range(0, len(due), TEAMS_AT_ONCE)
    )


def find_due(now: datetime) -> list[DueTeam]:
    """The teams whose time has come and whose run was not planned yet, in two statements."""
    done = {
        (team_id, first)
        for team_id, first in session.execute(
            select(WeeklyRun.team_id, WeeklyRun.first_day).where(
                WeeklyRun.due_at > now - timedelta(days=15)
            )
        )
    }
    # Many teams share a day and an hour; when that is due is worked out once.
    fell_due = lru_cache(maxsize=None)(partial(last_due, now=now))
    due = []
    for team_id, set_at, zone, weekday, at in session.execute(
        select(
            Team.id,
            Team.reminder_set_at,
            Team.zone,
            Team.reminder_weekday,
            Team.reminder_time,
        ).order_by(Team.id)
    ):
        due_at, first = fell_due(zone, weekday, at)
        if due_at >= set_at and (team_id, first) not in done:
            due.append(DueTeam(team_id, due_at, first))
    return due


def last_due(zone: str, weekday: int, at: time, *, now: datetime) -> tuple[datetime, date]:
    """When a team with this timetable last had its message due, and that message's first day."""
    anyone = Team(zone=zone, reminder_weekday=weekday, reminder_time=at)
    due = timing.last_due(anyone, now)
    return due, timing.first_day(anyone, due)


def plan(team: Team, due: datetime) -> int:
    """The messages of this team that fell due then; answers how many were new."""
    return plan_together([DueTeam(team.id, due, timing.first_day(team, due))])


def plan_together(teams: Sequence[DueTeam]) -> int:
    """One message for each member who was in their team, and not pausing, when it fell due.

    However many teams and members: one question for the members, some statements that insert.
    """
    by_number = {team.id: team for team in teams}
    with transaction():
        members = [
            (by_number[team_id], AddresseeRow._make(columns))
            for team_id, *columns in session.execute(members_of(teams))
        ]
        to_members = (row_for(team, person) for team, person in members)
        posted = outbox.post_all(chain(to_members, rows_for_groups(by_number)))
        note_runs(teams, Counter(team.id for team, _person in members))
    return posted


def members_of(teams: Sequence[DueTeam]) -> Select[*tuple[Any, ...]]:
    """Who was an active member when it fell due, with what says how they are told."""
    return (
        select(Membership.team_id, *addressees.COLUMNS)
        .join(Membership.person)
        .where(
            Membership.status == MembershipStatus.ACTIVE,
            or_(
                *(
                    Membership.team_id.in_([team.id for team in teams if team.due_at == due])
                    & (Membership.joined_at <= due)
                    for due in {team.due_at for team in teams}
                )
            ),
        )
        .order_by(Membership.team_id, Membership.id)
    )


def row_for(team: DueTeam, person: Addressee) -> dict[str, Any]:
    return outbox.row(WEEK_AHEAD, to=person, team_id=team.id, **team.what_and_when)


def rows_for_groups(teams: Mapping[int, DueTeam]) -> list[dict[str, Any]]:
    """What is said in the teams' groups: as their first coordinator may read it."""
    robots = groups.list_robots(teams)
    if not robots:
        return []
    coordinators = team_queries.find_coordinators({robot.team_id for robot in robots})
    return [
        groups.row(
            robot,
            WEEK_AHEAD,
            reader=next(iter(coordinators.get(robot.team_id, ())), None),
            **teams[robot.team_id].what_and_when,
        )
        for robot in robots
    ]


def note_runs(teams: Iterable[DueTeam], expected: Mapping[int, int]) -> None:
    """Write down how many messages are to be found again when the books are checked."""
    session.execute(
        insert_into(WeeklyRun).on_conflict_do_nothing(),
        [
            {
                "team_id": team.id,
                "first_day": team.first,
                "due_at": team.due_at,
                "expected": expected.get(team.id, 0),
                "planned_at": clock.now(),
            }
            for team in teams
        ],
    )
