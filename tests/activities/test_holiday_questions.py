"""A date on a public holiday: go on, move or cancel?"""

import re
from datetime import UTC, date, datetime, time

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import holiday_questions, recurrence, series_changes, single_date
from volunteer.activities.errors import AlreadyCancelled, NotInTheFuture
from volunteer.activities.holiday_questions import Decision
from volunteer.activities.models import Activity, DaysOff, HolidayAnswer, Occurrence
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.network import holidays
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 9, 28, 8, tzinfo=UTC)
NATIONAL_DAY = datetime(2026, 10, 7, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def late_september(time_machine, unknown_years):
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


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 10, 1), "Thu 1 Oct is a holiday: 国庆节."),
     (date(2026, 10, 12), "The team's dates on Mon 12 Oct are called off: 下大雨.")],
)  # fmt: skip
def test_before_a_date_is_moved_onto_a_free_day_it_is_asked_once(lunch, signed_in_as, day, said):
    ordinary = OccurrenceFactory(
        activity=lunch.activity, starts_at=datetime(2026, 10, 14, 2, tzinfo=UTC)
    )
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)
    off = DaysOff(team=lunch.team, first_on=date(2026, 10, 12), last_on=date(2026, 10, 13),
                  reason="下大雨")  # fmt: skip
    session.add(off)
    session.commit()
    page = f"/activities/dates/{ordinary.id}/change"
    form = {"day": day.isoformat(), "starts": "10:00", "ends": "12:00", "place": "院坝"}

    looked = browser.post(page, data=form).text
    sure = re.search(r'name="sure" value="([^"]+)"', looked)[1]
    stayed = ordinary.day
    browser.post(page, data=form | {"sure": sure})

    assert said in looked
    assert (stayed, ordinary.day) == (date(2026, 10, 14), day)
    assert ordinary.id not in [number for number, _holiday in asked(lunch)], "asked once"


def test_a_date_that_stays_on_its_holiday_and_one_moved_to_any_other_day_ask_nothing(lunch):
    for day in (lunch.day, date(2026, 10, 9)):
        assert holiday_questions.find_free_day(lunch, day) is None
    taken_back = DaysOff(team=lunch.team, first_on=date(2026, 10, 9), last_on=date(2026, 10, 9),
                         reason="停水", taken_back_at=NOW)  # fmt: skip
    session.add(taken_back)
    session.commit()
    assert holiday_questions.find_free_day(lunch, date(2026, 10, 9)) is None


def test_a_cancelled_holiday_that_is_put_back_on_goes_on(lunch, coordinator):
    single_date.cancel(lunch, reason="", by=coordinator)
    with pytest.raises(AlreadyCancelled):
        holiday_questions.go_on(lunch, by=coordinator)

    single_date.restore(lunch, by=coordinator)

    assert lunch.holiday_answer is HolidayAnswer.GOES_ON


def test_a_year_that_is_missing_is_said_aloud(lunch):
    assert holiday_questions.of_team(lunch.team).missing_years == []
    new_year = date(2027, 1, 1)
    assert holiday_questions.foresee([date(2026, 12, 31), new_year]) == (
        [(new_year, "元旦")],
        [2027],
    )
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


# --- before a series is published ---------------------------------------------------------------

HOLIDAY = date(2026, 10, 7)
WEDNESDAYS = SeriesPlan(
    ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5)]),
    recurrence.weekly(2),
    date(2026, 9, 30),
    time(10),
    time(13),
)
# The same as the browser sends it.
FORM = {
    "title": "爱心午饭",
    "place": "社区活动室",
    "weekdays": "2",
    "first_on": "2026-09-30",
    "starts": "10:00",
    "ends": "13:00",
    "roles-0-name": "帮厨",
    "roles-0-minimum": "1",
    "roles-0-maximum": "5",
    "risk_note": "刀具",
    "leader": "",
}


def decided(decision: Decision) -> Occurrence:
    """The date on the holiday, as it stands when the series has just been published."""
    coordinator = CoordinatorFactory()
    activity = holiday_questions.plan_series(
        coordinator.team, WEDNESDAYS, [decision], by=coordinator.person
    )
    return session.query(Occurrence).filter_by(activity_id=activity.id, planned_on=HOLIDAY).one()


@pytest.mark.parametrize(
    ("decision", "status", "day"),
    [
        (Decision(HOLIDAY, HolidayAnswer.GOES_ON), "planned", HOLIDAY),
        (Decision(HOLIDAY, HolidayAnswer.CANCELLED, "国庆节"), "cancelled", HOLIDAY),
        (
            Decision(HOLIDAY, HolidayAnswer.MOVED, "国庆节", date(2026, 10, 9)),
            "planned",
            date(2026, 10, 9),
        ),
    ],
)
def test_what_was_decided_before_publishing_is_true_at_once_and_nobody_is_told(
    decision, status, day
):
    occurrence = decided(decision)

    assert (occurrence.status, occurrence.day) == (status, day)
    assert occurrence.holiday_answer is decision.answer
    assert occurrence.change_note == (decision.holiday if status == "cancelled" else "")
    assert asked(occurrence) == []
    assert session.query(OutboxMessage).count() == 0
    actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-2:] == [
        "activity.planned",
        {"goes_on": "date.goes_on", "moved": "date.moved", "cancelled": "date.cancelled"}[
            decision.answer
        ],
    ]


