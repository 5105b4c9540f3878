"""Wall time in a place, and the moment it means.

The written rule: a wall time that the clocks skip in spring means the first
moment after the gap; one that comes twice in autumn means the first of the two.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

HOME_ZONE = "Asia/Shanghai"


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return name in available_timezones()


def to_moment(wall: datetime, zone_name: str) -> datetime:
    """The UTC moment at which clocks in the zone show this naive wall time."""
    steady = steady_offset(wall.date(), zone_name)
    if steady is not None:
        return (wall - steady).replace(tzinfo=UTC)
    place = ZoneInfo(zone_name)
    first = wall.replace(tzinfo=place, fold=0)
    moment = first.astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None) == wall:
        return moment
    return end_of_gap(wall, place)


@lru_cache(maxsize=4096)
def steady_offset(day: date, zone_name: str) -> timedelta | None:
    """What this zone is ahead of UTC all through this day; None on a day when clocks change."""
    place = ZoneInfo(zone_name)
    begin = datetime.combine(day, time())
    # Every hour from the one before to the one after: however odd the change, one of them shows it.
    seen = {
        (begin + timedelta(hours=hour)).replace(tzinfo=place, fold=fold).utcoffset()
        for hour in range(-1, 26)
        for fold in (0, 1)
    }
    return seen.pop() if len(seen) == 1 else None


def end_of_gap(wall: datetime, place: ZoneInfo) -> datetime:
    """The first moment after the gap that swallows this wall time.

    With fold=0 Python reads the time by the offset before the gap, with fold=1 by the
    one after; the change of clocks lies between those two readings.
    """
    before = wall.replace(tzinfo=place, fold=0).utcoffset() or timedelta()
    after = wall.replace(tzinfo=place, fold=1).utcoffset() or timedelta()
    low = (wall - after).replace(tzinfo=UTC)
    high = (wall - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if (middle.astimezone(place).utcoffset() or timedelta()) == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def to_wall(moment: datetime, zone_name: str) -> datetime:
    """What clocks in the zone show at this moment, as a naive datetime."""
    return moment.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None)


def at(day: date, clock_time: time, zone_name: str) -> datetime:
    """The moment when it is this time on this day in the zone."""
    return to_moment(datetime.combine(day, clock_time), zone_name)


def day_in(zone_name: str, moment: datetime) -> date:
    """The date in the zone at this moment."""
    return to_wall(moment, zone_name).date()


def monday_of(day: date) -> date:
    """The Monday of this date's week; weeks begin on Monday."""
    return day - timedelta(days=day.weekday())
