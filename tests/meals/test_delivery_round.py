"""Bringing meals: the way one walks, what became of each, nobody forgotten who did not answer."""

import pytest

from tests.factories.elders import ElderFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.elders import no_answer
from volunteer.elders.models import Ending, Source
from volunteer.meals import delivery_round, queries
from volunteer.meals.errors import (
    NeighbourNotAllowed,
    NoOpenAlarm,
    NotADelivery,
    NotAHelper,
    NotOnItsDay,
    NotSafeYet,
)
from volunteer.meals.models import DeliveryResult, MealBooking, MealWay
from volunteer.notifications.models import OutboxMessage
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


def bring_to(meal, *home, **diner) -> MealBooking:
    address = Home("锦绣东方小区", *home).as_stored()
    one = DinerFactory(team=meal.team, address=address, **diner)
    return BookingFactory(meal=meal, diner=one, way=MealWay.DELIVERY)


def note(booking, result=DeliveryResult.HANDED_OVER):
    by = PersonFactory()
    delivery_round.note(booking, result, by=by)
    return by


def test_doors_come_in_the_order_in_which_one_walks():
    meal = MealFactory()
    homes = [("10", "1", "101"), ("2", "1", "1001"), ("2", "1", "201"), ("2", "", "301")]
    for home in homes:
        bring_to(meal, *home)
    BookingFactory(meal=meal)

    doors = delivery_round.stops(meal)

    assert [str(stop.home) for stop in doors] == [
        "锦绣东方小区2栋301室",
        "锦绣东方小区2栋1单元201室",
        "锦绣东方小区2栋1单元1001室",
        "锦绣东方小区10栋1单元101室",
    ]
    assert [stop.number for stop in doors] == [1, 2, 3, 4]


def test_a_result_says_who_and_when_and_the_last_word_holds():
    booking = bring_to(MealFactory(in_days=0), "1")

    note(booking, DeliveryResult.NO_ANSWER)
    by = note(booking)

    assert booking.result is DeliveryResult.HANDED_OVER
    assert booking.result_by_id == by.id
    assert not booking.is_open_alarm


def test_with_a_neighbour_only_who_agreed_to_that():
    meal = MealFactory(in_days=0)
    asked = bring_to(meal, "1", may_leave_with_neighbour=True)
    not_asked = bring_to(meal, "2")

    note(asked, DeliveryResult.AT_NEIGHBOUR)
    with pytest.raises(NeighbourNotAllowed):
        note(not_asked, DeliveryResult.AT_NEIGHBOUR)

    assert not_asked.result is None


def test_results_are_of_the_day_and_of_deliveries():
    with pytest.raises(NotOnItsDay):
        note(bring_to(MealFactory(), "1"))
    with pytest.raises(NotADelivery):
        note(BookingFactory(meal=MealFactory(in_days=0)))


def test_nobody_answered_stays_open_and_the_coordinators_hear_of_it_without_a_name():
    meal = MealFactory(in_days=0)
    coordinator = CoordinatorFactory(team=meal.team).person
    booking = bring_to(meal, "1")

    note(booking, DeliveryResult.NO_ANSWER)

    assert booking.is_open_alarm
    message = session.query(OutboxMessage).one()
    assert (message.kind, message.person_id) == ("meal_unopened", coordinator.id)
    assert set(message.about) == {"meal_id", "booking_id"}


def test_it_is_closed_only_with_words_that_they_are_safe():
    booking = bring_to(MealFactory(in_days=0), "1")
    note(booking, DeliveryResult.NO_ANSWER)

    with pytest.raises(NotSafeYet):
        delivery_round.make_safe(booking, "", by=booking.by)
    delivery_round.make_safe(booking, "在女儿家，通了电话", by=booking.by)

    assert not booking.is_open_alarm
    with pytest.raises(NoOpenAlarm):
        delivery_round.make_safe(booking, "再来一次", by=booking.by)


def test_for_an_elder_of_the_team_the_steps_begin_and_their_end_closes_it():
    meal = MealFactory(in_days=0)
    elder = ElderFactory(team=meal.team)
    booking = bring_to(meal, "1", person=elder.person)

    by = note(booking, DeliveryResult.NO_ANSWER)

    assert booking.no_answer.source is Source.MEAL
    assert booking.is_open_alarm
    with pytest.raises(NoOpenAlarm):
        delivery_round.make_safe(booking, "好的", by=by)
    no_answer.close(booking.no_answer, Ending.SPOKE, words="在家", by=by)
    assert not booking.is_open_alarm


def test_an_elder_of_another_team_is_followed_here():
    meal = MealFactory(in_days=0)
    booking = bring_to(meal, "1", person=ElderFactory().person)

    note(booking, DeliveryResult.NO_ANSWER)

    assert booking.no_answer is None
    assert booking.is_open_alarm


def test_only_active_members_bring_meals():
    meal = MealFactory()
    member = MembershipFactory(team=meal.team).person
    paused = MembershipFactory(team=meal.team, status=MembershipStatus.PAUSED).person

    for _twice in range(2):
        delivery_round.choose_deliverer(meal, member, by=member)
    for other in (paused, PersonFactory()):
        with pytest.raises(NotAHelper):
            delivery_round.choose_deliverer(meal, other, by=member)

    assert [row.person_id for row in queries.list_deliverers(meal)] == [member.id]
    delivery_round.release_deliverer(meal, member, by=member)
    assert queries.list_deliverers(meal) == []
