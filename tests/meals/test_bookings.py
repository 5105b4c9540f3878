"""Booking portions: who may still, how many are left, what is done once however often asked."""

from datetime import time, timedelta

import pytest
import time_machine

from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    MealFactory,
    StandingMealFactory,
    with_diet,
)
from tests.factories.people import PersonFactory
from volunteer.activities import single_date
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.elders.models import DietTag
from volunteer.meals import bookings, kitchen, queries, standing
from volunteer.meals.bookings import Order
from volunteer.meals.diets import Diet
from volunteer.meals.diners import DinerDetails
from volunteer.meals.errors import (
    AddressNeeded,
    AlreadyBooked,
    BookingIsCancelled,
    BookingIsClosed,
    BroughtHome,
    DietConsentNeeded,
    MealIsFull,
    MealIsOff,
    MealIsOver,
    NotOnItsDay,
)
from volunteer.meals.models import BookingStatus, Diner, Meal, MealBooking, MealWay
from volunteer.people import consents
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person
from volunteer.people.profile import PersonDetails

pytestmark = pytest.mark.usefixtures("database")
HOME = Home("锦绣东方小区", "3", "2", "501")


def book(meal: Meal, person: Person, **order: object) -> MealBooking:
    return bookings.book(meal, person, Order(**order), by=person)


def test_a_neighbour_books_a_portion_and_is_a_diner_from_then_on():
    meal, person = MealFactory(), PersonFactory()

    booking = book(meal, person)

    assert booking.is_booked
    assert booking.portions == 1
    assert queries.find_diner(meal.team, person) == booking.diner


def test_booking_the_same_twice_is_one_booking():
    meal, person = MealFactory(capacity=1), PersonFactory()

    first, second = book(meal, person), book(meal, person)

    assert first.id == second.id
    assert session.query(MealBooking).count() == 1


@pytest.mark.parametrize("other", [{"portions": 2}, {"way": MealWay.DELIVERY}])
def test_booking_something_else_besides_is_refused_with_the_way_to_change_it(other):
    meal, person = MealFactory(), PersonFactory()
    book(meal, person)

    with pytest.raises(AlreadyBooked):
        book(meal, person, **other)


def test_no_meal_holds_more_portions_than_it_has():
    meal = MealFactory(capacity=3)
    BookingFactory(meal=meal, portions=2)

    with pytest.raises(MealIsFull) as one_left:
        book(meal, PersonFactory(), portions=2)

    assert "Only 1 more portion is free." in str(one_left.value)
    assert book(meal, PersonFactory()).is_booked
    with pytest.raises(MealIsFull) as none_left:
        book(meal, PersonFactory())
    assert "All portions are taken." in str(none_left.value)


def test_a_change_counts_only_what_is_more():
    meal = MealFactory(capacity=3)
    booking = BookingFactory(meal=meal, portions=2)

    bookings.change(booking, Order(portions=3), by=booking.person)
    with pytest.raises(MealIsFull):
        bookings.change(booking, Order(portions=4), by=booking.person)

    assert booking.portions == 3


def test_who_cancelled_books_again_in_the_same_row():
    meal, person = MealFactory(), PersonFactory()
    booking = book(meal, person)

    bookings.cancel(booking, by=person)
    bookings.cancel(booking, by=person)
    assert booking.status is BookingStatus.CANCELLED
    again = book(meal, person, portions=2)

    assert again.id == booking.id
    assert again.is_booked
    assert again.cancelled_at is None


def test_a_cancelled_booking_is_not_changed():
    booking = BookingFactory(status=BookingStatus.CANCELLED)

    with pytest.raises(BookingIsCancelled):
        bookings.change(booking, Order(portions=2), by=booking.person)


