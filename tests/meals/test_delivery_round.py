"""Bringing meals: the way one walks, what became of each, nobody forgotten who did not answer."""

from dataclasses import replace

import pytest

from tests.factories.elders import ElderFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer import wiring
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.elders import care, no_answer
from volunteer.elders.details import ElderDetails, details_of
from volunteer.elders.models import Ending, Living, Source
from volunteer.meals import (
    bookings,
    delivery_round,
    diners,
    kitchen_queries,
    queries,
)
from volunteer.meals.bookings import Order
from volunteer.meals.diners import DinerDetails
from volunteer.meals.errors import (
    NeighbourNotAllowed,
    NoOpenAlarm,
    NotADelivery,
    NotAHelper,
    NotForTheYoung,
    NotOnItsDay,
    NotSafeYet,
)
from volunteer.meals.models import DeliveryResult, MealBooking, MealWay
from volunteer.notifications.models import OutboxMessage
from volunteer.teams import membership
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


def test_nobody_walks_to_who_is_known_to_stay_away():
    meal = MealFactory(in_days=0)
    bring_to(meal, "2", "1", "101")
    away = bring_to(meal, "3", "1", "101")
    away.is_no_show = True
    session.commit()

    assert [stop.home.building for stop in delivery_round.stops(meal)] == ["2"]


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

    assert [row.person_id for row in kitchen_queries.list_deliverers(meal)] == [member.id]
    delivery_round.release_deliverer(meal, member, by=member)
    assert kitchen_queries.list_deliverers(meal) == []


@pytest.mark.parametrize(("age", "may"), [(16, False), (26, True), (None, True)])
def test_nobody_under_eighteen_goes_from_door_to_door(age, may):
    meal = MealFactory()
    born = None if age is None else clock.today().year - age
    row = MembershipFactory(team=meal.team, person__birth_year=born)

    assert (row.person in [one for one, _away in delivery_round.list_able(meal)]) is may
    if may:
        delivery_round.choose_deliverer(meal, row.person, by=row.person)
    else:
        with pytest.raises(NotForTheYoung):
            delivery_round.choose_deliverer(meal, row.person, by=row.person)
    assert [d.person for d in kitchen_queries.list_deliverers(meal)] == [row.person] * may


@pytest.mark.parametrize("step", [membership.leave, membership.pause])
def test_who_leaves_or_pauses_does_not_bring_what_is_to_come(step):
    wiring.wire()
    coming, over, elsewhere = MealFactory(), MealFactory(in_days=-2), MealFactory()
    row = MembershipFactory(team=coming.team)
    over.plan.activity.team = coming.team
    MembershipFactory(team=elsewhere.team, person=row.person)
    session.commit()
    for meal in (coming, over, elsewhere):
        delivery_round.choose_deliverer(meal, row.person, by=row.person)

    step(row, by=row.person)

    assert [d.person for d in kitchen_queries.list_deliverers(coming)] == []
    assert [d.person for d in kitchen_queries.list_deliverers(over)] == [row.person]
    assert [d.person for d in kitchen_queries.list_deliverers(elsewhere)] == [row.person]


def test_an_elder_who_takes_the_meal_after_all_has_been_seen_and_nobody_looks_for_them():
    meal = MealFactory(in_days=0)
    booking = bring_to(meal, "1")
    elder = ElderFactory(team=meal.team, person=booking.person)
    note(booking, DeliveryResult.NO_ANSWER)
    begun = booking.no_answer

    by = note(booking, DeliveryResult.HANDED_OVER)

    assert not begun.is_open
    assert (begun.ending, begun.closed_by) == (Ending.SPOKE, by)
    assert elder.last_seen_on == meal.team.today(clock.now())
    assert not booking.is_open_alarm


@pytest.mark.parametrize("is_elder", [True, False])
def test_a_meal_left_next_door_does_not_say_that_they_are_safe(is_elder):
    meal = MealFactory(in_days=0)
    booking = bring_to(meal, "1", may_leave_with_neighbour=True)
    if is_elder:
        ElderFactory(team=meal.team, person=booking.person)
    note(booking, DeliveryResult.NO_ANSWER)

    with pytest.raises(NotSafeYet):
        note(booking, DeliveryResult.AT_NEIGHBOUR)

    assert booking.is_open_alarm


def test_once_they_are_known_to_be_safe_it_may_be_left_next_door():
    booking = bring_to(MealFactory(in_days=0), "1", may_leave_with_neighbour=True)
    note(booking, DeliveryResult.NO_ANSWER)
    delivery_round.make_safe(booking, "在女儿家", by=booking.by)

    note(booking, DeliveryResult.AT_NEIGHBOUR)

    assert booking.result is DeliveryResult.AT_NEIGHBOUR


def test_where_an_elder_has_moved_to_their_meals_go_too():
    wiring.wire()
    meal = MealFactory()
    elder = ElderFactory(team=meal.team)
    told_us = ElderFactory(team=meal.team)
    for one in (elder, told_us):
        order = Order(way=MealWay.DELIVERY)
        bookings.book(meal, one.person, order, by=one.person)
    diner = queries.find_diner(meal.team, told_us.person)
    own = Home("锦绣东方小区", "9", "", "101")
    diners.write(diner, DinerDetails(home=own))
    session.commit()
    new = Home("锦绣东方小区", "8", "1", "202")

    for one in (elder, told_us):
        care.change(one, replace(details_of(one), home=new), by=one.person)

    homes = {stop.booking.person: stop.home for stop in delivery_round.stops(meal)}
    assert homes == {elder.person: new, told_us.person: own}


def test_who_ate_here_before_and_is_on_the_list_as_living_alone_is_asked_whether_they_came_home():
    wiring.wire()
    meal = MealFactory()
    booking = BookingFactory(meal=meal)
    assert not booking.should_say_home

    details = ElderDetails(name="王秀英", preferred_name="王婆婆", living=Living.ALONE)
    care.take_in(meal.team, details, person=booking.person, by=booking.person)

    assert booking.should_say_home


def test_who_brings_meals_without_a_place_stands_on_the_list_of_who_is_here(signed_in_as):
    meal = MealFactory(in_days=0)
    bearer = MembershipFactory(team=meal.team).person
    coordinator = CoordinatorFactory(team=meal.team).person
    delivery_round.choose_deliverer(meal, bearer, by=coordinator)
    browser, page = signed_in_as(coordinator), f"/activities/dates/{meal.occurrence_id}/attendance"

    before = browser.get(page).text
    after = browser.post(
        page, data={"person": bearer.id, "tap": "came"}, follow_redirects=True
    ).text

    assert bearer.name in before[before.index('id="bearers"') : before.index('id="walk-in"')]
    assert f'id="person-{bearer.id}"' in after
    assert 'id="bearers"' not in after
