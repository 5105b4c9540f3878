"""Which dates a plan means, and the moments at which they begin and end."""

import time as stopwatch
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as some
from lunardate import LunarDate

from volunteer.activities import recurrence
from volunteer.activities.errors import NoDates, TooManyDates, UnknownRule
from volunteer.activities.recurrence import Frequency, Rule, Series
from volunteer.core import zones

SATURDAY, SUNDAY = 5, 6
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]
days = some.dates(date(2024, 1, 1), date(2037, 12, 31))
# Clocks change in the small hours; those two nights have tests of their own.
by_day = some.times(time(4), time(21)).map(lambda t: t.replace(second=0, microsecond=0))


@some.composite
def rules(draw) -> Rule:
    """Every shape by the solar calendar that can be planned, with an open end."""
    kind = draw(some.sampled_from(list(Frequency)))
    every = draw(some.integers(1, recurrence.MOST_PERIODS[kind]))
    weekdays = some.integers(0, 6)
    if kind is Frequency.WEEKLY:
        return recurrence.weekly(*draw(some.sets(weekdays, min_size=1)), every=every)
    if kind is Frequency.MONTHLY and draw(some.booleans()):
        ordinals = some.sampled_from(recurrence.ORDINALS)
        chosen = draw(some.sets(some.tuples(ordinals, weekdays), min_size=1, max_size=4))
        return Rule(kind, every, days=tuple(sorted(chosen)))
    if kind is Frequency.MONTHLY:
        month_days = some.sampled_from([*range(1, 32), -1])
        chosen_days = draw(some.sets(month_days, min_size=1, max_size=4))
        return Rule(kind, every, month_days=tuple(sorted(chosen_days)))
    if kind is Frequency.YEARLY:
        month = draw(some.integers(1, 12))
        day = draw(some.integers(1, recurrence.DAYS_OF_MONTHS[month - 1]))
        return Rule(kind, every, month=month, month_days=(day,))
    return Rule(kind, every)


def on(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def first_days(rule: str, first: date, count: int = 4) -> list[date]:
    return Series(recurrence.read(rule), first).next_days(count, after=first)


def moments(zone_name: str, weekday: int, first: date, weeks: int, at: time) -> list[datetime]:
    last = first + timedelta(weeks=weeks) - timedelta(days=1)
    return [
        recurrence.span(day, at, time(23, 59), zone_name).starts_at
        for day in Series(recurrence.weekly(weekday), first).days(first=first, last=last)
    ]


@given(rules(), days, some.integers(0, 3000), some.integers(0, 400))
def test_every_rule_means_in_every_window_what_the_standard_library_of_calendars_says(
    rule, begins, ahead, length
):
    first = begins + timedelta(days=ahead)
    last = first + timedelta(days=length)
    standard = rrulestr(
        f"RRULE:{rule};WKST=MO;UNTIL={last:%Y%m%d}", dtstart=datetime.combine(begins, time())
    )

    found = Series(rule, begins).days(first=first, last=last)

    assert found == [moment.date() for moment in standard if moment.date() >= first]


@given(rules())
def test_a_rule_that_was_written_is_read_as_the_same(rule):
    assert recurrence.read(str(rule)) == rule


@given(days, some.integers(1, 30))
def test_a_day_of_every_lunar_month_bears_that_number_and_comes_in_every_month_that_has_it(
    first, day
):
    found = Series(recurrence.read(f"RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY={day}"), first).days(
        first=first, last=first + timedelta(days=400)
    )

    lunar = [LunarDate.from_solar_date(d.year, d.month, d.day) for d in found]
    assert {number.day for number in lunar} == {day}
    apart = {(later - earlier).days for earlier, later in pairwise(found)}
    assert apart <= ({29, 30} if day < 30 else {30, 59, 88})


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR",
            "2026-10-14",
            on("2026-10-14", "2026-10-16", "2026-10-28", "2026-10-30"),
        ),
        (
            "FREQ=MONTHLY;BYDAY=1SA,3SA",
            "2026-10-10",
            on("2026-10-17", "2026-11-07", "2026-11-21", "2026-12-05"),
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-10-01", on("2026-10-30", "2026-11-27", "2026-12-25")),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-15", on("2027-01-31", "2027-02-28")),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-10-01", on("2026-10-31", "2026-12-31")),
        ("FREQ=DAILY;COUNT=1", "2026-10-14", on("2026-10-14")),
        # 重阳节 of three years, and 初一 of three months.
        (
            "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9",
            "2026-01-01",
            on("2026-10-18", "2027-10-08", "2028-10-26"),
        ),
        ("RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", "2026-03-01", on("2027-02-06")),
        (
            "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1",
            "2026-10-01",
            on("2026-10-10", "2026-11-09", "2026-12-09"),
        ),
    ],
)
def test_the_plans_that_neighbours_make(rule, first, expected):
    assert first_days(rule, date.fromisoformat(first), len(expected)) == expected


def test_a_leap_month_has_its_first_day_too_but_no_second_festival():
    # 2025 has two sixth months.
    every_month = first_days("RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1", date(2025, 6, 1), 3)
    yearly = "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1"

    assert every_month == on("2025-06-25", "2025-07-25", "2025-08-23")
    assert first_days(yearly, date(2025, 6, 1), 1) == on("2025-06-25")
    assert first_days(yearly, date(2025, 7, 1), 1)[0].year == 2026


