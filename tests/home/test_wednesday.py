"""A day on which people cook and eat together, as the first pages show it: the day before, in the
morning, and when nobody opens to a meal."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory
from tests.factories.people import CompanionFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import signups
from volunteer.activities.excuses import Reason
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.meals import delivery_round, home_safe
from volunteer.meals.models import DeliveryResult, MealWay
from volunteer.reminders import inviting

pytestmark = pytest.mark.usefixtures("database")

CHECK_IN = 'href="/check-in"'


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def at(time_machine):
    return lambda moment: time_machine.move_to(moment, tick=False)


def brought_home(meal):
    return BookingFactory(meal=meal, way=MealWay.DELIVERY)


def test_a_coordinator_sees_first_that_nobody_opened_to_a_meal(signed_in_as):
    booking = brought_home(MealFactory(in_days=0))
    coordinator = CoordinatorFactory(team=booking.meal.team).person
    elsewhere = CoordinatorFactory().person
    delivery_round.note(booking, DeliveryResult.NO_ANSWER, by=coordinator)

    pages = [signed_in_as(person).get("/").text for person in (coordinator, elsewhere)]
    delivery_round.make_safe(booking, "在女儿家", by=coordinator)
    after = signed_in_as(coordinator).get("/").text

    assert ["Nobody opened the door to the meal" in page for page in pages] == [True, False]
    assert f"/meals/{booking.meal_id}/delivery#booking-{booking.id}" in pages[0]
    assert booking.person.name in pages[0]
    assert "Nobody opened the door to the meal" not in after


def test_an_hour_after_lunch_its_coordinator_reads_who_is_not_known_to_be_home(signed_in_as, at):
    meal = MealFactory(in_days=0)
    alone = BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, lives_alone="yes"))
    BookingFactory(
        meal=meal, diner=DinerFactory(team=meal.team, lives_alone="yes"), is_no_show=True
    )
    BookingFactory(meal=meal)
    coordinator = CoordinatorFactory(team=meal.team).person
    browser = signed_in_as(coordinator)

    pages = []
    for later in (timedelta(minutes=59), timedelta(minutes=60), timedelta(hours=12)):
        at(meal.occurrence.ends_at + later)
        pages.append(browser.get("/").text)
    at(meal.occurrence.ends_at + timedelta(minutes=61))
    home_safe.tick(alone, is_home=True, by=coordinator)
    pages.append(browser.get("/").text)

    address = f"/meals/{meal.id}/home-safe"
    assert [address in page for page in pages] == [False, True, False, False]
    assert "1 person" in pages[1]


def test_the_day_before_a_lunch_its_coordinator_reads_what_is_left_to_prepare(signed_in_as, at):
    meal = brought_home(MealFactory()).meal
    browser = signed_in_as(CoordinatorFactory(team=meal.team).person)

    early = browser.get("/").text
    at("2026-10-13T09:00Z")
    evening = browser.get("/").text
    meal.checked_at, meal.checked_by_id = clock.now(), member_of(meal.occurrence).id
    session.commit()
    checked = browser.get("/").text
    helper = member_of(meal.occurrence)
    delivery_round.choose_deliverer(meal, helper, by=helper)
    ready = browser.get("/").text

    sheet, doors = "Nobody has checked the kitchen", "nobody brings them yet"
    assert [[words in page for words in (sheet, doors)] for page in (early, evening, checked)] == [
        [False, False],
        [True, True],
        [False, True],
    ]
    assert "To be prepared" not in ready


def test_who_brings_the_meals_reads_so_and_finds_the_doors_on_their_first_page(signed_in_as, at):
    meal = brought_home(MealFactory()).meal
    helper = member_of(meal.occurrence)
    delivery_round.choose_deliverer(meal, helper, by=helper)
    acting = CompanionFactory(person=helper)
    browser = signed_in_as(helper)

    early = browser.get("/").text
    at("2026-10-14T07:00Z")
    on_the_day = browser.get("/").text
    for_them = signed_in_as(acting.companion)
    week_of_them = for_them.post(f"/companions/{acting.id}/acting", follow_redirects=True).text

    doors = f"/meals/{meal.id}/delivery"
    assert "You bring the meals" in early
    assert [doors in page for page in (early, on_the_day)] == [False, True]
    assert f"The week of {helper.name}" in week_of_them
    assert doors not in week_of_them
    assert "You bring the meals" not in signed_in_as(member_of(meal.occurrence)).get("/").text


def test_nobody_is_offered_a_portion_that_can_not_be_booked_any_more(signed_in_as, at):
    meal = MealFactory()
    browser = signed_in_as(MembershipFactory(team=meal.team).person)

    early = browser.get("/").text
    at("2026-10-13T09:00Z")
    late = browser.get("/").text

    assert ["Book a portion" in page for page in (early, late)] == [True, False]
    assert "See the menu" in late


def test_when_the_door_opens_the_one_button_of_a_helper_is_checking_in(signed_in_as):
    hours = (timedelta(hours=3), timedelta(hours=1))
    own = [SignupFactory(occurrence__starts_at=clock.now() + before) for before in hours]

    pages = [signed_in_as(signup.person).get("/").text for signup in own]

    # It always stands in the card of one's hours, too.
    assert [page.count(CHECK_IN) for page in pages] == [1, 2]


def test_a_coordinator_finds_who_is_here_as_soon_as_helpers_may_check_in(signed_in_as):
    hours = (timedelta(hours=3), timedelta(hours=1), timedelta(hours=-1))
    dates = [OccurrenceFactory(starts_at=clock.now() + begins) for begins in hours]

    pages = [
        signed_in_as(CoordinatorFactory(team=date.team).person).get("/").text for date in dates
    ]

    shown = [f"/activities/dates/{d.id}/attendance" in p for d, p in zip(dates, pages, strict=True)]
    assert shown == [False, True, True]
    assert ["Begins soon" in page for page in pages] == [False, True, False]
    assert ["Going on now" in page for page in pages] == [False, False, True]


def test_nobody_who_has_just_called_off_is_named_as_who_could_come(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 3, 5)])
    signup = SignupFactory(occurrence=occurrence, person=member_of(occurrence))
    other = member_of(occurrence)
    signups.withdraw(signup, by=signup.person, reason=Reason())

    page = signed_in_as(CoordinatorFactory(team=occurrence.team).person).get("/").text

    could_come = page[page.index("They could come") :]
    assert other.name in could_come
    assert signup.person.name not in could_come


def test_nobody_who_has_a_message_that_asks_them_is_named_to_be_asked(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 3, 5)])
    asked, other = (member_of(occurrence, email=f"{name}@example.org") for name in "ab")
    coordinator = CoordinatorFactory(team=occurrence.team).person
    inviting.invite(occurrence, {asked.id}, by=coordinator)

    page = signed_in_as(coordinator).get("/").text

    could_come = page[page.index("They could come") :]
    assert other.name in could_come
    assert asked.name not in could_come
