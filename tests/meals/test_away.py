"""Who eats every week and is away: not cooked for then, and again afterwards."""

import re
from datetime import time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory
from tests.factories.meals import MealPlanFactory, StandingMealFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import away, single_date
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.meals import (
    booking_queries,
    bookings,
    head_count,
    menus,
    queries,
    standing,
)
from volunteer.meals.bookings import Order
from volunteer.people import away as days_away
from volunteer.people.away import Stretch

pytestmark = pytest.mark.usefixtures("database")

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def plan(monday):
    """A lunch on Thursday, and on the next two."""
    plan = MealPlanFactory()
    for number in (3, 10, 17):
        OccurrenceFactory(activity=plan.activity, starts_at=clock.now() + number * A_DAY)
    return plan


@pytest.fixture
def held(plan):
    """Somebody who eats on each of them."""
    held = StandingMealFactory(plan=plan)
    menus.make(clock.now())
    return held


def these_days(first: int, last: int) -> Stretch:
    today = clock.now().date()
    return Stretch(today + first * A_DAY, today + last * A_DAY)


def meals_of(plan):
    return queries.list_meals(plan.team, after=clock.now(), at_most=20)


def cooked_for(plan):
    """How many portions are cooked on each date."""
    return [
        head_count.count(booking_queries.list_bookings(meal), []).diners for meal in meals_of(plan)
    ]


def lunches_of(person):
    """On which of the days away they are not cooked for: True; booked: False."""
    stretches = away.list_coming(person)
    found = away.list_lunches(person, stretches)
    return [lunch.is_off for one in stretches for lunch in found[one.id]]


def test_on_days_away_the_lunch_of_every_week_is_not_cooked_and_the_page_says_so(plan, held):
    person = held.diner.person

    away.note(person, these_days(3, 10), by=person)

    assert cooked_for(plan) == [0, 0, 1]
    assert lunches_of(person) == [True, True]


def test_here_after_all_their_lunches_are_booked_again(plan, held):
    person = held.diner.person
    away.note(person, these_days(3, 10), by=person)

    away.take_back(person, away.list_coming(person)[0].id, by=person)

    assert cooked_for(plan) == [1, 1, 1]


def test_who_eats_after_all_is_cooked_for_whatever_else_changes(plan, held):
    person = held.diner.person
    away.note(person, these_days(3, 5), by=person)
    first = meals_of(plan)[0]

    bookings.book(first, person, Order(), by=person)
    away.note(person, these_days(1, 10), by=person)

    assert cooked_for(plan) == [1, 0, 1]
    assert lunches_of(person) == [False, True]


def test_new_dates_begin_without_who_is_away(plan):
    held = StandingMealFactory(plan=plan)
    person = held.diner.person
    away.note(person, these_days(9, 11), by=person)

    menus.make(clock.now())

    assert cooked_for(plan) == [1, 0, 1]


def test_a_date_that_moves_into_days_away_is_not_cooked_for_them(plan, held):
    person = held.diner.person
    away.note(person, these_days(4, 5), by=person)
    date = meals_of(plan)[0].occurrence

    there = DatePlan(date.day + A_DAY, time(11), time(13), date.place)
    single_date.move(date, there, by=held.by)

    assert cooked_for(plan) == [0, 1, 1]


def test_what_comes_free_goes_to_who_waits(plan):
    plan.capacity = 1
    held = StandingMealFactory(plan=plan)
    menus.make(clock.now())
    first = meals_of(plan)[0]
    waiting = bookings.book(first, StandingMealFactory().diner.person, Order(may_wait=True),
                            by=held.by)  # fmt: skip

    away.note(held.diner.person, these_days(3, 3), by=held.by)

    assert waiting.is_booked


def test_a_pause_that_ends_books_nothing_on_days_away(plan, held):
    person = held.diner.person
    days = these_days(3, 10)
    standing.pause(held, days.first_on, days.last_on, by=person)
    away.note(person, these_days(3, 3), by=person)

    standing.end_pause(held.pauses[0], by=person)

    assert cooked_for(plan) == [0, 1, 1]


def test_one_eats_after_all_from_the_page_of_days_away(plan, held, signed_in_as):
    person = held.diner.person
    away.note(person, these_days(3, 3), by=person)
    browser, page = signed_in_as(person), f"/meals/{meals_of(plan)[0].id}/booking"

    before = browser.get("/settings/away").text
    browser.post(page, data={"way": "dine_in", "portions": "1", "every_week": "y",
                             "was_every_week": str(held.id), "whom": person.id})  # fmt: skip
    after = browser.get("/settings/away").text

    assert f'href="{page}"' in before
    assert f'href="{page}"' not in after
    assert cooked_for(plan) == [1, 1, 1]


def test_a_coordinator_who_writes_them_down_after_all_need_not_look_for_them(
    plan, held, signed_in_as
):
    membership = MembershipFactory(team=plan.team, person=held.diner.person)
    away.note(membership.person, these_days(3, 3), by=membership.person)
    held.portions = 2
    session.commit()
    browser = signed_in_as(CoordinatorFactory(team=plan.team).person)

    page = browser.get(f"/teams/{plan.team.id}/members/{membership.id}/away").text
    link = re.search(r'href="([^"]*/bookings/new[^"]*)"', page)[1]
    nobodys = re.sub(r"person=\d+", "person=987654", link)
    entry, other = browser.get(link).text, browser.get(nobodys).text

    chosen = f'<option selected value="{membership.person_id}">'
    assert [chosen in text for text in (entry, other)] == [True, False]
    assert re.search(r'name="portions"[^>]* value="2"', entry)


def test_a_coordinator_sees_who_is_away_and_no_portion_is_missing_for_them(plan, signed_in_as):
    held = StandingMealFactory(plan=plan)
    days_away.note(held.diner.person, these_days(3, 3), by=held.by)
    menus.make(clock.now())
    browser = signed_in_as(CoordinatorFactory(team=plan.team).person)

    diners = browser.get(f"/teams/{plan.team.id}/diners").text
    bookings_page = browser.get(f"/meals/{meals_of(plan)[0].id}/bookings").text

    assert "Away 15 Oct" in diners
    assert held.diner.person.name not in bookings_page
