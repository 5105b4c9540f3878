"""Working days: when something that is due within one of them, or within some, is due.

Which days are free says who asks: the table of holidays stands in network/holidays.py. Without it
weekends count as free, all other days as working days.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from volunteer.core import zones

SATURDAY = 5


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def one_later(
    moment: datetime, zone: str, is_free: Callable[[date], bool] = is_weekend
) -> datetime:
    """The same time of the next working day; asked on a free day, the end of the next one."""
    wall = zones.to_wall(moment, zone)
    if is_free(wall.date()):
        while is_free(wall.date()):
            wall = datetime.combine(wall.date() + timedelta(days=1), time())
    next_day = wall + timedelta(days=1)
    while is_free((next_day - timedelta(microseconds=1)).date()):
        next_day += timedelta(days=1)
    return zones.to_moment(next_day, zone)


def later(day: date, count: int, is_free: Callable[[date], bool] = is_weekend) -> date:
    """So many working days after this day, which itself does not count."""
    left = count
    while left:
        day += timedelta(days=1)
        left -= not is_free(day)
    return day
