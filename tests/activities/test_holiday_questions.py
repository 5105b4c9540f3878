"""A date on a public holiday: go on, move or cancel?"""

from datetime import UTC, date, datetime, time

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import holiday_questions, single_date
from volunteer.activities.errors import AlreadyCancelled
from volunteer.activities.models import HolidayAnswer, Occurrence
from volunteer.activities.single_date import DatePlan
from volunteer.network import holidays

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 9, 28, 8, tzinfo=UTC)
NATIONAL_DAY = datetime(2026, 10, 7, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def late_september(time_machine, database):
    time_machine.move_to(NOW, tick=False)
    holidays.learn(NOW)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory().person


@pytest.fixture
def lunch(database) -> Occurrence:
    activity = ActivityFactory()
    OccurrenceFactory(activity=activity, starts_at=datetime(2026, 9, 30, 2, tzinfo=UTC))
    # A Saturday that is worked is no holiday.
    OccurrenceFactory(activity=activity, starts_at=datetime(2026, 10, 10, 2, tzinfo=UTC))
    return OccurrenceFactory(activity=activity, starts_at=NATIONAL_DAY)


def asked(occurrence: Occurrence) -> list[tuple[int, str]]:
    questions = holiday_questions.of_team(occurrence.team).open
    return [(question.occurrence.id, question.holiday) for question in questions]


def test_a_team_is_asked_about_its_date_on_a_holiday_and_about_no_other(lunch):
    OccurrenceFactory(starts_at=NATIONAL_DAY)

    assert asked(lunch) == [(lunch.id, "国庆节")]


def test_the_answer_stands_on_the_date_and_nobody_is_asked_again(lunch, coordinator):
    holiday_questions.go_on(lunch, by=coordinator)

    assert lunch.holiday_answer is HolidayAnswer.GOES_ON
    assert asked(lunch) == []


def test_moving_and_cancelling_are_answers_too(lunch, coordinator):
    other = OccurrenceFactory(
        activity=lunch.activity, starts_at=datetime(2026, 10, 6, 2, tzinfo=UTC)
    )
    single_date.move(
        lunch, DatePlan(date(2026, 10, 8), time(10), time(13), "活动室"), by=coordinator
    )
    single_date.cancel(other, reason="国庆节", by=coordinator)

    assert (lunch.holiday_answer, other.holiday_answer) == (
        HolidayAnswer.MOVED,
        HolidayAnswer.CANCELLED,
    )
    assert asked(lunch) == []


def test_a_date_moved_on_a_day_like_any_other_answers_nothing(lunch, coordinator):
    plain = OccurrenceFactory(starts_at=datetime(2026, 10, 14, 2, tzinfo=UTC))

    single_date.cancel(plain, reason="", by=coordinator)

    assert plain.holiday_answer is None


def test_a_cancelled_holiday_that_is_put_back_on_goes_on(lunch, coordinator):
    single_date.cancel(lunch, reason="", by=coordinator)
    with pytest.raises(AlreadyCancelled):
        holiday_questions.go_on(lunch, by=coordinator)

    single_date.restore(lunch, by=coordinator)

    assert lunch.holiday_answer is HolidayAnswer.GOES_ON


def test_a_year_that_is_missing_is_said_aloud(lunch):
    assert holiday_questions.of_team(lunch.team).missing_years == []
    assert holiday_questions.foresee([date(2026, 12, 31), date(2027, 1, 1)]) == ([], [2027])
    assert holiday_questions.foresee([date(2026, 10, 7)]) == ([(date(2026, 10, 7), "国庆节")], [])


def test_the_week_page_asks_the_coordinator_and_takes_the_answer(lunch, signed_in_as):
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)
    page = f"/teams/{lunch.team.id}/week"

    assert "Wed 7 Oct is a holiday: 国庆节" in browser.get(page).text
    answer = browser.post(f"/activities/dates/{lunch.id}/holiday", follow_redirects=True)

    assert "It goes on as planned." in answer.text
    assert "is a holiday" not in browser.get(page).text


def test_today_points_at_what_is_to_be_decided(lunch, signed_in_as):
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)

    assert "On a holiday: go on, move or cancel?" in browser.get("/").text