def test_a_change_is_made_while_booking_is_open_and_keeps_whose_guest_they_are():
    meal = MealFactory(in_days=0)
    walked_in = BookingFactory(meal=meal, is_walk_in=True, guest_of=DinerFactory(team=meal.team))

    with pytest.raises(BookingIsClosed):
        bookings.change(walked_in, Order(portions=2), by=walked_in.person)
    bookings.change(walked_in, Order(portions=2, is_late=True), by=PersonFactory())

    assert (walked_in.portions, walked_in.is_walk_in) == (2, True)
    assert walked_in.guest_of is not None


def test_a_meal_that_is_brought_home_by_a_change_needs_an_address():
    booking = BookingFactory()

    with pytest.raises(AddressNeeded):
        bookings.change(booking, Order(MealWay.DELIVERY), by=booking.person)

    assert booking.way is MealWay.DINE_IN


def test_cancelling_twice_is_done_once_and_not_after_the_meal():
    over, booking = BookingFactory(meal=MealFactory(in_days=-1)), BookingFactory()
    with time_machine.travel(clock.now(), tick=False) as at:
        bookings.cancel(booking, by=booking.person)
        moment = booking.cancelled_at
        at.shift(60)
        bookings.cancel(booking, by=booking.person)

    with pytest.raises(MealIsOver):
        bookings.cancel(over, by=over.person)
    assert booking.cancelled_at == moment
    assert over.is_booked


def test_this_time_only_ends_nothing_where_this_one_is_full():
    meal = MealFactory(capacity=2)
    weekly = StandingMealFactory(plan=meal.plan)
    standing.fill([meal.plan])
    me = weekly.diner.person

    with pytest.raises(MealIsFull):
        bookings.book_this_time_only(meal, me, weekly, Order(portions=3), by=me)

    session.expire_all()
    assert not weekly.has_ended


def test_after_the_deadline_only_a_coordinator_books():
    meal, person = MealFactory(), PersonFactory()

    with time_machine.travel(meal.deadline_at, tick=False):
        with pytest.raises(BookingIsClosed):
            book(meal, person)
        booking = book(meal, person, is_late=True)

    assert booking.is_booked


def test_a_moment_before_the_deadline_booking_is_open():
    meal = MealFactory()

    with time_machine.travel(meal.deadline_at - timedelta(seconds=1), tick=False):
        assert book(meal, PersonFactory()).is_booked


def test_the_deadline_is_four_in_the_afternoon_of_the_day_before_on_the_wall():
    meal = MealFactory()

    wall = meal.team.wall(meal.deadline_at)

    assert (wall.date(), wall.hour, wall.minute) == (meal.day - timedelta(days=1), 16, 0)


def test_a_moved_date_takes_its_deadline_along():
    meal = MealFactory()
    before = meal.deadline_at

    plan = DatePlan(meal.day + timedelta(days=1), time(10), time(13), meal.occurrence.place)
    single_date.move(meal.occurrence, plan, by=PersonFactory())

    assert meal.deadline_at == before + timedelta(days=1)


def test_a_cancelled_or_past_lunch_takes_no_bookings():
    off, over = MealFactory(), MealFactory()
    single_date.cancel(off.occurrence, reason="", by=PersonFactory())

    with pytest.raises(MealIsOff):
        book(off, PersonFactory(), is_late=True)
    with time_machine.travel(over.occurrence.ends_at), pytest.raises(MealIsOver):
        book(over, PersonFactory(), is_late=True)


def test_what_is_brought_home_needs_an_address():
    meal, person = MealFactory(), PersonFactory()

    with pytest.raises(AddressNeeded):
        book(meal, person, way=MealWay.DELIVERY)
    booking = book(meal, person, way=MealWay.DELIVERY, details=DinerDetails(home=HOME))

    assert booking.diner.home == HOME
    assert session.query(Diner).count() == 1


def test_without_consent_no_diet_is_kept():
    meal, person = MealFactory(), PersonFactory()
    diet = Diet((DietTag.LOW_SALT,), "花生")

    with pytest.raises(DietConsentNeeded):
        book(meal, person, details=DinerDetails(diet=diet))

    assert session.query(Diner).count() == 0


