"""By when a day must be closed: ten working days after it (志愿服务记录与证明出具办法, article 11).

What is overdue is shown and never blocked: hours that are noted late are better than none.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.queries import ToSeeTo
from volunteer.activities.models import Occurrence
from volunteer.core import working_days
from volunteer.network import holidays
from volunteer.network.holidays import Calendar
from volunteer.teams.models import Team

RECORDED_WITHIN, SOON_WITHIN = 10, 3
# Ten working days never take longer, not even over the Spring Festival.
AT_MOST = timedelta(days=40)


def due_on(occurrence: Occurrence, calendar: Calendar) -> date:
    """The last day on which closing it is in time."""
    return due_after(occurrence.wall_ends.date(), calendar)


def due_after(day: date, calendar: Calendar) -> date:
    return working_days.later(day, RECORDED_WITHIN, calendar.is_free)


def list_to_see_to(team: Team, *, now: datetime) -> list[ToSeeTo]:
    """What attendance_queries.list_to_see_to() finds, each day that is not closed with its
    deadline and whether that is near."""
    found = attendance_queries.list_to_see_to(team, now=now)
    if all(day.is_closed for day in found):
        return list(found)
    today = team.today(now)
    return with_deadlines(found, holidays.load(first_needed(found, today), today + AT_MOST), today)


def first_needed(found: Iterable[ToSeeTo], today: date) -> date:
    """From which day on the holidays must be known for their deadlines."""
    return min([today, *(day.occurrence.wall_ends.date() for day in found if not day.is_closed)])


def with_deadlines(found: Iterable[ToSeeTo], calendar: Calendar, today: date) -> list[ToSeeTo]:
    """Each day that is not closed with its deadline."""
    soon = working_days.later(today, SOON_WITHIN, calendar.is_free)
    return [
        day
        if day.is_closed
        else replace(day, due_on=(due := due_on(day.occurrence, calendar)), is_due_soon=due <= soon)
        for day in found
    ]
