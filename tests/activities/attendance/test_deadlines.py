"""By when a day must be closed, over weekends, holidays and the weekends worked for them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities.attendance import closing, deadlines
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.models import AttendanceState
from volunteer.network import holidays

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 10, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def with_the_holidays_of_2026(time_machine, unknown_years):
    time_machine.move_to(datetime(2026, 1, 1, tzinfo=UTC), tick=False)
    holidays.learn(datetime(2026, 1, 1, tzinfo=UTC))
    time_machine.move_to(NOW, tick=False)


@pytest.mark.parametrize(
    ("ended", "due"),
    [("2026-09-28", "2026-10-16"), ("2026-02-11", "2026-03-03"), ("2026-04-29", "2026-05-15")],
)
def test_ten_working_days_after_it_by_the_calendar_of_the_year(ended, due):
    starts_at = datetime.fromisoformat(f"{ended}T02:00+00:00")

    occurrence = OccurrenceFactory(starts_at=starts_at)

    calendar = holidays.load(occurrence.day, occurrence.day + deadlines.AT_MOST)
    assert deadlines.due_on(occurrence, calendar).isoformat() == due


def test_each_day_that_waits_says_by_when_and_whether_that_is_near(count_queries):
    activity = ActivityFactory()
    # Due on 14, 16 and 28 October; today is the 15th.
    days = [
        datetime(2026, month, day, 2, tzinfo=UTC) for month, day in ((9, 23), (9, 28), (10, 14))
    ]
    for starts_at in days:
        SignupFactory(occurrence=OccurrenceFactory(activity=activity, starts_at=starts_at))

    with count_queries() as sent:
        waiting = deadlines.list_to_see_to(activity.team, now=NOW)

    assert [f"{day.due_on:%m-%d}" for day in waiting] == ["10-14", "10-16", "10-28"]
    assert [day.is_due_soon for day in waiting] == [True, True, False]
    assert len(sent) <= 4


def test_a_day_that_is_closed_has_no_deadline_any_more():
    coordinator = CoordinatorFactory()
    activity = ActivityFactory(team=coordinator.team)
    occurrence = OccurrenceFactory(activity=activity, starts_at=NOW - timedelta(days=1))
    SignupFactory(occurrence=occurrence, person=coordinator.person)
    CoordinatorFactory(team=coordinator.team)
    closing.close(
        occurrence,
        {coordinator.person_id: Mark(AttendanceState.CAME, 60)},
        by=coordinator.person,
    )

    (day,) = deadlines.list_to_see_to(activity.team, now=NOW)

    assert (day.is_closed, day.unconfirmed, day.due_on) == (True, 1, None)


def test_what_is_overdue_is_shown_and_can_be_closed_all_the_same(signed_in_as):
    coordinator = CoordinatorFactory()
    activity = ActivityFactory(team=coordinator.team)
    starts_at = datetime(2026, 9, 23, 2, tzinfo=UTC)
    occurrence = OccurrenceFactory(activity=activity, starts_at=starts_at)
    signup = SignupFactory(occurrence=occurrence)
    browser = signed_in_as(coordinator.person)

    waiting = browser.get(f"/teams/{activity.team_id}/hours").text
    closing.close(
        occurrence, {signup.person_id: Mark(AttendanceState.CAME, 60)}, by=coordinator.person
    )

    assert "Was to be closed by 14 Oct" in waiting
    assert attendance_queries.find_closing(occurrence) is not None
