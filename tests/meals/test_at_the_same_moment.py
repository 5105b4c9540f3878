"""What one person does with a lunch while another's press is not over yet."""

from datetime import timedelta

import pytest

from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    KittyFactory,
    MealFactory,
    MealPlanFactory,
    StandingMealFactory,
    cooked,
    with_diet,
)
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import meeting
from tests.told import told
from volunteer.activities import queries as activity_queries
from volunteer.activities import single_date
from volunteer.core import clock
from volunteer.core.database import lock, session
from volunteer.meals import (
    bookings,
    kitchen,
    kitty,
    menus,
    notices,
    queries,
    standing,
)
from volunteer.meals.bookings import Order
from volunteer.meals.errors import MealIsOff
from volunteer.meals.kitty import Line
from volunteer.meals.menus import DishPlan, MealDetails
from volunteer.meals.models import Kitty, KittyEntry, MealBooking, MealPlan, MoneyWay, StandingMeal
from volunteer.meals.standing import StandingOrder
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


def person(number: int) -> Person:
    return people_queries.get_person(number)


def cancel(occurrence_id: int, by: int) -> None:
    occurrence = activity_queries.get_occurrence(occurrence_id)
    single_date.cancel(occurrence, reason="停水", by=person(by))


def test_who_books_as_the_lunch_is_called_off_is_told():
    meal = MealFactory()
    diner = DinerFactory(team=meal.team).person
    numbers = meal.occurrence_id, CoordinatorFactory(team=meal.team).person_id

    with meeting(lambda: cancel(*numbers)) as other:
        bookings.book(meal, diner, Order(), by=diner)
        other.begin()
    other.result()

    assert told(notices.MEAL_CHANGED) == [diner.id]


def test_nobody_books_a_lunch_that_is_called_off_at_this_moment():
    meal = MealFactory()
    BookingFactory(meal=meal)
    numbers = meal.id, DinerFactory(team=meal.team).person_id
    by = CoordinatorFactory(team=meal.team).person_id

    def book() -> None:
        bookings.book(queries.get_meal(numbers[0]), person(numbers[1]), Order(), by=person(by))

    with meeting(book) as other:
        cancel(meal.occurrence_id, by)
        other.begin()
    with pytest.raises(MealIsOff):
        other.result()

    assert session.query(MealBooking).count() == 1


def test_money_is_entered_while_the_kitty_changes_hands():
    purse = KittyFactory()
    taker = MembershipFactory(team=purse.team).person
    giver = purse.keeper
    kitty.offer(purse, taker, 0, by=giver)
    numbers = purse.id, taker.id

    def enter() -> None:
        line = Line(clock.now().date(), MoneyWay.IN, 1000, "饭钱")
        kitty.enter(session.get_one(Kitty, numbers[0]), line, by=person(numbers[1]))

    with meeting(enter) as other:
        kitty.accept(purse, 0, by=taker)
        other.begin()
    other.result()

    assert session.query(KittyEntry).one().keeper_id == taker.id


def test_a_sheet_checked_as_somebody_agrees_no_more_keeps_no_copy_of_their_diet():
    meal = cooked(MealFactory(), DishPlan("米饭"))
    booking = with_diet(meal, allergies="花生")
    numbers = meal.id, CoordinatorFactory(team=meal.team).person_id

    def check() -> None:
        kitchen.check(queries.get_meal(numbers[0]), by=person(numbers[1]))

    with meeting(check) as other:
        consents.withdraw(booking.person, ConsentScope.HEALTH, by=booking.person)
        other.begin()
    other.result()

    assert booking.diet is None


def test_a_meal_is_planned_anew_while_somebody_who_eats_every_week_is_booked():
    plan = MealPlanFactory()
    first = MealFactory(plan=plan)
    second = MealFactory(plan=plan, in_days=9)
    StandingMealFactory(plan=plan)
    numbers = second.id, CoordinatorFactory(team=first.team).person_id

    def change() -> None:
        meal = queries.get_meal(numbers[0])
        details = MealDetails(30, meal.deadline_days, meal.deadline_time, None, "")
        menus.change_meal(meal, details, by=person(numbers[1]))

    with meeting(change) as other:
        lock(first)
        other.begin()
        standing.fill([plan])
    other.result()

    assert session.query(MealBooking).count() == 2
    assert queries.get_meal(numbers[0]).capacity == 30


def test_a_list_of_weekly_diners_is_entered_while_one_of_them_begins():
    plan = MealPlanFactory()
    one, other_one = PersonFactory.create_batch(2)
    order = StandingOrder(first_on=clock.now().date() + timedelta(days=1))
    numbers = plan.id, one.id, other_one.id

    def enter_list() -> None:
        both = [(person(number), order) for number in numbers[1:]]
        standing.begin_all(session.get_one(MealPlan, numbers[0]), both, by=both[0][0])

    with meeting(enter_list) as other:
        lock(other_one)
        other.begin()
        standing.begin(plan, other_one, order, by=other_one)
    with pytest.raises(standing.AlreadyStandingDiner):
        other.result()

    assert session.query(StandingMeal).count() == 1
