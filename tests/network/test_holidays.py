"""Public holidays and the weekend days worked for them."""

from datetime import UTC, date, datetime

import pytest

from tests.factories.people import PersonFactory
from volunteer.core import working_days
from volunteer.network import holidays, queries, statutory
from volunteer.network.models import HolidayKind

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def learned(unknown_years):
    holidays.learn(NOW)


def of_2026() -> holidays.Calendar:
    return holidays.load(date(2026, 1, 1), date(2026, 12, 31))


def test_the_weekend_days_that_are_worked_in_2026(learned):
    worked = [day for day, holiday in of_2026().days.items() if not holiday.is_free]

    assert [f"{day:%m-%d}" for day in sorted(worked)] == [
        "01-04", "02-14", "02-28", "05-09", "09-20", "10-10",
    ]  # fmt: skip


def test_a_holiday_has_its_chinese_name_and_a_worked_saturday_is_none(learned):
    calendar = of_2026()

    assert calendar.name_on(date(2026, 10, 7)) == "国庆节"
    assert calendar.name_on(date(2026, 10, 10)) is None
    assert [calendar.is_free(date(2026, 10, day)) for day in (7, 8, 10, 11)] == [
        True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # The Wednesday before the National Day, on the holiday itself, on a worked Saturday.
        (datetime(2026, 9, 30, 8, tzinfo=UTC), "10-08 16:00"),
        (datetime(2026, 10, 3, 8, tzinfo=UTC), "10-09 00:00"),
        (datetime(2026, 10, 10, 8, tzinfo=UTC), "10-12 16:00"),
    ],
)
def test_one_working_day_later_knows_holidays_and_worked_saturdays(learned, asked, due):
    calendar = holidays.load_around(asked.date())

    later = working_days.one_later(asked, "Asia/Shanghai", calendar.is_free)

    wall = later.astimezone(working_days.zones.ZoneInfo("Asia/Shanghai"))
    assert f"{wall:%m-%d %H:%M}" == due


def test_a_year_that_nobody_has_entered_is_missing_and_has_the_days_of_the_law(learned):
    calendar = holidays.load(date(2026, 12, 1), date(2027, 2, 28))

    assert calendar.missing_years(date(2026, 12, 1), date(2027, 1, 31)) == [2027]
    # New Year's Day is a Friday, and whether Monday is worked nobody knows yet.
    assert [calendar.is_free(date(2027, 1, day)) for day in (1, 2, 3, 4)] == [
        True, True, True, False,
    ]  # fmt: skip
    assert calendar.names(date(2027, 1, 2), date(2027, 2, 28)) == {
        date(2027, 2, day): "春节" for day in (5, 6, 7, 8)
    }


def test_what_was_taken_out_of_a_year_that_is_entered_does_not_come_back_by_law(learned):
    holidays.take_out(of_2026().days[date(2026, 10, 1)], by=PersonFactory())

    assert of_2026().name_on(date(2026, 10, 1)) is None


@pytest.mark.parametrize("year", range(2025, 2027))
def test_the_days_of_the_law_are_among_those_that_were_published(year):
    from chinese_calendar import constants

    published = {day for day in constants.holidays if day.year == year}
    by_law = statutory.days_of(year)

    assert by_law.keys() <= published
    assert len(by_law) == 13


def test_learning_again_adds_nothing_and_brings_nothing_back(learned):
    operator = PersonFactory()
    before = len(of_2026().days)
    holidays.take_out(of_2026().days[date(2026, 10, 7)], by=operator)

    assert holidays.learn(NOW) == []

    assert len(of_2026().days) == before - 1
    assert not of_2026().is_free(date(2026, 10, 7))


def test_a_year_is_entered_by_hand_and_closed(learned):
    operator = PersonFactory()

    holidays.enter(date(2027, 1, 1), HolidayKind.HOLIDAY, "元旦", by=operator)
    holidays.enter(date(2027, 1, 3), HolidayKind.HOLIDAY, "元旦", by=operator)
    holidays.enter(date(2027, 1, 3), HolidayKind.MAKEUP, "元旦", by=operator)
    holidays.close_year(2027, by=operator)

    calendar = holidays.load(date(2027, 1, 1), date(2027, 1, 31))
    assert [calendar.is_free(date(2027, 1, day)) for day in (1, 2, 3)] == [True, True, False]
    assert 2027 in queries.list_holiday_years()
    assert holidays.learn(datetime(2027, 1, 1, tzinfo=UTC)) == []