def test_what_nobody_decided_is_asked_afterwards():
    coordinator = CoordinatorFactory()
    activity = holiday_questions.plan_series(
        coordinator.team, WEDNESDAYS, [], by=coordinator.person
    )

    (question,) = holiday_questions.of_team(activity.team).open
    assert question.occurrence.day == HOLIDAY


def test_a_date_moved_into_the_past_puts_nothing_on_the_calendar():
    past = Decision(HOLIDAY, HolidayAnswer.MOVED, "国庆节", date(2026, 9, 27))

    with pytest.raises(NotInTheFuture):
        decided(past)

    assert session.query(Activity).count() == 0


def test_the_look_at_a_plan_asks_about_each_date_on_a_holiday_before_it_publishes(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{coordinator.team_id}/activities/new"

    looked = browser.post(page, data=FORM).text
    unanswered = browser.post(page, data={**FORM, "publish": "1"}).text
    row = {"holidays-0-day": "2026-10-07", "holidays-0-answer": "moved"}
    nowhere = browser.post(page, data={**FORM, **row, "publish": "1"}).text
    no_day = {**row, "holidays-0-moved_to": "31 Feb"}
    unread = browser.post(page, data={**FORM, **no_day, "publish": "1"}).text
    same_day = {**row, "holidays-0-moved_to": "2026-10-07"}
    unmoved = browser.post(page, data={**FORM, **same_day, "publish": "1"}).text
    assert session.query(Activity).count() == 0
    there = {**row, "holidays-0-moved_to": "10月9日"}
    published = browser.post(page, data={**FORM, **there, "publish": "1"}, follow_redirects=True)

    assert looked.count("Wed 7 Oct is a holiday: 国庆节") == 1
    assert "What becomes of Wed 7 Oct?" not in looked
    assert "What becomes of Wed 7 Oct?" in unanswered
    assert "Please fill this in." in nowhere
    assert "1 thing to mend" in unread
    assert "We could not read “31 Feb”." in unread
    assert "Please choose another day than the holiday." in unmoved
    assert "is on the calendar" in published.text
    moved = session.query(Occurrence).filter_by(planned_on=HOLIDAY).one()
    assert (moved.day, moved.holiday_answer) == (date(2026, 10, 9), HolidayAnswer.MOVED)


def test_answers_for_other_days_than_the_plan_means_by_now_are_asked_anew(signed_in_as):
    coordinator = CoordinatorFactory()
    page = f"/teams/{coordinator.team_id}/activities/new"
    other = {"holidays-0-day": "2026-10-06", "holidays-0-answer": "cancelled", "publish": "1"}

    answer = signed_in_as(coordinator.person).post(page, data={**FORM, **other}).text

    assert "Wed 7 Oct is a holiday: 国庆节" in answer
    assert session.query(Activity).count() == 0


def test_a_plan_without_holidays_is_published_unasked(signed_in_as):
    coordinator = CoordinatorFactory()
    page = f"/teams/{coordinator.team_id}/activities/new"
    later = {**FORM, "first_on": "2026-10-14", "publish": "1"}

    answer = signed_in_as(coordinator.person).post(page, data=later, follow_redirects=True)

    assert "is on the calendar" in answer.text


def test_the_answer_holds_when_the_series_changes_its_hour_and_not_its_day(lunch, coordinator):
    activity = lunch.activity
    activity.first_on = date(2026, 9, 30)
    session.commit()
    holiday_questions.go_on(lunch, by=coordinator)
    words = ActivityWords("爱心午饭", "社区活动室", "无明显风险", [RolePlan("帮厨", 1, 5, 0)])
    plan = SeriesPlan(words, recurrence.weekly(2), activity.first_on, time(11), time(13))

    series_changes.change_all(activity, plan, by=coordinator)

    assert lunch.wall_starts.time() == time(11)
    assert (lunch.id, "国庆节") not in asked(lunch)


@pytest.mark.parametrize(("hour", "is_asked"), [("01:59", True), ("02:00", False)])
def test_a_date_of_today_that_has_begun_is_not_asked_about_before_publishing(
    hour, is_asked, time_machine
):
    time_machine.move_to(f"2026-10-07T{hour}Z", tick=False)

    days = holiday_questions.days_to_come(WEDNESDAYS, "Asia/Shanghai")

    assert (HOLIDAY in days) is is_asked
