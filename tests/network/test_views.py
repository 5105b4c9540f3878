"""The table of holidays, for whoever runs the service."""

from datetime import UTC, date, datetime

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.network import holidays, queries

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def operator(signed_in_as, time_machine, unknown_years):
    time_machine.move_to(datetime(2026, 10, 12, 8, tzinfo=UTC), tick=False)
    return signed_in_as(UserFactory(is_operator=True).person)


def test_an_operator_enters_a_day_closes_the_year_and_takes_the_day_out(operator):
    entered = operator.post(
        "/holidays",
        data={"day": "2027-02-06", "kind": "holiday", "name": "春节"},
        follow_redirects=True,
    )
    assert "春节" in entered.text
    assert "The holidays of 2027 have not been entered" in entered.text

    closed = operator.post("/holiday-years/2027/end", follow_redirects=True)
    assert "have not been entered" not in closed.text
    holiday = queries.list_holidays(date(2027, 2, 6), date(2027, 2, 6))[0]
    gone = operator.post(f"/holidays/{holiday.id}/removal", follow_redirects=True)

    assert "春节</h3>" not in gone.text


def test_a_holiday_of_many_days_is_entered_at_once(operator):
    sent = {"day": "2月5日", "until": "2月11日", "kind": "holiday", "name": "春节"}

    page = operator.post("/holidays?year=2027", data=sent, follow_redirects=True)

    assert "Holidays of 2027" in page.text
    entered = queries.list_holidays(date(2027, 1, 1), date(2027, 12, 31))
    assert [one.day.day for one in entered] == [5, 6, 7, 8, 9, 10, 11]
    assert {one.name for one in entered} == {"春节"}


@pytest.mark.parametrize(
    ("until", "sentence"),
    [("2月4日", "The last day lies before the first."), ("3月11日", "too long for one holiday")],
)
def test_a_last_day_that_cannot_be_is_said_at_its_field(operator, until, sentence):
    sent = {"day": "2月5日", "until": until, "kind": "holiday", "name": "春节"}

    page = operator.post("/holidays?year=2027", data=sent)

    assert sentence in page.text
    assert queries.list_holidays(date(2027, 1, 1), date(2027, 12, 31)) == []


def test_an_operator_reads_on_the_first_page_that_a_year_is_missing(operator):
    boss = UserFactory(is_operator=True).person
    assert "The holidays of 2026 have not been entered." in operator.get("/").text
    holidays.close_year(2026, by=boss)
    assert "have not been entered" not in operator.get("/").text

    # The State Council has named those of next year by then.
    assert holidays.find_missing_year(date(2026, 11, 21)) is None
    assert holidays.find_missing_year(date(2026, 12, 1)) == 2027
    holidays.close_year(2027, by=boss)
    assert holidays.find_missing_year(date(2026, 12, 1)) is None


def test_a_day_that_cannot_be_read_is_said_at_its_field(operator):
    page = operator.post("/holidays", data={"day": "2月30日", "kind": "holiday", "name": "春节"})

    assert "We could not read “2月30日”" in page.text


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("10月1日", date(2027, 10, 1)),
        ("十月一号", date(2027, 10, 1)),
        ("1 Oct", date(2027, 10, 1)),
        ("12月31日", date(2027, 12, 31)),
        ("2026年10月1日", date(2026, 10, 1)),
    ],
)
def test_a_day_without_a_year_is_one_of_the_year_of_the_page(operator, typed, day):
    sent = {"day": typed, "kind": "holiday", "name": "测试"}

    page = operator.post("/holidays?year=2027", data=sent, follow_redirects=True)

    assert f"Holidays of {day.year}" in page.text
    assert [one.name for one in queries.list_holidays(day, day)] == ["测试"]


def test_a_day_of_a_year_that_has_no_page_is_refused(operator):
    sent = {"day": "2031-01-01", "kind": "holiday", "name": "测试"}

    page = operator.post("/holidays?year=2027", data=sent, follow_redirects=True)

    assert "Please choose a day of one of the years above." in page.text
    assert queries.list_holidays(date(2031, 1, 1), date(2031, 1, 1)) == []


def test_a_year_far_away_cannot_be_closed(operator):
    assert operator.post("/holiday-years/2099/end").status_code == 404
    assert 2099 not in queries.list_holiday_years()


def test_a_coordinator_does_not_change_what_counts_for_all_teams(signed_in_as, unknown_years):
    browser = signed_in_as(CoordinatorFactory().person)
    holidays.learn(datetime(2026, 1, 1, tzinfo=UTC))
    holiday = queries.list_holidays(date(2026, 10, 7), date(2026, 10, 7))[0]

    answers = [
        browser.get("/holidays"),
        browser.post("/holidays", data={"day": "2026-10-14", "kind": "holiday", "name": "x"}),
        browser.post(f"/holidays/{holiday.id}/removal"),
        browser.post("/holiday-years/2027/end"),
    ]

    assert {answer.status_code for answer in answers} == {404}
