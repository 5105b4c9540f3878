"""Dates laid out by day: the week grid, the list of days on a phone, the month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from volunteer.activities.glances import AnyDate
from volunteer.core import zones


@dataclass(frozen=True)
class Day:
    """A day and what is on it, soonest first."""

    date: date
    occurrences: Sequence[AnyDate]

    @property
    def missing(self) -> int:
        return sum(o.missing for o in self.occurrences if not o.is_cancelled)


def by_day(occurrences: Iterable[AnyDate]) -> list[Day]:
    """Only the days on which something is."""
    days: dict[date, list[AnyDate]] = {}
    for occurrence in occurrences:
        days.setdefault(occurrence.day, []).append(occurrence)
    return [Day(day, rows) for day, rows in sorted(days.items())]


def seven_days(occurrences: Iterable[AnyDate], first: date) -> list[Day]:
    """Seven days from the first, empty ones too."""
    full = {day.date: day for day in by_day(occurrences)}
    wanted = [first + timedelta(days=number) for number in range(7)]
    return [full.get(day, Day(day, ())) for day in wanted]


@dataclass(frozen=True)
class Week:
    """The days of one week, from its Monday on, as far as they are in the month."""

    first: date
    days: Sequence[Day]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def is_empty(self) -> bool:
        return not any(day.occurrences for day in self.days)


def month_of(occurrences: Iterable[AnyDate], first: date) -> list[Week]:
    """Every day of the month that begins there, empty ones too."""
    full = {day.date: day for day in by_day(occurrences)}
    weeks: dict[date, list[Day]] = {}
    day = first
    while day.month == first.month:
        weeks.setdefault(zones.monday_of(day), []).append(full.get(day, Day(day, ())))
        day += timedelta(days=1)
    return [Week(monday, days) for monday, days in weeks.items()]
