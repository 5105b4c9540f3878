"""A full lunch has a waiting list: who asked first has what comes free, and is told."""

from dataclasses import replace
from datetime import timedelta

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
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import single_date
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.meals import (
    booking_queries,
    bookings,
    menus,
    queries,
    standing,
)
from volunteer.meals.bookings import Order
from volunteer.meals.diners import DinerDetails
from volunteer.meals.errors import (
    BookingIsCancelled,
    BookingIsClosed,
    MealIsFull,
    MealIsOff,
    MealIsOver,
)
from volunteer.meals.models import BookingStatus, Meal, MealBooking
from volunteer.meals.notices import MEAL_CHANGED, MEAL_PLACE_FREED
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.people import deaths
from volunteer.people.profile import PersonDetails

pytestmark = pytest.mark.usefixtures("database")
WAIT = Order(may_wait=True)
ALONE = DinerDetails(lives_alone=True)


def wait(meal: Meal, *, portions: int = 1, **person: object) -> MealBooking:
    one = PersonFactory(**person)
    return bookings.book(meal, one, replace(WAIT, portions=portions), by=one)


def full(**values: object) -> tuple[Meal, MealBooking]:
    """A lunch of one portion, and who has it."""
    meal = MealFactory(capacity=1, **values)
    return meal, BookingFactory(meal=meal)


def told() -> list[int]:
    found = session.query(OutboxMessage).filter_by(kind=MEAL_PLACE_FREED)
    return [message.person_id for message in found.order_by(OutboxMessage.id)]


def waiting(meal: Meal) -> list[int]:
    session.expire_all()
    return [booking.diner.person_id for booking in booking_queries.list_waiting(meal)]


def eating(meal: Meal) -> set[int]:
    session.expire_all()
    return {b.diner.person_id for b in booking_queries.list_bookings(meal) if b.eats}


# --- onto the list -------------------------------------------------------------------------------


def test_who_may_wait_waits_where_all_portions_are_taken_and_takes_none():
    meal, _has_it = full()

    booking = wait(meal)

    assert booking.is_waiting
    assert not booking.eats
    assert bookings.free_portions(meal) == 0
    assert told() == []


def test_who_may_wait_eats_at_once_while_portions_are_left():
    meal = MealFactory(capacity=1)

    assert wait(meal).is_booked


def test_who_did_not_say_that_they_wait_reads_that_it_is_full():
    meal, _has_it = full()

    with pytest.raises(MealIsFull):
        bookings.book(meal, one := PersonFactory(), Order(), by=one)

    assert waiting(meal) == []


def test_asking_again_keeps_the_turn_and_takes_the_new_number_of_portions():
    meal, _has_it = full()
    with time_machine.travel(clock.now(), tick=False) as at:
        first = wait(meal)
        at.shift(60)
        second = wait(meal)
        at.shift(60)
        again = bookings.book(meal, first.person, replace(WAIT, portions=2), by=first.person)

    assert (again.id, again.portions) == (first.id, 2)
    assert waiting(meal) == [first.diner.person_id, second.diner.person_id]
    assert [bookings.turn_of(one) for one in (first, second, _has_it)] == [1, 2, 0]


def test_who_waits_and_orders_otherwise_waits_on_and_who_has_cancelled_is_asked_first():
    meal, has_it = full()
    waits, gone = wait(meal), BookingFactory(meal=meal, status=BookingStatus.CANCELLED)

    bookings.book_or_change(meal, waits.person, Order(portions=2), by=waits.person)
    with pytest.raises(MealIsFull):
        bookings.book_or_change(meal, gone.person, Order(), by=gone.person)
    assert waiting(meal) == [waits.diner.person_id]
    assert waits.portions == 2

    bookings.cancel(has_it, by=has_it.person)
    bookings.book_or_change(meal, gone.person, Order(), by=gone.person)
    assert eating(meal) == {gone.diner.person_id}


def test_who_gives_their_portion_back_and_asks_again_stands_at_the_end():
    meal, has_it = full()
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False) as at:
        bookings.cancel(has_it, by=has_it.person)
        BookingFactory(meal=meal)
        first = wait(meal)
        at.shift(60)
        bookings.book(meal, has_it.person, WAIT, by=has_it.person)

    assert waiting(meal) == [first.diner.person_id, has_it.diner.person_id]


def test_after_the_deadline_nobody_goes_on_the_list_by_themselves_but_with_a_call():
    meal, _has_it = full()
    one, coordinator = PersonFactory(), CoordinatorFactory(team=meal.team).person

    with time_machine.travel(meal.deadline_at + timedelta(minutes=1)):
        with pytest.raises(BookingIsClosed):
            bookings.book(meal, one, WAIT, by=one)
        bookings.book(meal, one, replace(WAIT, is_late=True), by=coordinator)

    assert waiting(meal) == [one.id]


