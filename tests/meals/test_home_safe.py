"""到家报平安: who should say that they came home, and when somebody is called."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.meals import BookingFactory, DinerFactory, MealFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.core.database import session
from volunteer.meals import booking_queries, home_safe, notices
from volunteer.meals.errors import NotOnItsDay, NotOnTheList
from volunteer.meals.models import BookingStatus, MealWay
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.teams import membership

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)


def alone(meal, **booking):
    diner = DinerFactory(team=meal.team, lives_alone="yes")
    return BookingFactory(meal=meal, diner=diner, **booking)


def test_on_the_list_is_who_ate_with_us_and_lives_alone():
    meal = MealFactory()
    on_it = alone(meal)
    BookingFactory(meal=meal)
    alone(meal, way=MealWay.DELIVERY)
    alone(meal, is_no_show=True)
    alone(meal, status=BookingStatus.CANCELLED)

    assert home_safe.on_list(booking_queries.list_bookings(meal)) == [on_it]


def test_ticking_moves_somebody_to_the_end_and_a_slip_is_undone():
    meal = MealFactory(in_days=0)
    first, second = alone(meal), alone(meal)
    by = PersonFactory()

    home_safe.tick(first, is_home=True, by=by)
    assert home_safe.on_list(booking_queries.list_bookings(meal)) == [second, first]
    assert first.home_by_id == by.id
    home_safe.tick(first, is_home=False, by=by)

    assert first.home_at is None


def test_nobody_is_home_before_the_day_of_the_lunch(signed_in_as):
    meal = MealFactory(in_days=2)
    booking = alone(meal)
    coordinator = CoordinatorFactory(team=meal.team).person

    page = signed_in_as(coordinator).get(f"/meals/{meal.id}/home-safe").text
    with pytest.raises(NotOnItsDay):
        home_safe.tick(booking, is_home=True, by=coordinator)

    assert booking.person.name in page
    assert "Who is home is noted on the day." in page
    assert "Is home" not in page
    assert booking.home_at is None


def test_who_is_not_on_the_list_is_not_ticked():
    booking = BookingFactory()

    with pytest.raises(NotOnTheList):
        home_safe.tick(booking, is_home=True, by=booking.by)


def test_an_hour_after_the_lunch_the_coordinators_are_told_once_whom_to_call():
    meal = MealFactory(in_days=0)
    CoordinatorFactory(team=meal.team)
    waiting, heard = alone(meal), alone(meal)
    home_safe.tick(heard, is_home=True, by=heard.by)
    ends = meal.occurrence.ends_at

    with time_machine.travel(ends + 59 * MINUTE, tick=False):
        assert home_safe.call(ends + 59 * MINUTE) == 0
        assert not home_safe.is_to_be_called(waiting, ends + 59 * MINUTE)
    with time_machine.travel(ends + 60 * MINUTE, tick=False):
        told = [home_safe.call(ends + 60 * MINUTE) for _twice in range(2)]

    assert told == [1, 0]
    assert session.query(OutboxMessage).one().kind == "meal_home_calls"
    assert home_safe.is_to_be_called(waiting, ends + 60 * MINUTE)
    assert not home_safe.is_to_be_called(heard, ends + 60 * MINUTE)


def test_when_all_are_home_nobody_is_told():
    meal = MealFactory(in_days=0)
    CoordinatorFactory(team=meal.team)
    booking = alone(meal)
    home_safe.tick(booking, is_home=True, by=booking.by)

    assert home_safe.call(meal.occurrence.ends_at + 60 * MINUTE) == 0
    assert session.query(OutboxMessage).count() == 0


def test_a_message_whose_reason_is_gone_is_not_written(app):
    meal = MealFactory(in_days=0)
    CoordinatorFactory(team=meal.team)
    booking = alone(meal)
    home_safe.call(meal.occurrence.ends_at + 60 * MINUTE)
    messages = session.query(OutboxMessage).all()

    with app.app_context():
        assert len(notices.write(messages)) == 1
        home_safe.tick(booking, is_home=True, by=booking.by)
        assert notices.write(session.query(OutboxMessage).all()) == {}


def test_who_coordinates_no_more_hears_nothing_of_who_is_not_home(app):
    meal = MealFactory(in_days=0)
    stays, leaves = (CoordinatorFactory(team=meal.team) for _one in range(2))
    alone(meal)
    an_hour_later = meal.occurrence.ends_at + 60 * MINUTE

    with time_machine.travel(an_hour_later, tick=False):
        home_safe.call(an_hour_later)
        membership.leave(leaves, by=leaves.person)
        found = session.query(OutboxMessage).filter_by(kind=notices.MEAL_HOME_CALLS).all()
        with app.app_context():
            written = letters.write(found)

    assert len(found) == 2
    assert [m.person_id for m in found if m.id in written] == [stays.person_id]


def test_of_who_lives_with_others_or_had_it_brought_nobody_is_to_be_called():
    meal = MealFactory(in_days=0)
    CoordinatorFactory(team=meal.team)
    BookingFactory(meal=meal)
    alone(meal, way=MealWay.DELIVERY)

    told = home_safe.call(meal.occurrence.ends_at + 61 * MINUTE)

    assert (told, session.query(OutboxMessage).count()) == (0, 0)


def test_of_a_lunch_of_long_ago_nobody_is_to_be_called_any_more():
    meal = MealFactory(in_days=0)
    CoordinatorFactory(team=meal.team)
    alone(meal)

    assert home_safe.call(meal.occurrence.ends_at + home_safe.NOT_AFTER) == 0
    assert home_safe.call(meal.occurrence.ends_at + home_safe.NOT_AFTER - MINUTE) == 1


def test_the_tick_of_a_slip_can_be_taken_away_before_the_day():
    meal = MealFactory(in_days=2)
    booking = alone(meal)

    home_safe.tick(booking, is_home=False, by=PersonFactory())

    assert booking.home_at is None


def test_on_paper_there_are_boxes_to_tick_for_who_has_not_been_heard_of(signed_in_as):
    meal = MealFactory(in_days=0)
    home_safe.tick(alone(meal), is_home=True, by=PersonFactory())
    alone(meal)

    page = signed_in_as(CoordinatorFactory(team=meal.team).person).get(
        f"/meals/{meal.id}/home-safe"
    )

    assert page.text.count('<p class="only-print">□ Home □ No answer</p>') == 1
