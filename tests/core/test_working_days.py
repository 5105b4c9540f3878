"""Within one working day: the same hour of the next one, over weekends."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import working_days, zones

ZONE = "Asia/Shanghai"
CHINA = ZoneInfo(ZONE)


def due(asked: str) -> str:
    moment = datetime.fromisoformat(asked).replace(tzinfo=CHINA)
    return working_days.one_later(moment, ZONE).astimezone(CHINA).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2026-10-12T10:00", "Tue 13 10:00"),
        ("2026-10-15T23:59", "Fri 16 23:59"),
        # From Friday the weekend does not count.
        ("2026-10-16T15:00", "Mon 19 15:00"),
        ("2026-10-16T00:00", "Sat 17 00:00"),
        ("2026-10-16T00:01", "Mon 19 00:01"),
        # On a free day the working day to come counts, until it ends.
        ("2026-10-17T09:00", "Tue 20 00:00"),
        ("2026-10-18T23:59", "Tue 20 00:00"),
        ("2026-10-19T00:00", "Tue 20 00:00"),
    ],
)
def test_the_answer_is_due_on_the_next_working_day(asked, answer):
    assert due(asked) == answer


def test_holidays_and_the_working_weekends_for_them_are_not_known_yet():
    # The first of October is free: too strict.
    assert due("2026-09-30T10:00") == "Thu 01 10:00"
    # Saturday the tenth is worked instead (调休): due by then, and a working day late.
    assert due("2026-10-09T10:00") == "Mon 12 10:00"


def test_the_clock_of_the_zone_counts():
    """In Chengdu it is Saturday already, in Lisbon still Friday evening."""
    asked = datetime.fromisoformat("2026-10-16T20:00+00:00")

    in_china = working_days.one_later(asked, ZONE)
    in_portugal = working_days.one_later(asked, "Europe/Lisbon")

    assert in_china.isoformat() == "2026-10-19T16:00:00+00:00"
    assert in_portugal.isoformat() == "2026-10-19T20:00:00+00:00"


@given(st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-12-31")))
def test_there_is_always_a_day_and_never_more_than_four(wall):
    moment = zones.to_moment(wall, ZONE)

    later = working_days.one_later(moment, ZONE)

    assert timedelta(days=1) <= later - moment <= timedelta(days=4)
    end = zones.to_wall(later, ZONE) - timedelta(microseconds=1)
    assert not working_days.is_weekend(end.date())


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        ("2026-10-12", 1, "2026-10-13"),
        ("2026-10-16", 1, "2026-10-19"),
        ("2026-10-17", 3, "2026-10-21"),
        ("2026-10-12", 10, "2026-10-26"),
        ("2026-10-12", 0, "2026-10-12"),
    ],
)
def test_so_many_working_days_later_leaves_out_the_weekends(day, count, due):
    assert working_days.later(date.fromisoformat(day), count) == date.fromisoformat(due)