def test_somebody_new_who_called_waits_too_and_is_written_down_once():
    meal, _has_it = full()
    by = CoordinatorFactory(team=meal.team).person

    for _twice in range(2):
        bookings.book_somebody_new(meal, PersonDetails(name="秦兰"), WAIT, by=by, form_key="once")

    assert [b.person.name for b in booking_queries.list_waiting(meal)] == ["秦兰"]


# --- off it --------------------------------------------------------------------------------------


def test_who_asked_first_has_the_portion_that_comes_free_and_is_told(app):
    meal, has_it = full()
    first, second = wait(meal, language="en"), wait(meal)
    moment = clock.now() + timedelta(minutes=5)

    with time_machine.travel(moment, tick=False):
        bookings.cancel(has_it, by=has_it.person)

    assert eating(meal) == {first.diner.person_id}
    assert waiting(meal) == [second.diner.person_id]
    assert told() == [first.diner.person_id]
    assert first.booked_at == moment
    with app.app_context():
        (letter,) = letters.write(session.query(OutboxMessage).all()).values()
    assert "A portion came free, and it is yours" in letter.text


def test_the_trail_says_who_has_the_portion_of_which_team_and_day():
    meal, has_it = full()
    one = wait(meal)

    bookings.cancel(has_it, by=has_it.person)

    entry = session.query(AuditEntry).filter_by(action="meal.moved_up").one()
    assert (entry.person_id, entry.team_id) == (one.person.id, meal.team.id)
    assert (entry.by_id, entry.details) == (None, {"date": meal.day.isoformat()})


def test_nobody_is_told_of_a_portion_that_they_have_given_back_since(app):
    meal, has_it = full()
    first = wait(meal)
    bookings.cancel(has_it, by=has_it.person)

    bookings.cancel(first, by=first.person)

    with app.app_context():
        assert letters.write(session.query(OutboxMessage).all()) == {}


def test_who_wants_more_than_come_free_waits_on_and_the_next_is_not_kept_hungry():
    meal, has_it = full()
    two, one = wait(meal, portions=2), wait(meal)

    bookings.cancel(has_it, by=has_it.person)

    assert eating(meal) == {one.diner.person_id}
    assert waiting(meal) == [two.diner.person_id]


def test_a_smaller_order_and_a_bigger_pot_let_people_move_up():
    meal = MealFactory(capacity=2)
    many = BookingFactory(meal=meal, portions=2)
    first, second = wait(meal), wait(meal)

    bookings.change(many, Order(portions=1), by=many.person)
    assert waiting(meal) == [second.diner.person_id]
    meal = queries.get_meal(meal.id)
    menus.change_meal(meal, replace(menus.planned(meal), capacity=3), by=PersonFactory())

    assert waiting(meal) == []
    assert told() == [first.diner.person_id, second.diner.person_id]


def test_a_pause_of_who_eats_every_week_makes_room():
    meal = MealFactory(capacity=1)
    weekly = StandingMealFactory(plan=meal.plan)
    standing.fill([meal.plan])
    one = wait(meal)

    standing.pause(weekly, meal.day, meal.day, by=weekly.diner.person)

    assert eating(meal) == {one.diner.person_id}


def test_a_long_pause_asks_once_who_waits(count_queries):
    meal = MealFactory()
    weekly = StandingMealFactory(plan=meal.plan)
    later = [MealFactory(plan=meal.plan, in_days=2 + 7 * week) for week in range(1, 9)]
    standing.fill([meal.plan])
    session.commit()

    with count_queries() as short:
        standing.pause(weekly, meal.day, meal.day, by=weekly.diner.person)
    with count_queries() as long:
        standing.pause(weekly, later[0].day, later[-1].day, by=weekly.diner.person)

    assert len(long) <= len(short)


def test_who_is_away_does_not_wait():
    meal, has_it = full()
    weekly = StandingMealFactory(plan=meal.plan)
    one = weekly.diner.person
    bookings.book(meal, one, WAIT, by=one)

    standing.pause(weekly, meal.day, meal.day, by=one)
    bookings.cancel(has_it, by=has_it.person)

    assert (waiting(meal), eating(meal), told()) == ([], set(), [])


@pytest.mark.parametrize("is_waiting", [False, True])
def test_who_has_died_waits_no_more_and_makes_room(is_waiting):
    meal, has_it = full()
    first, second = wait(meal), wait(meal)
    gone = first if is_waiting else has_it

    deaths.note(gone.person, by=CoordinatorFactory(team=meal.team).person)
    if is_waiting:
        bookings.cancel(has_it, by=has_it.person)

    moved_up = second if is_waiting else first
    assert eating(meal) == {moved_up.diner.person_id}


