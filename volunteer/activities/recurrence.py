"""Which dates a repeating plan means, and the moments at which they begin and end.

A rule is written as in RFC 5545 (`FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR`), one by the lunar calendar
as in RFC 7529 (`RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1`). Only the shapes that people plan by are
known: each of them comes again within its period, so that no rule can search for ever.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Literal

from volunteer.activities.errors import NoDates, TooManyDates, UnknownRule
from volunteer.core import zones

WINDOW = timedelta(weeks=12)
# What a plan that ends may hold; one with an open end is on the calendar for a window only.
MOST_DATES = 500
LONGEST = timedelta(days=731)
MOST_SINGLE_DAYS = 60
LONGEST_RULE = 200
# The lunar calendar is computed for these years.
LUNAR_YEARS = range(1901, 2099)
LAST_DAY = date(LUNAR_YEARS.stop, 1, 1)
# What goes past midnight is no longer: whoever types 9:30 for half past nine in the evening, and
# starts at eight, would else have planned thirteen hours.
LONGEST_NIGHT = timedelta(hours=12)

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ORDINALS = (1, 2, 3, 4, 5, -1)
LONGEST_MONTH, LONGEST_LUNAR_MONTH = 31, 30
DAYS_OF_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Frequency(StrEnum):
    """The period after which a rule comes again."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


MOST_PERIODS = {
    Frequency.DAILY: 90,
    Frequency.WEEKLY: 52,
    Frequency.MONTHLY: 12,
    Frequency.YEARLY: 2,
}


