"""When a team's weekly message is due, and which seven days it speaks of."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer.core import zones
from volunteer.reminders import timing
from volunteer.teams.models import SUNDAY, Team

ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe"]
moments = some.datetimes(
    datetime.combine(date(2024, 1, 1), time()),
    datetime.combine(date(2035, 1, 1), time()),
    timezones=some.just(UTC),
)


def team(zone: str = "Asia/Shanghai", at: time = time(18), weekday: int = SUNDAY) -> Team:
    return Team(zone=zone, reminder_time=at, reminder_weekday=weekday)


def test_sunday_evening_is_read_from_the_teams_clock():
    now = datetime(2026, 10, 14, tzinfo=UTC)

    assert timing.last_due(team(), now) == datetime(2026, 10, 11, 10, tzinfo=UTC)
    assert timing.next_due(team(), now) == datetime(2026, 10, 18, 10, tzinfo=UTC)


def test_the_moment_itself_is_due():
    due = datetime(2026, 10, 18, 10, tzinfo=UTC)

    assert timing.last_due(team(), due) == due
    assert timing.last_due(team(), due - timedelta(seconds=1)) == due - timedelta(weeks=1)


def test_six_in_the_evening_stays_so_when_the_clocks_change():
    now = datetime(2026, 10, 24, tzinfo=UTC)

    last, coming = (find(team("Europe/London"), now) for find in (timing.last_due, timing.next_due))

    assert [f"{moment:%H:%M}" for moment in (last, coming)] == ["17:00", "18:00"]


def test_an_hour_that_the_clocks_skip_means_the_end_of_the_gap():
    skipped = team("Europe/London", at=time(1, 30))

    due = timing.last_due(skipped, datetime(2027, 3, 28, 12, tzinfo=UTC))

    assert due == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_an_hour_that_comes_twice_means_its_first_time():
    twice = team("Europe/London", at=time(1, 30))

    due = timing.last_due(twice, datetime(2026, 10, 25, 12, tzinfo=UTC))

    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_gap_at_midnight_loses_no_week():
    cairo = team("Africa/Cairo", at=time(0, 0), weekday=4)
    skipped = datetime(2026, 4, 23, 22, tzinfo=UTC)

    assert timing.last_due(cairo, skipped) == skipped
    assert timing.next_due(cairo, skipped) == datetime(2026, 4, 30, 21, tzinfo=UTC)


@given(some.sampled_from(ZONES), some.times(), some.integers(0, 6), moments)
def test_now_always_lies_between_the_last_and_the_next(zone, at, weekday, now):
    of = team(zone, at.replace(second=0, microsecond=0), weekday)

    last, coming = timing.last_due(of, now), timing.next_due(of, now)

    assert last <= now < coming
    assert timedelta(days=6, hours=22) < coming - last < timedelta(days=7, hours=2)
    assert timing.last_due(of, coming) == coming


@pytest.mark.parametrize(
    ("at", "first"),
    [(time(8), date(2026, 10, 18)), (time(12), date(2026, 10, 19)), (time(18), date(2026, 10, 19))],
)
def test_a_message_in_the_morning_speaks_of_the_same_day_too(at, first):
    of = team(at=at)
    due = timing.last_due(of, datetime(2026, 10, 18, 15, tzinfo=UTC))

    assert timing.first_day(of, due) == first


def test_the_seven_days_begin_and_end_at_the_teams_midnight():
    begin, end = timing.days_of(team("Europe/London"), date(2026, 10, 19))

    assert zones.to_wall(begin, "Europe/London") == datetime.combine(date(2026, 10, 19), time())
    assert end - begin == timedelta(days=7, hours=1)
