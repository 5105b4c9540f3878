"""When a team's weekly message is due, and which seven days it speaks of."""

from datetime import date, datetime, time, timedelta

from volunteer.core import zones
from volunteer.teams.models import Team

# A day and a half later most of the week can still be planned; after that it is old news.
USEFUL_FOR = timedelta(hours=36)
NOON = time(12, 0)


def last_due(team: Team, now: datetime) -> datetime:
    """The latest moment, up to now, at which the team's clock showed its day and hour."""
    today = team.today(now)
    day = today - timedelta(days=(today.weekday() - team.reminder_weekday) % 7)
    due = zones.at(day, team.reminder_time, team.zone)
    if due > now:
        due = zones.at(day - timedelta(weeks=1), team.reminder_time, team.zone)
    return due


def next_due(team: Team, now: datetime) -> datetime:
    """The first moment after now."""
    day = team.wall(last_due(team, now)).date() + timedelta(weeks=1)
    # After a gap at midnight the last one may lie a day later; count from the rule.
    day -= timedelta(days=(day.weekday() - team.reminder_weekday) % 7)
    return zones.at(day, team.reminder_time, team.zone)


def first_day(team: Team, due: datetime) -> date:
    """The first of the seven days: tomorrow for a message after noon, else the same day."""
    wall = team.wall(due)
    return wall.date() if wall.time() < NOON else wall.date() + timedelta(days=1)


def days_of(team: Team, first: date) -> tuple[datetime, datetime]:
    """The moments at which the seven days begin and end."""
    return (
        zones.at(first, time(0), team.zone),
        zones.at(first + timedelta(days=7), time(0), team.zone),
    )