@dataclass(frozen=True)
class Rule:
    """One of the shapes that people plan by.

    `days` are weekdays with the ordinal in their month (0: every one; -1: the last), `month_days`
    days of the month (-1: the last). A lunar rule counts both by the lunar calendar.
    """

    frequency: Frequency
    every: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    month: int | None = None
    is_lunar: bool = False
    count: int | None = None

    @property
    def weekdays(self) -> list[int]:
        return sorted({weekday for _ordinal, weekday in self.days})

    @property
    def ordinals(self) -> list[int]:
        return sorted({ordinal for ordinal, _weekday in self.days}, key=lambda n: (n < 0, n))

    @property
    def is_once(self) -> bool:
        return self.count == 1

    def __str__(self) -> str:
        """As RFC 5545 and RFC 7529 write it."""
        parts = ["RSCALE=CHINESE"] if self.is_lunar else []
        parts.append(f"FREQ={self.frequency}")
        if self.every > 1:
            parts.append(f"INTERVAL={self.every}")
        if self.days:
            days = [f"{ordinal or ''}{WEEKDAYS[weekday]}" for ordinal, weekday in self.days]
            parts.append(f"BYDAY={','.join(days)}")
        if self.month is not None:
            parts.append(f"BYMONTH={self.month}")
        if self.month_days:
            parts.append(f"BYMONTHDAY={','.join(map(str, self.month_days))}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)


ONCE = Rule(Frequency.DAILY, count=1)


def weekly(*weekdays: int, every: int = 1) -> Rule:
    """These days of each week (0 is Monday), or of every second, third … week."""
    return Rule(Frequency.WEEKLY, every, days=tuple((0, day) for day in sorted(set(weekdays))))


def read(text: str) -> Rule:
    """The rule that this text writes. Raises UnknownRule for every shape that we don't plan by."""
    return _read(text[: LONGEST_RULE + 1])


@lru_cache(maxsize=1024)
def _read(text: str) -> Rule:
    parts = dict(part.partition("=")[::2] for part in text.upper().split(";"))
    known = {"RSCALE", "FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "COUNT"}
    if len(text) > LONGEST_RULE or not set(parts) <= known or len(parts) != text.count(";") + 1:
        raise UnknownRule
    if parts.get("FREQ") not in set(Frequency) or parts.get("RSCALE", "CHINESE") != "CHINESE":
        raise UnknownRule
    rule = Rule(
        frequency=Frequency(parts["FREQ"]),
        every=number(parts.get("INTERVAL", "1")),
        days=tuple(dict.fromkeys(read_weekday(day) for day in listed(parts.get("BYDAY")))),
        month_days=tuple(dict.fromkeys(number(day) for day in listed(parts.get("BYMONTHDAY")))),
        month=number(parts["BYMONTH"]) if "BYMONTH" in parts else None,
        is_lunar="RSCALE" in parts,
        count=number(parts["COUNT"]) if "COUNT" in parts else None,
    )
    if not is_known(rule):
        raise UnknownRule
    return rule


def listed(text: str | None) -> list[str]:
    return [] if text is None else text.split(",")


def number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,4}", text, re.ASCII):
        raise UnknownRule
    return int(text)


def read_weekday(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([+-]?[1-9])?([A-Z]{2})", text, re.ASCII)
    if match is None or match[2] not in WEEKDAYS:
        raise UnknownRule
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def is_known(rule: Rule) -> bool:
    """Whether it is a shape that people plan by; each of them comes again and again."""
    if not 1 <= rule.every <= MOST_PERIODS[rule.frequency]:
        return False
    if rule.count is not None and not 1 <= rule.count <= MOST_DATES:
        return False
    if rule.is_lunar:
        return is_known_lunar(rule)
    return SHAPES[rule.frequency](rule)


def is_daily(rule: Rule) -> bool:
    return not (rule.days or rule.month_days or rule.month)


def is_weekly(rule: Rule) -> bool:
    plain = all(ordinal == 0 for ordinal, _weekday in rule.days)
    return bool(rule.days) and plain and not (rule.month_days or rule.month)


def is_monthly(rule: Rule) -> bool:
    by_weekday = all(ordinal in ORDINALS for ordinal, _weekday in rule.days)
    by_day = all(day == -1 or 1 <= day <= LONGEST_MONTH for day in rule.month_days)
    is_one = bool(rule.days) != bool(rule.month_days)
    return is_one and by_weekday and by_day and rule.month is None


def is_yearly(rule: Rule) -> bool:
    if rule.days or rule.month not in range(1, 13) or len(rule.month_days) != 1:
        return False
    return 1 <= rule.month_days[0] <= DAYS_OF_MONTHS[(rule.month or 1) - 1]


SHAPES: dict[Frequency, Callable[[Rule], bool]] = {
    Frequency.DAILY: is_daily,
    Frequency.WEEKLY: is_weekly,
    Frequency.MONTHLY: is_monthly,
    Frequency.YEARLY: is_yearly,
}


def is_known_lunar(rule: Rule) -> bool:
    days_fit = all(1 <= day <= LONGEST_LUNAR_MONTH for day in rule.month_days)
    if rule.days or rule.every != 1 or not rule.month_days or not days_fit:
        return False
    if rule.frequency is Frequency.MONTHLY:
        return rule.month is None
    is_one_day = rule.month in range(1, 13) and len(rule.month_days) == 1
    return rule.frequency is Frequency.YEARLY and is_one_day


@dataclass(frozen=True)
class Span:
    """A date's wall time and the moments it means."""

    wall_starts: datetime
    wall_ends: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Series:
    """A rule with its first and last day, the days added and left out, and its pauses."""

    rule: Rule
    first_on: date
    last_on: date | None = None
    extra: Collection[date] = ()
    left_out: Collection[date] = ()
    pauses: Sequence[tuple[date, date]] = field(default=())

    @property
    def is_one_date(self) -> bool:
        """Nothing comes again: no place of every week, nothing to rest from."""
        return self.rule.is_once and not self.extra

    def days(self, *, first: date, last: date) -> list[date]:
        """Its days from the first to the last, both included, soonest first."""
        first = max(first, self.first_on)
        last = min(last, self.last_on or last, LAST_DAY)
        if first > last:
            return []
        found = self.rule_days(first, last)
        if self.extra or self.left_out or self.pauses:
            found = sorted({*found, *(day for day in self.extra if first <= day <= last)})
            return [day for day in found if day not in self.left_out and not self.pauses_on(day)]
        return found

    def rule_days(self, first: date, last: date) -> list[date]:
        if self.rule.count is None:
            begins = begins_near(self.rule, self.first_on, first)
            return list(expand(self.rule, begins, first, last))
        counted = expand(self.rule, self.first_on, self.first_on, self.first_on + LONGEST)
        return [day for day in counted[: self.rule.count] if first <= day <= last]

    def pauses_on(self, day: date) -> bool:
        return any(begin <= day <= end for begin, end in self.pauses)

    def next_days(self, count: int, *, after: date) -> list[date]:
        """The first so many days from a day on, as far as ten years ahead."""
        start = max(after, self.first_on)
        found: list[date] = []
        for step in (timedelta(days=100), timedelta(days=800), timedelta(days=3660)):
            found = self.days(first=start, last=start + step)
            if len(found) >= count:
                break
        return found[:count]

    def bounded(self) -> "Series":
        """The same, with the last day that follows from its count.

        Raises NoDates when no date comes within two years, and TooManyDates when a plan that ends
        has more than 500 dates, or goes on for more than two years.
        """
        horizon = self.first_on + LONGEST
        if len(self.extra) + len(self.left_out) > MOST_SINGLE_DAYS:
            raise TooManyDates
        if self.last_on is not None and self.last_on > horizon:
            raise TooManyDates
        found = self.rule_days(self.first_on, self.last_on or horizon)
        if not found:
            raise NoDates
        if self.rule.count is not None:
            if len(found) < self.rule.count:
                raise TooManyDates
            return replace(self, last_on=max(found[-1], *self.extra, self.first_on))
        if self.last_on is not None and len(found) > MOST_DATES:
            raise TooManyDates
        return self


def begins_near(rule: Rule, begins: date, first: date) -> date:
    """A day in step with the rule's first one, and not long before the window: an old series is
    not counted through from its beginning."""
    if first <= begins:
        return begins
    if rule.frequency is Frequency.WEEKLY and not rule.is_lunar:
        monday = zones.monday_of(begins)
        weeks = (first - monday).days // 7
        ahead = weeks - weeks % rule.every
        return max(begins, monday + timedelta(weeks=ahead)) if ahead else begins
    if rule.frequency is Frequency.DAILY:
        days = (first - begins).days
        return begins + timedelta(days=days - days % rule.every)
    return begins


@lru_cache(maxsize=2048)
def expand(rule: Rule, begins: date, first: date, last: date) -> tuple[date, ...]:
    """The rule's own days in a window, whatever its count says."""
    if first > last:
        return ()
    if rule.is_lunar:
        return tuple(lunar_days(rule, first, last))
    # Needed where rules are expanded, not by everybody who starts the service.
    from dateutil import rrule

    frequencies: dict[Frequency, Literal[0, 1, 2, 3]] = {
        Frequency.DAILY: rrule.DAILY,
        Frequency.WEEKLY: rrule.WEEKLY,
        Frequency.MONTHLY: rrule.MONTHLY,
        Frequency.YEARLY: rrule.YEARLY,
    }
    found = rrule.rrule(
        frequencies[rule.frequency],
        dtstart=datetime.combine(begins, time()),
        interval=rule.every,
        wkst=0,
        byweekday=[rrule.weekday(day, ordinal or None) for ordinal, day in rule.days] or None,
        bymonthday=list(rule.month_days) or None,
        bymonth=rule.month,
        until=datetime.combine(last, time()),
    )
    days = (moment.date() for moment in found)
    # More than a day for each day of the window can't be; the rule is not believed blindly.
    return tuple(islice((day for day in days if day >= first), (last - first).days + 1))


def lunar_days(rule: Rule, first: date, last: date) -> list[date]:
    """The days that bear these lunar numbers. A month of 29 days has no 三十; what comes every
    month comes in a leap month too, what comes once a year does not."""
    from lunardate import LunarDate

    found = []
    day = first
    while day <= last and day.year in LUNAR_YEARS:
        lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
        is_month = rule.month is None or (lunar.month == rule.month and not lunar.is_leap_month)
        if is_month and lunar.day in rule.month_days:
            found.append(day)
        # No lunar month has the same day twice, and none is shorter than 29 days.
        skip = 28 if len(rule.month_days) == 1 and lunar.day in rule.month_days else 1
        day += timedelta(days=skip)
    return found


def on_the_wall(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """From when until when clocks show it; an end before the start is on the next day."""
    last = day + timedelta(days=1) if ends < starts else day
    return datetime.combine(day, starts), datetime.combine(last, ends)


@lru_cache(maxsize=16384)
def span(day: date, starts: time, ends: time, zone_name: str) -> Span:
    """Wall time in the zone; see core/zones.py for the two nights when clocks change."""
    wall_starts, wall_ends = on_the_wall(day, starts, ends)
    starts_at = zones.to_moment(wall_starts, zone_name)
    ends_at = zones.to_moment(wall_ends, zone_name)
    if ends_at <= starts_at:
        # The clocks swallowed it: it lasts as long as its wall time says.
        ends_at = starts_at + (wall_ends - wall_starts)
    return Span(wall_starts, wall_ends, starts_at, ends_at)
