"""A task has a day and no hour: it is at the same time as nothing else."""

from datetime import date

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory, member_of
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import (
    closing,
    eligibility,
    fitting,
    group_texts,
    queries,
    recurrence,
    signups,
    standing_queries,
)
from volunteer.activities.closing import Mark
from volunteer.activities.errors import TooLateForTheYoung
from volunteer.activities.models import AttendanceState, Occurrence
from volunteer.activities.planning import DUE, DUE_UNTIL
from volunteer.core import clock

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2026, 10, 14)


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
    SignupFactory.create_batch(3, occurrence=shopping)
    time_machine.move_to("2026-10-15T02:00Z", tick=False)

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
