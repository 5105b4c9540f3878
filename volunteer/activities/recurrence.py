"""Which dates a weekly plan means, and the moments at which they begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from volunteer.core import zones

WINDOW = timedelta(weeks=12)


@dataclass(frozen=True)
class Span:
    """A date's wall time and the moments it means."""

    wall_starts: datetime
    wall_ends: datetime
    starts_at: datetime
    ends_at: datetime


def days(weekday: int, *, first: date, last: date) -> Iterator[date]:
    """Every such weekday from the first day to the last, both included."""
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        yield day
        day += timedelta(weeks=1)


def span(day: date, starts: time, ends: time, zone_name: str) -> Span:
    """Wall time in the zone; see core/zones.py for the two nights when clocks change."""
    wall_starts, wall_ends = datetime.combine(day, starts), datetime.combine(day, ends)
    starts_at = zones.to_moment(wall_starts, zone_name)
    ends_at = zones.to_moment(wall_ends, zone_name)
    if ends_at <= starts_at:
        # The clocks swallowed it: it lasts as long as its wall time says.
        ends_at = starts_at + (wall_ends - wall_starts)
    return Span(wall_starts, wall_ends, starts_at, ends_at)
