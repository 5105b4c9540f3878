"""Dates laid out by day: the week grid, and the list of days on a phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from volunteer.activities.models import Occurrence


@dataclass(frozen=True)
class Day:
    """A day and what is on it, soonest first."""

    date: date
    occurrences: Sequence[Occurrence]

    @property
    def missing(self) -> int:
        return sum(o.missing for o in self.occurrences if not o.is_cancelled)


def by_day(occurrences: Iterable[Occurrence]) -> list[Day]:
    """Only the days on which something is."""
    days: dict[date, list[Occurrence]] = {}
    for occurrence in occurrences:
        days.setdefault(occurrence.day, []).append(occurrence)
    return [Day(day, rows) for day, rows in sorted(days.items())]


def seven_days(occurrences: Iterable[Occurrence], first: date) -> list[Day]:
    """Seven days from the first, empty ones too."""
    full = {day.date: day for day in by_day(occurrences)}
    wanted = [first + timedelta(days=number) for number in range(7)]
    return [full.get(day, Day(day, ())) for day in wanted]
