"""Wall time in a place, and the moment it means, by the written rule of core/zones.py."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer.core import zones

ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone_name", "skipped", "means"),
    [
        ("Europe/London", "2027-03-28 01:00", "2027-03-28 01:00"),
        ("Europe/London", "2027-03-28 01:30", "2027-03-28 01:00"),
        ("Europe/London", "2027-03-28 01:59:59", "2027-03-28 01:00"),
        ("America/New_York", "2027-03-14 02:30", "2027-03-14 07:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:10", "2026-10-03 15:30"),
        ("Africa/Cairo", "2026-04-24 00:00", "2026-04-23 22:00"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),
        ("Asia/Shanghai", "1990-04-15 02:30", "1990-04-14 18:00"),
    ],
)
def test_a_wall_time_that_the_clocks_skip_means_the_end_of_the_gap(zone_name, skipped, means):
    assert zones.to_moment(wall(skipped), zone_name) == moment(means)


@pytest.mark.parametrize(
    ("zone_name", "twice", "means"),
    [
        ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),
        ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45"),
    ],
)
def test_a_wall_time_that_comes_twice_means_the_first_of_the_two(zone_name, twice, means):
    assert zones.to_moment(wall(twice), zone_name) == moment(means)


@given(
    some.sampled_from(ZONES),
    some.datetimes(wall("2000-01-01"), wall("2037-12-31"), timezones=some.just(UTC)),
)
def test_what_the_clock_shows_means_that_moment_or_the_same_reading_before(zone_name, at):
    shown = zones.to_wall(at, zone_name)

    back = zones.to_moment(shown, zone_name)

    assert back <= at
    assert zones.to_wall(back, zone_name) == shown


@given(some.sampled_from(ZONES), some.datetimes(wall("2000-01-01"), wall("2037-12-31")))
def test_a_later_wall_time_never_means_an_earlier_moment_than_the_gap_allows(zone_name, shown):
    means = zones.to_moment(shown, zone_name)
    an_hour_on = zones.to_moment(shown + timedelta(hours=1), zone_name)

    assert means <= an_hour_on + timedelta(hours=1)
    assert zones.to_wall(means, zone_name) >= shown


def test_the_day_is_that_of_the_place():
    evening = moment("2026-10-12 17:00")

    assert zones.day_in("Asia/Shanghai", evening) == date(2026, 10, 13)
    assert zones.day_in("Europe/London", evening) == date(2026, 10, 12)


def test_a_time_on_a_day_is_that_of_the_place():
    at = zones.at(date(2026, 10, 14), time(10), "Asia/Shanghai")

    assert at == moment("2026-10-14 02:00")


@pytest.mark.parametrize("day", [date(2026, 10, 12), date(2026, 10, 15), date(2026, 10, 18)])
def test_weeks_begin_on_monday(day):
    assert zones.monday_of(day) == date(2026, 10, 12)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Asia/Shanghai", True),
        ("Europe/London", True),
        ("Asia/Peking", False),
        ("", False),
        ("../../etc/passwd", False),
        ("/etc/localtime", False),
        ("Asia", False),
        ("a\x00b", False),
        ("x" * 500, False),
    ],
)
def test_only_names_of_the_iana_list_are_zones(name, is_one):
    assert zones.is_zone(name) is is_one
