"""Bookings that change after a round, a pause or an end: nothing is lost, nor given twice."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory
from tests.factories.elders import NoAnswerFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory, MealPlanFactory
from tests.factories.people import ConsentFactory, PersonFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.meals import (
    booking_queries,
    bookings,
    delivery_round,
    diets,
    menus,
    queries,
    standing,
)
from volunteer.meals.bookings import Order
from volunteer.meals.diets import Diet
from volunteer.meals.diners import DinerDetails
from volunteer.meals.errors import MealIsFull, NotSafeYet
from volunteer.meals.models import DeliveryResult, MealWay
from volunteer.meals.standing import StandingOrder
from volunteer.meals.views import bookings as views
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")

HOME = {"estate": "锦绣东方小区", "building": "3", "unit": "2", "room": "501"}


def dates(plan, *days):
    for number in days:
        OccurrenceFactory(activity=plan.activity, starts_at=clock.now() + timedelta(days=number))
    menus.make(clock.now())


def booked(plan):
    meals = queries.list_meals(plan.team, after=clock.now(), at_most=20)
    counts = queries.count_portions(meals)
    return [counts.get(meal.id, 0) for meal in meals]


def test_who_begins_again_after_the_end_has_a_booking_on_each_date_again():
    plan, person = MealPlanFactory(), PersonFactory()
    dates(plan, 3, 10, 17)
    order = StandingOrder(clock.now().date())
    standing.end(standing.begin(plan, person, order, by=person), by=person)

    standing.begin(plan, person, order, by=person)

    assert booked(plan) == [1, 1, 1]


def test_what_they_cancelled_by_themselves_stays_cancelled_when_they_begin_again():
    plan, person = MealPlanFactory(), PersonFactory()
    dates(plan, 3, 10)
    order = StandingOrder(clock.now().date())
    begun = standing.begin(plan, person, order, by=person)
    first = queries.list_meals(plan.team, after=clock.now())[0]
    bookings.cancel(booking_queries.find_booking(first, person), by=person)
    standing.end(begun, by=person)

    standing.begin(plan, person, order, by=person)

    assert booked(plan) == [0, 1]


def test_a_pause_of_who_began_again_frees_its_dates_too():
    plan, person = MealPlanFactory(), PersonFactory()
    dates(plan, 3, 10)
    today = plan.team.today(clock.now())
    order = StandingOrder(today)
    first = standing.begin(plan, person, order, by=person)
    standing.pause(first, today, today + timedelta(days=20), by=person)
    standing.end(first, by=person)
    again = standing.begin(plan, person, order, by=person)
    assert booked(plan) == [1, 1]

    standing.pause(again, today, today + timedelta(days=5), by=person)

    assert booked(plan) == [0, 1]


def test_a_pause_frees_the_date_that_was_booked_before_every_week_began():
    meal = MealFactory()
    person = PersonFactory()
    bookings.book(meal, person, Order(), by=person)
    begun = standing.begin(meal.plan, person, StandingOrder(meal.day), by=person)

    standing.pause(begun, meal.day, meal.day, by=person)

    assert booked(meal.plan) == [0]


def a_delivery_nobody_opened():
    meal = MealFactory(in_days=0.01)
    diner = DinerFactory(team=meal.team, address=HOME)
    return BookingFactory(meal=meal, diner=diner, way=MealWay.DELIVERY)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-10-14T03:00Z", tick=False)


def test_who_comes_to_the_table_after_all_can_be_noted_so(noon):
    booking = a_delivery_nobody_opened()
    delivery_round.note(booking, DeliveryResult.NO_ANSWER, by=PersonFactory())
    delivery_round.make_safe(booking, "到食堂来了", by=PersonFactory())

    bookings.change(booking, Order(MealWay.DINE_IN, is_late=True), by=PersonFactory())

    assert booking.way is MealWay.DINE_IN
    assert (booking.safe_at, booking.safe_by_id, booking.safe_words) == (None, None, None)


def test_where_the_team_of_an_elder_looks_for_them_the_meal_may_change(noon):
    booking = a_delivery_nobody_opened()
    delivery_round.note(booking, DeliveryResult.NO_ANSWER, by=PersonFactory())
    booking.no_answer_id = NoAnswerFactory().id
    session.commit()

    bookings.change(booking, Order(MealWay.DINE_IN, is_late=True), by=PersonFactory())

    assert booking.way is MealWay.DINE_IN


def test_who_cancelled_after_the_round_can_book_at_the_table(noon):
    booking = a_delivery_nobody_opened()
    delivery_round.note(booking, DeliveryResult.HANDED_OVER, by=PersonFactory())
    bookings.cancel(booking, by=PersonFactory())

    again = bookings.book(
        booking.meal, booking.person, Order(MealWay.DINE_IN, is_late=True), by=PersonFactory()
    )

    assert again.way is MealWay.DINE_IN


def test_what_became_of_a_cancelled_round_is_not_said_of_the_next(noon):
    booking = a_delivery_nobody_opened()
    delivery_round.note(booking, DeliveryResult.HANDED_OVER, by=PersonFactory())
    bookings.cancel(booking, by=PersonFactory())

    order = Order(MealWay.DELIVERY, is_late=True)
    again = bookings.book(booking.meal, booking.person, order, by=PersonFactory())

    assert (again.way, again.result, again.result_at) == (MealWay.DELIVERY, None, None)


def test_a_change_does_not_close_that_nobody_opened(noon):
    booking = a_delivery_nobody_opened()
    delivery_round.note(booking, DeliveryResult.NO_ANSWER, by=PersonFactory())

    with pytest.raises(NotSafeYet):
        bookings.change(booking, Order(MealWay.DINE_IN, is_late=True), by=PersonFactory())

    assert booking.is_open_alarm


def test_who_cancels_while_nobody_knows_that_they_are_safe_stays_on_the_round(noon):
    booking = a_delivery_nobody_opened()
    delivery_round.note(booking, DeliveryResult.NO_ANSWER, by=PersonFactory())
    bookings.cancel(booking, by=PersonFactory())

    assert [stop.booking for stop in delivery_round.stops(booking.meal)] == [booking]
    delivery_round.make_safe(booking, "在女儿家", by=PersonFactory())
    assert delivery_round.stops(booking.meal) == []


def test_who_eats_in_a_pause_after_all_is_away_no_more_and_nobodys_guest():
    plan, person = MealPlanFactory(), PersonFactory()
    dates(plan, 3)
    meal = queries.list_meals(plan.team, after=clock.now())[0]
    begun = standing.begin(plan, person, StandingOrder(clock.now().date()), by=person)
    standing.pause(begun, meal.day, meal.day, by=person)
    was = booking_queries.find_booking(meal, person)
    was.guest_of = DinerFactory(team=plan.team)
    session.commit()
    assert was.is_paused

    booking = bookings.book(meal, person, Order(), by=person)

    assert (booking.id, booking.is_paused, booking.guest_of) == (was.id, False, None)


def test_who_is_back_from_a_pause_and_finds_no_portion_is_named():
    plan, person = MealPlanFactory(capacity=1), PersonFactory()
    dates(plan, 3)
    meal = queries.list_meals(plan.team, after=clock.now())[0]
    begun = standing.begin(plan, person, StandingOrder(clock.now().date()), by=person)
    standing.pause(begun, meal.day, meal.day, by=person)
    bookings.book(meal, PersonFactory(), Order(), by=PersonFactory())

    standing.end_pause(begun.pauses[0], by=person)

    assert views.left_out(meal, booking_queries.list_bookings(meal)) == [person]


def test_booking_the_same_again_keeps_what_is_said_of_an_allergy():
    meal, person = MealFactory(), PersonFactory()
    ConsentFactory(person=person, scope=ConsentScope.HEALTH)
    bookings.book(meal, person, Order(), by=person)

    told = DinerDetails(diet=Diet(allergies="花生"))
    bookings.book(meal, person, Order(details=told), by=PersonFactory())

    assert diets.known(meal.team, [person.id])[person.id].allergies == "花生"


def test_who_stayed_away_gets_no_portion_back_by_a_change_when_somebody_else_has_it(noon):
    meal = MealFactory(plan__capacity=1, in_days=0.01)
    missing = BookingFactory(meal=meal)
    bookings.note_no_show(missing, is_missing=True, by=PersonFactory())
    bookings.book(meal, PersonFactory(), Order(is_walk_in=True), by=PersonFactory())

    with pytest.raises(MealIsFull):
        bookings.change(missing, Order(is_late=True), by=PersonFactory())
