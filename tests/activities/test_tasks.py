"""A task has a day and no hour: it is at the same time as nothing else."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    RotaSeatFactory,
    SignupFactory,
    member_of,
)
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import (
    eligibility,
    fitting,
    group_texts,
    planning,
    queries,
    recurrence,
    series_changes,
    signups,
    single_date,
    standing_queries,
    wording,
)
from volunteer.activities.attendance import check_in, closing, noting, sheet
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.errors import TooEarlyToCheckIn, TooLateForTheYoung
from volunteer.activities.models import AttendanceState, Occurrence
from volunteer.activities.planning import DUE, DUE_UNTIL, ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.series_outcome import Why
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2026, 10, 14)
POSTERS = SeriesPlan(
    ActivityWords("贴海报", "小区", "无明显风险", [RolePlan("帮手", 1, 5)]),
    recurrence.weekly(2),
    DAY,
    is_task=True,
)
KEPT = replace(POSTERS.words, roles=[RolePlan("帮手", 1, 5, position=0)])


@pytest.fixture(autouse=True)
def days_before(time_machine, database):
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


def task(**values) -> Occurrence:
    """Something to be done until the end of Wednesday, as planning puts it on the calendar."""
    activity = ActivityFactory(is_task=True, starts=DUE, ends=DUE_UNTIL, **values)
    span = recurrence.span(DAY, DUE, DUE_UNTIL, activity.zone)
    return OccurrenceFactory(activity=activity, starts_at=span.starts_at, ends_at=span.ends_at)


def test_one_person_takes_on_two_tasks_of_the_same_day():
    shopping = task(title="买菜")
    posters = task(title="贴海报", team=shopping.team)
    person = member_of(shopping)
    signups.sign_up(shopping, shopping.roles[0].id, person, by=person)

    mine = signups.sign_up(posters, posters.roles[0].id, person, by=person)

    assert mine.is_going


def test_a_task_is_offered_beside_a_task_of_the_same_day():
    shopping = task(title="买菜")
    posters = task(title="贴海报", team=shopping.team)
    own = SignupFactory(occurrence=shopping)
    openings = fitting.openings([posters], clock.now())

    (place,) = fitting.open_places(own.person, openings, [own], [])

    assert place.occurrence is posters


def test_a_youth_may_take_on_a_task_that_is_done_by_day():
    shopping = task()
    youth = member_of(shopping, birth_year=2010, birth_month=1)
    facts = eligibility.of_date(shopping, [youth])

    refused = facts.refusals(youth, shopping.roles[0], shopping)

    assert not any(isinstance(why, TooLateForTheYoung) for why in refused)


def test_who_usually_has_time_in_the_morning_may_be_offered_a_task():
    shopping = task()
    person = member_of(shopping, free_slots=["wed_am"])
    openings = fitting.openings([shopping], clock.now())

    assert fitting.open_places(person, openings, [], [])


def test_hours_of_two_tasks_of_the_same_day_both_count(time_machine):
    shopping = task(title="买菜")
    posters = task(title="贴海报", team=shopping.team)
    coordinator = CoordinatorFactory(team=shopping.team).person
    person = SignupFactory(occurrence=shopping).person
    SignupFactory(occurrence=posters, person=person)
    time_machine.move_to("2026-10-15T02:00Z", tick=False)

    for one in (shopping, posters):
        closing.close(one, {person.id: Mark(AttendanceState.CAME, 60)}, by=coordinator)


def test_thanks_for_a_task_do_not_count_a_minute_as_its_hours(app, time_machine):
    shopping = task(title="买菜")
    helpers = [one.person_id for one in SignupFactory.create_batch(3, occurrence=shopping)]
    time_machine.move_to("2026-10-15T02:00Z", tick=False)
    coordinator = CoordinatorFactory(team=shopping.team).person
    marks = {number: Mark(AttendanceState.CAME, 0) for number in helpers}
    closing.close(shopping, marks, by=coordinator)

    with app.test_request_context():
        said = group_texts.thanks(shopping)

    assert said.splitlines()[2] == "3位邻居出了力"


def test_a_standing_place_in_a_task_is_kept_beside_another_task_of_that_day():
    shopping = task(title="买菜", rule="FREQ=WEEKLY;BYDAY=WE")
    posters = task(title="贴海报", team=shopping.team)
    person = SignupFactory(occurrence=shopping).person

    busy = standing_queries.find_busy_on(posters.activity, [person.id], after=clock.now())

    assert busy == set()


def test_a_task_keeps_nobody_busy_elsewhere():
    shopping = task(title="买菜")
    posters = task(title="贴海报", team=shopping.team)
    people = [SignupFactory(occurrence=shopping).person_id]
    elsewhere = queries.list_places_elsewhere(people, besides=[posters.id], after=clock.now())

    assert (queries.find_busy(posters, people), elsewhere) == (set(), {})


@pytest.mark.parametrize(
    "page",
    [
        "/teams/{team}/dates",
        "/teams/{team}/month?day=2026-10-14",
        "/teams/{team}/week/poster?day=2026-10-14",
        "/teams/{team}/rota?month=2026-10",
        "/teams/{team}/rota/sheet?month=2026-10",
        "/teams/{team}/my-rota?month=2026-10",
    ],
)
def test_no_page_says_an_hour_that_a_task_has_not(page, signed_in_as):
    posters = task(title="贴海报")
    coordinator = CoordinatorFactory(team=posters.team).person
    RotaSeatFactory(occurrence=posters, person=coordinator, invited_at=clock.now())

    text = signed_in_as(coordinator).get(page.format(team=posters.team.id)).text

    assert "贴海报" in text
    assert "11:59" not in text


def test_a_task_to_be_closed_says_no_hour_either(signed_in_as, time_machine):
    posters = task(title="贴海报")
    SignupFactory(occurrence=posters)
    coordinator = CoordinatorFactory(team=posters.team).person
    time_machine.move_to("2026-10-15T02:00Z", tick=False)

    text = signed_in_as(coordinator).get(f"/teams/{posters.team.id}/hours").text

    assert "贴海报" in text
    assert "11:59" not in text


def test_the_text_for_the_group_says_until_when_a_moved_task_was_to_be_done():
    posters = task(title="贴海报")
    coordinator = CoordinatorFactory(team=posters.team).person
    later = DatePlan(DAY + timedelta(days=1), DUE, DUE_UNTIL, posters.place)
    single_date.move(posters, later, by=coordinator)

    text = group_texts.change(posters, "https://linli.example.org")

    assert "11:59" not in text
    assert f"It was: {wording.when_of(datetime.combine(DAY, DUE), None)}" in text


def test_who_is_elsewhere_loses_the_place_when_a_task_gets_an_hour(time_machine):
    coordinator = CoordinatorFactory()
    posters = planning.plan_series(coordinator.team, POSTERS, by=coordinator.person)
    (first, *_later) = queries.list_coming(posters, after=clock.now())
    signup = SignupFactory(occurrence=first)
    at_ten = recurrence.span(DAY, time(10), time(12), posters.zone).starts_at
    SignupFactory(occurrence=OccurrenceFactory(starts_at=at_ten), person=signup.person)

    with_an_hour = replace(POSTERS, words=KEPT, is_task=False, starts=time(10), ends=time(12))
    outcome = series_changes.change_all(posters, with_an_hour, by=coordinator.person)

    assert [(loss.signup, loss.why) for loss in outcome.losses] == [(signup, Why.BUSY)]
    assert not signup.is_active


def test_nobody_loses_the_place_when_what_had_an_hour_becomes_a_task(time_machine):
    coordinator = CoordinatorFactory()
    at_ten = replace(POSTERS, is_task=False, starts=time(10), ends=time(12))
    posters = planning.plan_series(coordinator.team, at_ten, by=coordinator.person)
    (first, *_later) = queries.list_coming(posters, after=clock.now())
    signup = SignupFactory(occurrence=first)
    in_the_night = recurrence.span(DAY, time(23), time(23, 59, 30), posters.zone)
    night_watch = OccurrenceFactory(starts_at=in_the_night.starts_at)
    SignupFactory(occurrence=night_watch, person=signup.person)

    series_changes.change_all(posters, replace(POSTERS, words=KEPT), by=coordinator.person)

    assert signup.is_going


def test_who_has_done_it_in_the_morning_is_noted_then(time_machine):
    occurrence = task()
    here = SignupFactory(occurrence=occurrence).person
    time_machine.move_to("2026-10-14T01:30Z", tick=False)

    with pytest.raises(TooEarlyToCheckIn), clock.pretend(clock.now() - timedelta(days=1)):
        noting.note(occurrence, here, by=here)
    found = check_in.find_by_digits(check_in.digits_of(occurrence), here)
    noting.note(occurrence, here, by=here)

    assert found.id == occurrence.id
    assert attendance_queries.find_attendance(occurrence, here).arrived_at == clock.now()


@pytest.mark.parametrize(
    ("typed", "hours"), [("1 10:20-11:05", (10, 11)), ("1 2:20-3:05", (14, 15)), ("1 18:20", (18,))]
)
def test_the_hours_on_its_sheet_are_those_of_its_day(typed, hours):
    occurrence = task()
    SignupFactory(occurrence=occurrence)
    occurrence = queries.get_occurrence(occurrence.id)

    found = sheet.read(typed, occurrence, sheet.all_lines(occurrence))

    assert found.errors == []
    arrival = found.arrivals[1]
    moments = [arrival.arrived_at, arrival.left_at][: len(hours)]
    assert [occurrence.team.wall(moment).hour for moment in moments] == list(hours)


@pytest.mark.parametrize("first", ["the task", "the date"])
def test_a_task_is_beside_a_date_at_any_hour(first):
    posters = task()
    evening = recurrence.span(DAY, time(23), time(23, 59, 30), posters.activity.zone)
    watch = OccurrenceFactory(
        activity=ActivityFactory(team=posters.team),
        starts_at=evening.starts_at,
        ends_at=evening.ends_at,
    )
    person = member_of(posters)

    dates = [posters, watch] if first == "the task" else [watch, posters]
    taken = [signups.sign_up(one, one.roles[0].id, person, by=person) for one in dates]

    assert all(signup.is_going for signup in taken)


@pytest.mark.parametrize("first", ["the task", "the date"])
def test_hours_of_a_task_and_of_a_date_both_count(first, time_machine):
    posters = task()
    coordinator = CoordinatorFactory(team=posters.team).person
    evening = recurrence.span(DAY, time(23), time(23, 59, 30), posters.activity.zone)
    watch = OccurrenceFactory(
        activity=ActivityFactory(team=posters.team),
        starts_at=evening.starts_at,
        ends_at=evening.ends_at,
    )
    person = SignupFactory(occurrence=posters).person
    SignupFactory(occurrence=watch, person=person)
    time_machine.move_to("2026-10-15T02:00Z", tick=False)

    for one in [posters, watch] if first == "the task" else [watch, posters]:
        closing.close(one, {person.id: Mark(AttendanceState.CAME, 90)}, by=coordinator)

    assert attendance_queries.sum_of(person) == 180


def test_who_is_elsewhere_keeps_a_task_that_takes_place_again():
    posters = task()
    signup = SignupFactory(occurrence=posters)
    single_date.cancel(posters, reason="", by=signup.person)
    evening = recurrence.span(DAY, time(23), time(23, 59, 30), posters.activity.zone)
    watch = OccurrenceFactory(starts_at=evening.starts_at, ends_at=evening.ends_at)
    SignupFactory(occurrence=watch, person=signup.person)

    single_date.restore(posters, by=signup.person)

    assert signup.is_going