def test_after_the_deadline_a_coordinator_gives_it_by_hand_and_once():
    meal, has_it = full()
    one, by = wait(meal), CoordinatorFactory(team=meal.team).person
    with pytest.raises(MealIsFull):
        bookings.give(one, by=by)

    with time_machine.travel(meal.deadline_at + timedelta(minutes=1)):
        bookings.cancel(has_it, by=by)
        assert waiting(meal) == [one.diner.person_id]
        for _twice in range(2):
            bookings.give(one, by=by)

    assert eating(meal) == {one.diner.person_id}


def test_after_the_deadline_what_is_written_down_of_who_waits_gives_them_no_portion():
    """A coordinator notes that they live alone: who asked first is still the first."""
    meal, has_it = full()
    first, second = wait(meal), wait(meal)
    by = CoordinatorFactory(team=meal.team).person

    with time_machine.travel(meal.deadline_at + timedelta(minutes=1)):
        bookings.cancel(has_it, by=by)
        order = Order(portions=1, details=ALONE, is_late=True)
        bookings.book_or_change(meal, second.diner.person, order, by=by)
        assert waiting(meal) == [first.diner.person_id, second.diner.person_id]
        assert second.diner.is_alone

        bookings.give(first, by=by)

    assert eating(meal) == {first.diner.person_id}


def test_after_the_deadline_a_coordinator_enters_who_waits_and_calls_again():
    meal, has_it = full()
    one, by = wait(meal), CoordinatorFactory(team=meal.team).person

    with time_machine.travel(meal.deadline_at + timedelta(minutes=1)):
        bookings.cancel(has_it, by=by)
        bookings.book(meal, one.diner.person, Order(is_late=True), by=by)

    assert eating(meal) == {one.diner.person_id}


def test_who_waits_reads_so_wherever_their_lunches_stand(signed_in_as):
    meal, _has_it = full()
    member = MembershipFactory(team=meal.team).person
    bookings.book(meal, member, WAIT, by=member)

    browser = signed_in_as(member)

    for page in ("/my-week", f"/teams/{meal.team.id}/meals"):
        text = browser.get(page).text
        assert "On the waiting list" in text
        assert "Book a portion" not in text
        assert "You are booked" not in text


def test_who_has_gone_off_the_list_is_given_nothing():
    meal, has_it = full()
    one = wait(meal)
    bookings.cancel(one, by=one.person)
    bookings.cancel(has_it, by=has_it.person)

    assert one.status is BookingStatus.CANCELLED
    assert (eating(meal), told()) == (set(), [])
    with pytest.raises(BookingIsCancelled):
        bookings.give(one, by=one.person)


def test_of_a_lunch_that_is_off_or_over_nothing_is_given():
    meal, has_it = full()
    one, by = wait(meal), CoordinatorFactory(team=meal.team).person
    has_it.is_no_show = True
    session.commit()

    with time_machine.travel(meal.occurrence.ends_at), pytest.raises(MealIsOver):
        bookings.give(one, by=by)
    single_date.cancel(meal.occurrence, reason="停水了。", by=by)
    with pytest.raises(MealIsOff):
        bookings.give(one, by=by)

    assert one.is_waiting


def test_a_lunch_that_is_off_moves_nobody_up_and_one_that_is_on_again_does():
    meal, has_it = full()
    one, by = wait(meal), CoordinatorFactory(team=meal.team).person
    single_date.cancel(meal.occurrence, reason="停水了。", by=by)
    bookings.cancel(has_it, by=has_it.person)
    assert eating(meal) == set()

    single_date.restore(meal.occurrence, by=by)

    assert eating(meal) == {one.diner.person_id}


def test_who_waits_is_told_that_the_lunch_is_off_or_at_another_place(app, time_machine):
    time_machine.move_to("2026-10-12T12:00+08:00", tick=False)
    meal, has_it = full()
    waits = wait(meal)
    coordinator = CoordinatorFactory(team=meal.team).person

    single_date.move(
        meal.occurrence,
        replace(single_date.plan_of(meal.occurrence), place="社区二楼", note=""),
        by=coordinator,
    )

    found = session.query(OutboxMessage).filter_by(kind=MEAL_CHANGED).all()
    assert {one.person_id for one in found} == {has_it.diner.person_id, waits.diner.person_id}
    with app.app_context(), transaction():
        written = letters.write([one for one in found if one.person_id == waits.diner.person_id])
    (letter,) = written.values()
    assert "You are on the waiting list." in letter.text
    assert "Your turn stays as it is." in letter.text
    assert "You eat with us" not in letter.text

    single_date.cancel(meal.occurrence, reason="停水", by=coordinator)

    newest = session.query(OutboxMessage).filter_by(kind=MEAL_CHANGED, person_id=waits.person.id)
    with app.app_context(), transaction():
        written = letters.write(newest.all())
    assert any("There is no meal from us on that day" in one.text for one in written.values())


