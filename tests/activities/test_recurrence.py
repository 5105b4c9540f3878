"""Which dates a weekly plan means, and the moments at which they begin and end."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer.activities import recurrence
from volunteer.core import zones

SATURDAY, SUNDAY = 5, 6
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]
days = some.dates(date(2024, 1, 1), date(2037, 12, 31))
# Clocks change in the small hours; those two nights have tests of their own.
by_day = some.times(time(4), time(21)).map(lambda t: t.replace(second=0, microsecond=0))


def moments(zone_name: str, weekday: int, first: date, weeks: int, at: time) -> list[datetime]:
    last = first + timedelta(weeks=weeks) - timedelta(days=1)
    return [
        recurrence.span(day, at, time(23, 59), zone_name).starts_at
        for day in recurrence.days(weekday, first=first, last=last)
    ]


def test_the_first_and_the_last_day_belong_to_the_plan():
    first, last = date(2026, 10, 14), date(2026, 10, 28)

    found = list(recurrence.days(first.weekday(), first=first, last=last))

    assert found == [date(2026, 10, 14), date(2026, 10, 21), date(2026, 10, 28)]


def test_a_first_day_that_is_another_weekday_means_the_next_one():
    found = list(recurrence.days(2, first=date(2026, 10, 15), last=date(2026, 10, 31)))

    assert found == [date(2026, 10, 21), date(2026, 10, 28)]


def test_a_plan_that_ends_before_it_begins_has_no_days():
    assert list(recurrence.days(2, first=date(2026, 10, 15), last=date(2026, 10, 1))) == []


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
