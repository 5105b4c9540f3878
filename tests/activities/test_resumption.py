"""An activity that has ended is taken up again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.activities.lunches import LUNCH, WEDNESDAY, dates_of
from tests.factories.activities import SignupFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.told import told_of_what
from volunteer.activities import (
    extending,
    notices,
    pausing,
    planning,
    recurrence,
    resumption,
    single_date,
    standing,
)
from volunteer.activities.errors import GoesOnAlready, InsuranceNeeded, NoDatesAgain
from volunteer.activities.models import Activity, DangerLevel
from volunteer.activities.pausing import PausePlan
from volunteer.activities.resumption import Again
from volunteer.activities.standing import StandingPlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database", "on_monday")


def on(activity: Activity) -> list[date]:
    return [one.planned_on for one in dates_of(activity) if not one.is_cancelled]


def in_weeks(number: int) -> date:
    return WEDNESDAY + timedelta(weeks=number)


def test_it_goes_on_by_its_rule_from_that_day_and_not_before(lunch, coordinator, time_machine):
    planning.end(lunch, by=coordinator)
    time_machine.move_to("2027-03-01T08:00Z", tick=False)
    first = date(2027, 3, 17)

    days = resumption.foresee(lunch, Again(date(2027, 3, 12))).days
    resumption.take_up(lunch, Again(date(2027, 3, 12)), by=coordinator)
    lunch.planned_until = None
    extending.extend_all(clock.now())

    made = [day for day in on(lunch) if day > date(2027, 3, 1)]
    assert (days[0], made[0], lunch.last_on) == (first, first, None)
    assert made == list(days)[: len(made)]
    (entry,) = session.query(AuditEntry).filter_by(action="activity.taken_up")
    assert entry.details["first"] == "2027-03-12"


def test_dates_that_were_cancelled_with_it_take_place_with_their_people(lunch, coordinator):
    person = MembershipFactory(team=lunch.team).person
    first, second, third = dates_of(lunch)[:3]
    for occurrence in (first, second):
        SignupFactory(occurrence=occurrence, person=person)
    single_date.cancel(third, reason="", by=coordinator)
    planning.end(lunch, by=coordinator)

    resumption.take_up(lunch, Again(in_weeks(1)), by=coordinator)

    assert [o.is_cancelled for o in (first, second, third)] == [True, False, True]
    assert second.signup_of(person).is_going
    assert told_of_what()[notices.ACTIVITY_RESUMED, person.id] == 1
    assert on(lunch)[0] == in_weeks(1)


def test_dates_that_stay_cancelled_are_named_and_come_back_one_by_one(
    lunch, coordinator, signed_in_as
):
    third = dates_of(lunch)[2]
    single_date.cancel(third, reason="", by=coordinator)
    planning.end(lunch, by=coordinator)
    browser, again = signed_in_as(CoordinatorFactory(team=lunch.team).person), in_weeks(1)

    look = browser.post(
        f"/activities/{lunch.id}/resumption", data={"first_on": again.isoformat(), "last_on": ""}
    ).text
    found = resumption.foresee(lunch, Again(again)).off
    resumption.take_up(lunch, Again(again), by=coordinator)
    browser.post(f"/activities/dates/{third.id}/restoration")

    assert found == [third]
    assert "1 date stays cancelled" in look
    assert f'href="/activities/dates/{third.id}"' in look
    assert not third.is_cancelled


def test_who_came_every_week_comes_again(lunch, coordinator, time_machine):
    member = MembershipFactory(team=lunch.team)
    standing.begin(lunch, member.person, StandingPlan(0, WEDNESDAY), by=coordinator)
    planning.end(lunch, by=coordinator)
    time_machine.move_to("2027-03-01T08:00Z", tick=False)

    resumption.take_up(lunch, Again(date(2027, 3, 3)), by=coordinator)

    again = next(one for one in dates_of(lunch) if one.planned_on == date(2027, 3, 3))
    assert [signup.person for signup in again.going] == [member.person]


def test_every_second_week_stays_that_week(coordinator):
    team = MembershipFactory().team
    plan = replace(LUNCH, rule=replace(recurrence.weekly(2), every=2))
    activity = planning.plan_series(team, plan, by=coordinator)
    planning.end(activity, by=coordinator)

    resumption.take_up(activity, Again(in_weeks(1), in_weeks(6)), by=coordinator)

    assert on(activity) == [in_weeks(2), in_weeks(4), in_weeks(6)]


def test_days_of_a_pause_stay_without_dates(lunch, coordinator):
    pausing.pause(lunch, PausePlan(in_weeks(1), in_weeks(2)), by=coordinator)
    planning.end(lunch, by=coordinator)

    resumption.take_up(lunch, Again(WEDNESDAY), by=coordinator)

    assert on(lunch)[:2] == [WEDNESDAY, in_weeks(3)]


def test_the_days_in_between_are_a_pause_that_can_be_taken_back(lunch, coordinator):
    planning.end(lunch, by=coordinator)
    resumption.take_up(lunch, Again(in_weeks(2)), by=coordinator)
    (rest,) = lunch.pauses

    assert on(lunch)[0] == in_weeks(2)
    pausing.take_back(rest, by=coordinator)

    assert on(lunch)[:3] == [WEDNESDAY, in_weeks(1), in_weeks(2)]


def test_what_goes_on_is_not_taken_up(lunch, coordinator):
    with pytest.raises(GoesOnAlready):
        resumption.take_up(lunch, Again(WEDNESDAY), by=coordinator)


def test_without_a_day_or_an_insurance_it_stays_ended(lunch, coordinator):
    planning.end(lunch, by=coordinator)

    with pytest.raises(NoDatesAgain):
        resumption.take_up(lunch, Again(in_weeks(1), in_weeks(1) - timedelta(1)), by=coordinator)
    lunch.danger_level = DangerLevel.POSSIBLE
    session.commit()
    with pytest.raises(InsuranceNeeded):
        resumption.take_up(lunch, Again(WEDNESDAY), by=coordinator)
    assert lunch.has_ended(WEDNESDAY)


def test_a_coordinator_looks_at_the_dates_before_they_are_made(lunch, signed_in_as):
    person = team_queries.list_coordinators(lunch.team)[0].person
    planning.end(lunch, by=person)
    browser = signed_in_as(person)
    page = f"/activities/{lunch.id}/resumption"
    assert page in browser.get(f"/teams/{lunch.team_id}/activities").text
    assert "From which day on?" in browser.get(page).text
    days = {"first_on": "2026-10-28", "last_on": "2026-10-27"}
    assert "It must end after it starts." in browser.post(page, data=days).text
    days["last_on"] = ""

    look = browser.post(page, data=days).text
    assert "The next dates" in look
    assert on(lunch) == []
    answer = browser.post(page, data={**days, "publish": "1"}, follow_redirects=True)

    assert "is on the calendar" in answer.text
    assert on(lunch)[0] == date(2026, 10, 28)
    again = browser.post(page, data={**days, "publish": "1"}, follow_redirects=True)
    assert "going on already" in again.text


def test_a_day_without_dates_is_said_at_the_day(lunch, signed_in_as):
    person = team_queries.list_coordinators(lunch.team)[0].person
    planning.end(lunch, by=person)

    days = {"first_on": "2026-10-29", "last_on": "2026-10-30"}
    page = signed_in_as(person).post(f"/activities/{lunch.id}/resumption", data=days).text

    assert "By its rule there is no date" in page