def test_with_consent_the_booking_keeps_a_copy_and_withdrawing_takes_all_of_it_away():
    meal, person = MealFactory(), PersonFactory()
    diet = Diet((DietTag.LOW_SALT,), "花生")

    booking = book(meal, person, details=DinerDetails(diet=diet, consent=ConsentDetails()))
    assert Diet.of(booking.diet) == Diet.of(booking.diner.diet) == diet
    consents.withdraw(person, ConsentScope.HEALTH, by=person)

    assert booking.diet is None
    assert booking.diner.diet is None


def test_a_guest_is_written_down_once_however_often_the_form_is_sent():
    meal = MealFactory()
    host = DinerFactory(team=meal.team)
    order = Order(guest_of=host)

    sent = [
        bookings.book_somebody_new(
            meal, PersonDetails(name="刘玉"), order, by=host.person, form_key="once"
        )
        for _twice in range(2)
    ]

    assert sent[0].id == sent[1].id
    assert sent[0].guest_of == host
    assert sent[0].was_entered_by_somebody_else


def test_who_walks_in_is_written_down_on_the_day_only():
    later, today = MealFactory(), MealFactory(in_days=0)

    with pytest.raises(NotOnItsDay):
        book(later, PersonFactory(), is_walk_in=True)

    assert book(today, PersonFactory(), is_walk_in=True).is_walk_in


def test_the_portion_of_who_stays_away_goes_to_whoever_walks_in():
    meal = MealFactory(in_days=0, capacity=1)
    booked = BookingFactory(meal=meal)
    with pytest.raises(MealIsFull):
        book(meal, PersonFactory(), is_walk_in=True)

    for _twice in range(2):
        bookings.note_no_show(booked, is_missing=True, by=booked.person)
    book(meal, PersonFactory(), is_walk_in=True)

    assert session.query(AuditEntry).filter_by(action="meal.no_show").count() == 1
    assert queries.count_portions([meal]) == {meal.id: 1}
    with pytest.raises(MealIsFull):
        bookings.note_no_show(booked, is_missing=False, by=booked.person)


def test_where_nobody_opens_nobody_just_stays_away():
    meal = MealFactory(in_days=0)
    booking = BookingFactory(meal=meal, way=MealWay.DELIVERY)

    with pytest.raises(BroughtHome):
        bookings.note_no_show(booking, is_missing=True, by=booking.by)

    assert booking.eats


def test_who_was_noted_as_missing_and_stands_at_the_door_eats():
    meal = MealFactory(in_days=0)
    booking = BookingFactory(meal=meal)
    bookings.note_no_show(booking, is_missing=True, by=booking.by)

    order = Order(is_late=True, is_walk_in=True)
    bookings.book(meal, booking.person, order, by=booking.by)

    session.refresh(booking)
    count = kitchen.count(meal)
    assert booking.eats
    assert (count.diners, count.no_shows) == (1, 0)


def test_nobody_stays_away_before_the_day():
    booking = BookingFactory()

    with pytest.raises(NotOnItsDay):
        bookings.note_no_show(booking, is_missing=True, by=booking.person)


def test_a_new_booking_knows_what_was_said_of_the_diet_before():
    earlier = with_diet(MealFactory(), tags=[DietTag.SOFT])
    next_meal = MealFactory(plan=earlier.meal.plan, in_days=9)

    booking = book(next_meal, earlier.person)

    assert Diet.of(booking.diet).tags == (DietTag.SOFT,)


def test_who_walked_in_or_has_cancelled_did_not_stay_away():
    meal = MealFactory(in_days=0)
    walked_in = BookingFactory(meal=meal, is_walk_in=True)
    cancelled = BookingFactory(meal=meal, status=BookingStatus.CANCELLED)

    for booking in (walked_in, cancelled):
        with pytest.raises(BookingIsCancelled):
            bookings.note_no_show(booking, is_missing=True, by=booking.by)

    assert {walked_in.is_no_show, cancelled.is_no_show} == {False}
