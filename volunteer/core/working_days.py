"""Working days: when something that is due "within one working day" is due.

Weekends count as free, all other days as working days. Public holidays and the working weekends
that make up for them (调休) are not known here yet: in holidays a date is too strict, and over a
working weekend it is up to a working day late.
"""

from datetime import datetime, time, timedelta

from volunteer.core import zones

SATURDAY = 5


def one_later(moment: datetime, zone: str) -> datetime:
    """The same time of the next working day; asked on a free day, the end of the next one."""
    wall = zones.to_wall(moment, zone)
    if is_free(wall):
        while is_free(wall):
            wall = datetime.combine(wall.date() + timedelta(days=1), time())
    next_day = wall + timedelta(days=1)
    while is_free(next_day - timedelta(microseconds=1)):
        next_day += timedelta(days=1)
    return zones.to_moment(next_day, zone)


def is_free(wall: datetime) -> bool:
    return wall.weekday() >= SATURDAY