def test_what_the_kitchen_minds_is_what_is_known_when_they_move_up():
    meal = MealFactory(capacity=1)
    one = with_diet(meal, allergies="花生")
    one.status, one.diet = BookingStatus.WAITING, None
    has_it = BookingFactory(meal=meal)
    session.commit()

    bookings.cancel(has_it, by=has_it.person)

    session.expire_all()
    assert one.diet["allergies"] == "花生"


# --- on the pages --------------------------------------------------------------------------------


def test_a_full_lunch_offers_the_list_and_says_whose_turn_it_is(signed_in_as):
    meal, _has_it = full()
    wait(meal)
    browser = signed_in_as(me := MembershipFactory(team=meal.team).person)
    url = f"/meals/{meal.id}/booking"

    offered = browser.get(f"/meals/{meal.id}").text
    form = browser.get(url).text
    data = {"way": "dine_in", "portions": "1", "waits": "1"}
    after = browser.post(url, data=data, follow_redirects=True).text

    assert "Onto the waiting list" in offered
    assert "Put me on the waiting list" in form
    assert "every_week" not in form.replace("was_every_week", "")
    assert "When a portion comes free we tell you." in after
    assert "You are number 2 on the waiting list" in after
    assert waiting(meal)[-1] == me.id


def test_who_finds_it_full_while_typing_is_offered_the_list_and_types_nothing_twice(signed_in_as):
    meal, _has_it = full()
    browser = signed_in_as(MembershipFactory(team=meal.team).person)
    data = {"way": "dine_in", "portions": "2", "allergies": "花生", "agrees": "y"}

    page = browser.post(f"/meals/{meal.id}/booking", data=data).text

    assert "All portions are taken." in page
    assert "Put me on the waiting list" in page
    assert 'value="花生"' in page
    assert 'name="waits" type="hidden" value="1"' in page


def test_who_waits_for_more_than_are_free_does_not_read_that_it_is_booked(signed_in_as):
    meal = MealFactory(capacity=2)
    BookingFactory(meal=meal)
    me = MembershipFactory(team=meal.team).person
    bookings.book(meal, me, replace(WAIT, portions=2), by=me)
    browser = signed_in_as(me)
    data = {"way": "dine_in", "portions": "2", "lives_alone": "y"}

    after = browser.post(f"/meals/{meal.id}/booking", data=data, follow_redirects=True).text

    assert "You are number 1 on the waiting list" in after
    assert "When a portion comes free we tell you." in after
    assert "Booked. Enjoy your meal!" not in after


def test_who_waits_leaves_the_list_with_two_presses(signed_in_as):
    meal, _has_it = full()
    booking = wait(meal)
    MembershipFactory(team=meal.team, person=booking.person)
    browser = signed_in_as(booking.person)
    url = f"/meals/bookings/{booking.id}/cancellation"

    asked = browser.get(url).text
    browser.post(url)

    assert "Leave the waiting list?" in asked
    assert waiting(meal) == []


def test_a_coordinator_sees_who_waits_and_gives_the_portion(signed_in_as):
    meal, has_it = full()
    booking = wait(meal, name="吴婆婆", phone="13900139007")
    browser = signed_in_as(CoordinatorFactory(team=meal.team).person)
    page = f"/meals/{meal.id}/bookings"
    give = f"/meals/bookings/{booking.id}/portion"

    before = browser.get(page).text
    has_it.is_no_show = True
    session.commit()
    after = browser.get(page).text
    browser.post(give)

    assert "On the waiting list, in this order" in before
    assert "吴婆婆" in before
    assert give not in before
    assert give in after
    assert eating(meal) == {booking.diner.person_id}


def test_only_a_coordinator_gives_a_portion(signed_in_as):
    meal, has_it = full()
    booking = wait(meal)
    bookings.cancel(has_it, by=has_it.person)
    member = MembershipFactory(team=meal.team).person

    answer = signed_in_as(member).post(f"/meals/bookings/{booking.id}/portion")

    assert answer.status_code in {403, 404}


def test_a_coordinator_puts_who_called_on_the_list_of_a_full_lunch(signed_in_as):
    meal, _has_it = full()
    diner = DinerFactory(team=meal.team)
    browser = signed_in_as(CoordinatorFactory(team=meal.team).person)
    url = f"/meals/{meal.id}/bookings/new"
    data = {
        "diner": str(diner.person_id), "way": "dine_in", "portions": "1", "may_wait": "y",
        "form_key": "0123456789abcdef0123456789abcdef",
    }  # fmt: skip

    assert "onto the waiting list" in browser.get(url).text
    after = browser.post(url, data=data, follow_redirects=True).text

    assert "is on the waiting list." in after
    assert waiting(meal) == [diner.person_id]