def test_days_are_added_left_out_and_rest_in_a_pause():
    series = Series(
        recurrence.weekly(2),
        date(2026, 10, 14),
        extra=on("2026-10-15", "2026-10-23"),
        left_out=on("2026-10-21"),
        pauses=[(date(2026, 10, 15), date(2026, 10, 15)), (date(2026, 10, 28), date(2026, 11, 4))],
    )

    found = series.days(first=date(2026, 10, 1), last=date(2026, 11, 12))

    assert found == on("2026-10-14", "2026-10-23", "2026-11-11")


def test_a_count_becomes_the_last_day_and_single_days_come_on_top_of_it():
    rule = replace(recurrence.weekly(2), count=3)

    series = Series(rule, date(2026, 10, 14), extra=on("2026-12-01")).bounded()

    assert series.last_on == date(2026, 12, 1)
    assert series.next_days(9, after=date(2026, 10, 1)) == on(
        "2026-10-14", "2026-10-21", "2026-10-28", "2026-12-01"
    )


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=60",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=WEEKLY;INTERVAL=0;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=-1;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=999999999;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=1",
        "FREQ=WEEKLY;BYDAY=MO;BYMONTH=2",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;COUNT=501",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY\nRRULE:FREQ=SECONDLY",
        "RSCALE=HEBREW;FREQ=MONTHLY;BYMONTHDAY=1",
        "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=31",
        "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1",
        "RSCALE=CHINESE;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=" + "MO," * 100_000 + "TU",
        "FREQ=WEEKLY;BYDAY=" + "（一）",
        "",
        "every Wednesday",
    ],
)
def test_what_explodes_never_comes_or_is_no_rule_is_refused_at_once(text):
    began = stopwatch.process_time()

    with pytest.raises(UnknownRule, match="kind of plan"):
        recurrence.read(text)

    assert stopwatch.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", NoDates),
        ("FREQ=MONTHLY;INTERVAL=12;BYDAY=5SU", NoDates),
        ("RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;COUNT=5", TooManyDates),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=400", TooManyDates),
    ],
)
def test_a_plan_without_a_date_or_without_an_end_in_sight_is_refused_at_once(rule, refusal):
    began = stopwatch.process_time()

    # April has 30 days, and in February 2027 no weekday comes five times.
    with pytest.raises(refusal):
        Series(recurrence.read(rule), date(2027, 2, 1)).bounded()

    assert stopwatch.process_time() - began < 0.5


def test_a_plan_that_ends_has_at_most_five_hundred_dates_within_two_years():
    every_day = Series(recurrence.read("FREQ=DAILY"), date(2026, 1, 1))

    with pytest.raises(TooManyDates):
        replace(every_day, last_on=date(2027, 12, 31)).bounded()
    with pytest.raises(TooManyDates):
        Series(recurrence.weekly(1), date(2026, 1, 1), last_on=date(2028, 1, 3)).bounded()
    assert replace(every_day, last_on=date(2027, 1, 1)).bounded().last_on == date(2027, 1, 1)
    assert every_day.bounded().last_on is None


def test_the_first_and_the_last_day_belong_to_the_plan():
    series = Series(recurrence.weekly(2), date(2026, 10, 14), last_on=date(2026, 10, 28))

    assert series.next_days(9, after=date(2026, 10, 1)) == on(
        "2026-10-14", "2026-10-21", "2026-10-28"
    )


def test_a_first_day_that_is_another_weekday_means_the_next_one():
    assert first_days("FREQ=WEEKLY;BYDAY=WE", date(2026, 10, 15), 1) == on("2026-10-21")


def test_a_plan_that_ends_before_it_begins_has_no_days():
    series = Series(recurrence.weekly(2), date(2026, 10, 15))

    assert series.days(first=date(2026, 10, 15), last=date(2026, 10, 1)) == []


@pytest.mark.parametrize(
    ("zone_name", "before", "after"),
    [
        ("Europe/London", "09:00", "10:00"),
        ("America/New_York", "14:00", "15:00"),
        ("Australia/Lord_Howe", "23:30", "23:00"),
        ("Asia/Shanghai", "02:00", "02:00"),
    ],
)
def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change(zone_name, before, after):
    october = moments(zone_name, SATURDAY, date(2026, 9, 28), 1, time(10))
    november = moments(zone_name, SATURDAY, date(2026, 11, 2), 1, time(10))

    assert [f"{moment:%H:%M}" for moment in october + november] == [before, after]


@given(some.sampled_from(ZONES), some.integers(0, 6), days, by_day)
def test_there_is_one_date_a_week_always_at_the_same_wall_time(zone_name, weekday, first, at):
    found = moments(zone_name, weekday, first, 12, at)

    walls = [zones.to_wall(moment, zone_name) for moment in found]
    assert len(walls) == 12
    assert {(wall.weekday(), wall.time()) for wall in walls} == {(weekday, at)}
    assert {later.date() - wall.date() for wall, later in pairwise(walls)} == {timedelta(days=7)}


@given(some.sampled_from(ZONES), days, some.times(), some.times())
def test_a_date_always_ends_after_it_begins(zone_name, day, one, other):
    starts, ends = sorted([one, other])
    if starts == ends:
        return

    span = recurrence.span(day, starts, ends, zone_name)

    assert span.ends_at > span.starts_at
    assert (span.wall_starts, span.wall_ends) == (
        datetime.combine(day, starts),
        datetime.combine(day, ends),
    )


def test_a_date_that_the_clocks_swallow_lasts_as_long_as_its_wall_time_says():
    span = recurrence.span(date(2027, 3, 28), time(1, 0), time(1, 30), "Europe/London")

    assert span.ends_at - span.starts_at == timedelta(minutes=30)
