"""The pages of lunches as people see them: booking on the phone, kitchen, round, kitty."""

import re
from datetime import date, time, timedelta

import pytest

from tests.factories.activities import ActivityFactory, SignupFactory
from tests.factories.elders import ElderFactory
from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    KittyEntryFactory,
    KittyFactory,
    MealFactory,
    StandingMealFactory,
    cooked,
    with_diet,
)
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.audit.models import ReadingEntry
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.elders.models import DietTag, Living
from volunteer.meals import (
    booking_queries,
    delivery_round,
    kitchen_queries,
    kitty,
    queries,
    standing,
)
from volunteer.meals.menus import DishPlan
from volunteer.meals.models import (
    Allergen,
    DeliveryResult,
    Diner,
    Kitty,
    KittyEntry,
    MealBooking,
    MealPlan,
    MealWay,
    StandingMeal,
)
from volunteer.pictures import keeping
from volunteer.teams import membership
from volunteer.teams.models import Membership

CHICKEN = DishPlan("凉拌鸡", allergens=(Allergen.PEANUT,))


def coordinator_of(meal):
    return CoordinatorFactory(team=meal.team).person


def brought(meal, **diner):
    home = Home("锦绣东方小区", "3", "2", "501").as_stored()
    one = DinerFactory(team=meal.team, address=home, **diner)
    return BookingFactory(meal=meal, diner=one, way=MealWay.DELIVERY)


# --- booking on the phone ------------------------------------------------------------------------


def test_everybody_reads_the_menu_and_nobody_a_name(client, database):
    meal = cooked(MealFactory(capacity=5), CHICKEN)
    booking = BookingFactory(meal=meal)
    client.set_cookie("lang", "en")

    page = client.get(f"/meals/{meal.id}").text

    assert "凉拌鸡" in page
    assert "4 portions are still free" in page
    assert booking.person.name not in page


def test_a_member_books_changes_and_cancels(signed_in_as):
    meal = MealFactory()
    me = MembershipFactory(team=meal.team).person
    browser = signed_in_as(me)
    url = f"/meals/{meal.id}/booking"

    first = browser.post(url, data={"way": "dine_in", "portions": "1"}, follow_redirects=True)
    second = browser.post(url, data={"way": "dine_in", "portions": "2"}, follow_redirects=True)
    booking = session.query(MealBooking).one()
    third = browser.post(f"/meals/bookings/{booking.id}/cancellation", follow_redirects=True)

    assert "Booked: 1 portion" in first.text
    assert "Booked: 2 portions" in second.text
    assert "Cancelled. Thank you for telling us." in third.text


def test_every_week_is_one_tick_and_books_this_one_too(signed_in_as):
    meal = MealFactory()
    me = MembershipFactory(team=meal.team).person
    data = {"way": "dine_in", "portions": "1", "every_week": "y"}

    signed_in_as(me).post(f"/meals/{meal.id}/booking", data=data)

    assert session.query(StandingMeal).one().diner.person_id == me.id
    assert booking_queries.find_booking(meal, me).is_booked


def test_every_week_stands_beside_this_one_too(signed_in_as):
    meal = MealFactory()
    data = {"way": "dine_in", "portions": "1", "every_week": "y"}

    signed_in_as(MembershipFactory(team=meal.team).person).post(
        f"/meals/{meal.id}/booking", data=data
    )

    assert session.query(MealBooking).one().standing_id == session.query(StandingMeal).one().id


def test_every_week_is_not_begun_behind_the_back_of_who_reads_that_it_is_full(signed_in_as):
    meal = MealFactory(capacity=1)
    BookingFactory(meal=meal)
    browser = signed_in_as(MembershipFactory(team=meal.team).person)

    data = {"way": "dine_in", "portions": "1", "every_week": "y"}
    browser.post(f"/meals/{meal.id}/booking", data=data)

    assert session.query(StandingMeal).count() == 0


def test_a_home_without_address_is_asked_for_it_and_nothing_is_typed_twice(signed_in_as):
    meal = MealFactory()
    browser = signed_in_as(MembershipFactory(team=meal.team).person)
    data = {"way": "delivery", "portions": "2", "allergies": "花生", "agrees": "y"}

    page = browser.post(f"/meals/{meal.id}/booking", data=data).text

    assert "Please write down where we bring it." in page
    assert 'value="delivery" checked' in page
    assert 'value="花生"' in page
    assert session.query(MealBooking).count() == 0


def test_a_diet_without_the_tick_is_refused_at_the_tick_and_nothing_is_kept(signed_in_as):
    meal = MealFactory()
    me = MembershipFactory(team=meal.team).person
    data = {"way": "dine_in", "portions": "1", "allergies": "花生"}
    browser = signed_in_as(me)

    refused = browser.post(f"/meals/{meal.id}/booking", data=data)
    taken = browser.post(f"/meals/{meal.id}/booking", data=data | {"agrees": "y"})

    assert "kept only for those who agree" in refused.text
    assert taken.status_code == 302
    assert queries.find_diner(meal.team, me).diet["allergies"] == "花生"


def test_what_is_known_is_not_asked_again(signed_in_as):
    meal = MealFactory()
    booking = with_diet(meal, tags=[DietTag.SOFT], allergies="虾")
    MembershipFactory(team=meal.team, person=booking.person)

    page = signed_in_as(booking.person).get(f"/meals/{meal.id}/booking").text

    assert 'value="虾"' in page
    assert 'value="soft" checked' in page


def test_a_companion_books_for_whom_they_act_and_the_record_says_so(signed_in_as):
    meal = MealFactory()
    person = MembershipFactory(team=meal.team).person
    tie = CompanionFactory(person=person)
    browser = signed_in_as(tie.companion)
    with browser.session_transaction() as cookie:
        cookie["acting"] = tie.id

    data = {"whom": person.id, "way": "dine_in", "portions": "1"}
    browser.post(f"/meals/{meal.id}/booking", data=data)

    booking = session.query(MealBooking).one()
    assert (booking.person.id, booking.by_id) == (person.id, tie.companion_id)


def test_an_elder_who_books_for_the_first_time_is_still_known_to_live_alone(signed_in_as):
    meal = MealFactory()
    elder = ElderFactory(team=meal.team, living=Living.ALONE.value)
    MembershipFactory(team=meal.team, person=elder.person)
    browser = signed_in_as(elder.person)
    url = f"/meals/{meal.id}/booking"

    page = browser.get(url).text
    assert str(elder.home) in page
    assert re.search(r'<input[^>]*checked[^>]*name="lives_alone"', page)
    assert session.query(Diner).count() == 0

    # As the page stands there, sent without another word.
    data = {"way": "delivery", "portions": "1", "address": str(elder.home), "lives_alone": "y"}
    browser.post(url, data=data)

    booking = session.query(MealBooking).one()
    assert booking.diner.is_alone
    assert booking.diner.home == elder.home


def test_the_kitchen_and_the_list_tell_two_of_one_name_apart(signed_in_as):
    meal = cooked(MealFactory(), CHICKEN)
    with_diet(meal, allergies="花生", name="刘婆婆", phone="13900139001")
    BookingFactory(meal=meal, diner=namesake(meal, "13900139002"))
    browser = signed_in_as(coordinator_of(meal))

    pages = [
        browser.get(f"/meals/{meal.id}/{page}").text
        for page in ("bookings", "kitchen", "kitchen/sheet")
    ]

    assert all("刘婆婆 …9001" in page for page in pages)
    assert "刘婆婆 …9002" in pages[0]


def namesake(meal, phone):
    return DinerFactory(team=meal.team, person=PersonFactory(name="刘婆婆", phone=phone))


def test_a_stranger_books_nothing(signed_in_as):
    meal = MealFactory()

    answer = signed_in_as(PersonFactory()).post(f"/meals/{meal.id}/booking", data={})

    assert answer.status_code == 404


@pytest.mark.parametrize("shown", [True, False])
def test_every_week_ends_where_its_tick_is_taken_away_but_not_where_it_was_not_shown(
    signed_in_as, shown
):
    meal = MealFactory()
    MealFactory(plan=meal.plan, in_days=9)
    held = StandingMealFactory(plan=meal.plan)
    MembershipFactory(team=meal.team, person=held.diner.person)
    standing.fill([meal.plan])
    browser = signed_in_as(held.diner.person)
    page = browser.get(f"/meals/{meal.id}/booking").text
    ticked = re.search(r'name="was_every_week"[^>]*value="(\d+)"', page)

    data = {"way": "dine_in", "portions": "2", "was_every_week": ticked[1] if shown else ""}
    browser.post(f"/meals/{meal.id}/booking", data=data)

    session.expire_all()
    assert held.has_ended is shown
    booked = session.query(MealBooking).order_by(MealBooking.id).all()
    assert [(b.portions, b.is_booked) for b in booked] == [(2, True), (1, not shown)]


def test_nobody_is_away_from_lunch_for_more_than_a_year(signed_in_as):
    held = StandingMealFactory()
    MembershipFactory(team=held.plan.team, person=held.diner.person)

    data = {"first_on": "tomorrow", "last_on": "2126-10-12"}
    answer = signed_in_as(held.diner.person).post(
        f"/meals/standing/{held.id}/pauses/new", data=data
    )

    assert "Please choose a day from today on, within a year." in answer.text
    assert held.pauses == []


def test_somebody_eats_every_week_is_away_and_is_here_again(signed_in_as):
    held = StandingMealFactory()
    MembershipFactory(team=held.plan.team, person=held.diner.person)
    browser = signed_in_as(held.diner.person)
    url = f"/meals/standing/{held.id}"

    data = {"first_on": "tomorrow", "last_on": "tomorrow"}
    assert browser.post(f"{url}/pauses/new", data=data).status_code == 302
    assert "Here again" in browser.get(f"{url}/pauses/new").text
    browser.post(f"/meals/standing-pauses/{held.pauses[0].id}/end")
    browser.post(f"{url}/end")

    assert held.has_ended


# --- for coordinators ----------------------------------------------------------------------------


def test_an_activity_becomes_a_lunch_and_gets_its_menu(signed_in_as):
    activity = ActivityFactory()
    browser = signed_in_as(CoordinatorFactory(team=activity.team).person)
    data = {
        "activity": activity.id, "capacity": "36", "deadline_days": "1", "deadline_time": "16:00",
        "sample_grams": "125", "sample_hours": "48",
    }  # fmt: skip

    browser.post(f"/teams/{activity.team_id}/meals/plan", data=data)
    meal = MealFactory(plan=session.query(MealPlan).one())
    menu = {
        "dishes-0-name": "凉拌鸡", "dishes-0-allergens": ["peanut"],
        "dishes-0-ingredients": "鸡肉 3斤", "dishes-1-name": "",
    }  # fmt: skip
    browser.post(f"/meals/{meal.id}/menu", data=menu)

    assert [dish.name for dish in queries.get_meal(meal.id).dishes] == ["凉拌鸡"]
    assert "1500" in browser.get(f"/meals/{meal.id}/menu").text


def test_fewer_portions_than_are_booked_are_asked_back_about_and_nobody_loses_theirs(signed_in_as):
    meal = MealFactory(capacity=30)
    BookingFactory(meal=meal, portions=4)
    browser = signed_in_as(CoordinatorFactory(team=meal.team).person)
    here = f"/meals/{meal.id}/plan"
    data = {"capacity": "3", "deadline_days": "1", "deadline_time": "16:00"}
    assert "4 portions are booked." in browser.get(here).text

    page = browser.post(here, data=data).text
    assert "4 portions are booked already and stay." in page
    assert "Yes: they all keep their portion" in page
    assert meal.capacity == 30

    assert browser.post(here, data={**data, "capacity": "4"}).status_code == 302
    assert browser.post(here, data={**data, "keeps_booked": "y"}).status_code == 302
    assert meal.capacity == 3
    assert queries.count_portions([meal]) == {meal.id: 4}

    # What is so already is not asked about again.
    assert browser.post(here, data={**data, "note": "带碗"}).status_code == 302


def test_a_series_that_was_parted_can_be_told_from_its_first_half(signed_in_as):
    team = TeamFactory()
    for starts in (time(9), time(10)):
        ActivityFactory(team=team, title="浇花", starts=starts, ends=time(12))
    ActivityFactory(team=team, title="理发")

    page = signed_in_as(CoordinatorFactory(team=team).person).get(f"/teams/{team.id}/meals/plan")

    assert "浇花: Every Wednesday, 9:00 am to 12:00 pm" in page.text
    assert "浇花: Every Wednesday, 10:00 am to 12:00 pm" in page.text
    assert ">理发</option>" in page.text
    assert 'value="4:00 pm"' in page.text


def test_who_writes_somebody_down_is_asked_about_them(signed_in_as):
    meal = MealFactory()
    browser = signed_in_as(coordinator_of(meal))

    entry = browser.get(f"/meals/{meal.id}/bookings/new").text
    own = browser.get(f"/meals/{meal.id}/booking").text

    assert "Where do they eat?" in entry
    assert "What they may not eat" in entry
    assert "Where do you eat?" in own
    assert "What you may not eat" in own


def test_an_ingredient_that_can_not_be_read_is_said_beside_its_field(signed_in_as):
    meal = MealFactory()
    menu = {"dishes-0-name": "凉拌鸡", "dishes-0-ingredients": "盐适量"}

    page = signed_in_as(coordinator_of(meal)).post(f"/meals/{meal.id}/menu", data=menu)

    assert "We could not read: 盐适量" in page.text


def test_a_coordinator_writes_down_a_guest_once_though_pressed_twice(signed_in_as):
    meal = MealFactory()
    host = DinerFactory(team=meal.team)
    data = {
        "name": "刘玉", "guest_of": host.id, "way": "dine_in", "portions": "1", "form_key": "once",
    }  # fmt: skip
    browser = signed_in_as(coordinator_of(meal))

    for _twice in range(2):
        browser.post(f"/meals/{meal.id}/bookings/new", data=data)
    page = browser.get(f"/meals/{meal.id}/bookings").text

    assert page.count("刘玉") >= 1
    assert session.query(MealBooking).count() == 1
    assert f"guest of {host.person.name}" in page


def test_a_guest_who_comes_again_is_the_same_person_and_brings_nobody(signed_in_as):
    first = MealFactory()
    second = MealFactory(plan=first.plan, in_days=9)
    host = DinerFactory(team=first.team)
    data = {"name": "欧阳端", "phone": "138 0000 1111", "guest_of": host.id, "way": "dine_in",
            "portions": "1"}  # fmt: skip
    browser = signed_in_as(coordinator_of(first))

    for meal in (first, second):
        browser.post(f"/meals/{meal.id}/bookings/new", data={**data, "form_key": f"k{meal.id}"})
    page = browser.get(f"/meals/{second.id}/bookings/new").text
    who, whose_guest = page.split('name="guest_of"')

    assert len({booking.diner_id for booking in session.query(MealBooking)}) == 1
    assert who.count(">欧阳端 …1111<") == 1
    assert "欧阳端" not in whose_guest
    assert host.person.name in whose_guest


def test_who_is_known_is_not_written_down_a_second_time_without_their_allergy(signed_in_as):
    booked = with_diet(MealFactory(), allergies="花生")
    name, url = booked.person.name, f"/meals/{booked.meal.id}/bookings/new"
    data = {"name": name, "way": "dine_in", "portions": "1", "form_key": "x"}
    browser = signed_in_as(coordinator_of(booked.meal))

    asked = browser.post(url, data=data).text
    namesake = browser.post(url, data={**data, "phone": "13800138000"})

    assert f"{name} is on the list above already." in asked
    assert namesake.status_code == 302
    assert session.query(MealBooking).count() == 2


def test_the_page_of_one_diner_sent_again_for_another_books_for_both(signed_in_as):
    meal = MealFactory()
    one, another = DinerFactory(team=meal.team), DinerFactory(team=meal.team)
    browser = signed_in_as(coordinator_of(meal))
    data = {"name": "", "way": "dine_in", "portions": "1", "form_key": "went back"}

    answers = [
        browser.post(f"/meals/{meal.id}/bookings/new", data={**data, "diner": diner.person_id})
        for diner in (one, another)
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert session.query(MealBooking).count() == 2


def test_a_coordinator_enters_a_diet_that_somebody_heard_them_agree_to(signed_in_as):
    meal = MealFactory()
    data = {
        "name": "刘玉", "way": "dine_in", "portions": "1", "form_key": "x", "tags": ["soft"],
        "agrees": "y", "witness": "李玉珍",
    }  # fmt: skip

    signed_in_as(coordinator_of(meal)).post(f"/meals/{meal.id}/bookings/new", data=data)

    assert session.query(MealBooking).one().diner.diet["tags"] == ["soft"]


def test_entering_somebody_known_leaves_what_is_known_of_them_as_it_is(signed_in_as):
    earlier = with_diet(MealFactory(), allergies="花生")
    earlier.diner.lives_alone = "yes"
    session.commit()
    meal = MealFactory(plan=earlier.meal.plan, in_days=9)
    data = {
        "diner": earlier.person.id, "name": "", "way": "dine_in", "portions": "1", "form_key": "x",
    }  # fmt: skip

    signed_in_as(coordinator_of(meal)).post(f"/meals/{meal.id}/bookings/new", data=data)

    assert booking_queries.find_booking(meal, earlier.person).is_booked
    assert earlier.diner.diet["allergies"] == "花生"
    assert earlier.diner.is_alone


def test_a_coordinator_changes_a_booking_and_what_is_known_and_the_look_leaves_a_line(signed_in_as):
    booking = with_diet(MealFactory(), allergies="花生")
    browser = signed_in_as(coordinator_of(booking.meal))
    number, person_id = booking.id, booking.person.id
    url = f"/meals/bookings/{number}/details"

    page = browser.get(url).text
    data = {"way": "dine_in", "portions": "2", "allergies": "虾", "agrees": "y"}
    browser.post(url, data=data)

    assert 'value="花生"' in page
    assert session.query(ReadingEntry).one().person_id == person_id
    changed = booking_queries.get_booking(number)
    assert (changed.portions, changed.diner.diet["allergies"]) == (2, "虾")


def test_who_stayed_away_is_noted_on_the_day(signed_in_as):
    meal = MealFactory(in_days=0)
    booking = BookingFactory(meal=meal)
    browser = signed_in_as(coordinator_of(meal))

    browser.post(f"/meals/bookings/{booking.id}/no-show", data={"missing": "1"})

    assert booking.is_no_show
    assert "Came after all" in browser.get(f"/meals/{meal.id}/bookings").text


def test_the_list_of_a_full_lunch_asks_the_database_few_questions(signed_in_as, count_queries):
    meal = cooked(MealFactory(), CHICKEN)
    BookingFactory.create_batch(12, meal=meal)
    SignupFactory.create_batch(3, occurrence=meal.occurrence)
    StandingMealFactory.create_batch(3, plan=meal.plan)
    browser = signed_in_as(coordinator_of(meal))

    pages = [f"/meals/{meal.id}/{page}" for page in ("bookings", "home-safe", "delivery")]
    pages += [f"/teams/{meal.team.id}/{page}" for page in ("meals", "diners", "kitty")]

    for page in pages:
        with count_queries() as sent:
            assert browser.get(page).status_code == 200
        assert len(sent) <= 12, (page, sent)


# --- kitchen and round ---------------------------------------------------------------------------


def test_the_sheet_for_the_kitchen_has_no_half_wide_brackets_in_chinese(signed_in_as):
    meal = cooked(MealFactory(), CHICKEN)
    booking = with_diet(meal, tags=[DietTag.SOFT], name="曹孝慈")
    booking.way = MealWay.DELIVERY
    session.commit()
    browser = signed_in_as(coordinator_of(meal))

    sheet = browser.get(f"/meals/{meal.id}/kitchen/sheet?lang=zh").text

    assert "曹孝慈（送餐）" in sheet
    assert "曹孝慈 (brought home)" in browser.get(f"/meals/{meal.id}/kitchen/sheet?lang=en").text


def test_the_kitchen_shows_a_red_line_until_somebody_says_what_was_done(signed_in_as):
    meal = cooked(MealFactory(), CHICKEN)
    booking = with_diet(meal, allergies="花生", name="刘婆婆")
    browser = signed_in_as(coordinator_of(meal))
    url = f"/meals/{meal.id}/kitchen"

    before = browser.get(url).text
    sheet = browser.get(f"{url}/sheet").text
    browser.post(url, data={"step": "check"})
    data = {
        "step": "tick", "dish": meal.dishes[0].id, "person": booking.person.id, "words": "单独做",
    }  # fmt: skip
    browser.post(url, data=data)
    browser.post(url, data={"step": "check"})

    assert "刘婆婆 is allergic: 花生. Today&#x27;s 凉拌鸡 contains: Peanuts" in before
    assert "NOT CHECKED" in sheet
    assert "NOT CHECKED" not in browser.get(f"{url}/sheet").text
    assert "单独做" in browser.get(f"{url}/sheet").text


def test_each_look_at_the_kitchen_with_diets_is_written_down(signed_in_as, count_queries):
    meal = cooked(MealFactory(), CHICKEN)
    for _three in range(3):
        with_diet(meal, allergies="花生")
    browser = signed_in_as(coordinator_of(meal))

    page = f"/meals/{meal.id}/kitchen"
    with count_queries() as sent:
        assert browser.get(page).status_code == 200

    assert session.query(ReadingEntry).count() == 3
    # Menu, bookings, cooks, diets, ticks; and one line for all at whom one looked.
    assert len(sent) <= 18, sent


def test_a_cook_sees_the_kitchen_on_the_day_alone_and_speaks_for_themselves_only(signed_in_as):
    today, later = MealFactory(in_days=0), MealFactory()
    cook = SignupFactory(occurrence=today.occurrence).person
    other = SignupFactory(occurrence=today.occurrence).person
    SignupFactory(occurrence=later.occurrence, person=cook)
    browser = signed_in_as(cook)

    assert browser.get(f"/meals/{today.id}/kitchen").status_code == 200
    assert browser.get(f"/meals/{later.id}/kitchen").status_code == 404
    own = browser.post(f"/meals/{today.id}/kitchen", data={"step": "well"})
    others = browser.post(f"/meals/{today.id}/kitchen", data={"step": "well", "person": other.id})

    assert (own.status_code, others.status_code) == (302, 404)
    assert set(kitchen_queries.find_cooks(today)) == {cook.id}


def test_who_brings_the_meals_sees_doors_around_the_day_and_phones_on_the_day_only(signed_in_as):
    today, tomorrow, later = (MealFactory(in_days=days) for days in (0, 1, 2))
    for meal in (today, tomorrow, later):
        brought(meal, person=PersonFactory(phone="13800138000"))
        deliverer = MembershipFactory(team=meal.team, person=PersonFactory()).person
        delivery_round.choose_deliverer(meal, deliverer, by=deliverer)
        meal.deliverer = deliverer

    pages = {
        meal: signed_in_as(meal.deliverer).get(f"/meals/{meal.id}/delivery")
        for meal in (today, tomorrow, later)
    }

    assert [pages[meal].status_code for meal in (today, tomorrow, later)] == [200, 200, 404]
    assert "3栋2单元501室" in pages[tomorrow].text
    assert "138 0013 8000" in pages[today].text
    assert "138 0013 8000" not in pages[tomorrow].text


@pytest.mark.parametrize("step", [membership.pause, membership.leave])
def test_who_pauses_after_the_lunch_reads_no_more_doors_and_diets(signed_in_as, step, time_machine):
    time_machine.move_to("2026-10-12T12:00+08:00", tick=False)
    meal = MealFactory(in_days=0)
    helper = SignupFactory(occurrence=meal.occurrence).person
    delivery_round.choose_deliverer(meal, helper, by=helper)
    brought(meal)
    time_machine.move_to(meal.occurrence.ends_at + timedelta(minutes=5), tick=False)
    browser = signed_in_as(helper)
    pages = [f"/meals/{meal.id}/delivery", f"/meals/{meal.id}/kitchen"]
    assert [browser.get(page).status_code for page in pages] == [200, 200]

    step(membership.find(meal.team, helper), by=helper)

    assert [browser.get(page).status_code for page in pages] == [404, 404]


def test_a_door_is_ticked_and_who_did_not_answer_is_closed_by_a_coordinator(signed_in_as):
    meal = MealFactory(in_days=0)
    booking = brought(meal)
    deliverer = MembershipFactory(team=meal.team).person
    delivery_round.choose_deliverer(meal, deliverer, by=deliverer)
    url = f"/meals/{meal.id}/delivery"
    data = {"step": "result", "booking": booking.id, "result": "no_answer"}

    said = signed_in_as(deliverer).post(url, data=data, follow_redirects=True).text
    safe = {"step": "safe", "booking": booking.id, "words": "在家，没听见"}
    refused = signed_in_as(deliverer).post(url, data=safe)
    signed_in_as(coordinator_of(meal)).post(url, data=safe)

    assert "call 110, 119 or 120" in said
    assert refused.status_code == 404
    assert booking.result is DeliveryResult.NO_ANSWER
    assert booking.safe_words == "在家，没听见"


@pytest.mark.parametrize("number", ["0", "9999999999", "9" * 30])
def test_a_number_that_no_booking_can_have_is_not_there(signed_in_as, number):
    meal = MealFactory(in_days=0)
    browser = signed_in_as(coordinator_of(meal))

    at_the_door = {"step": "result", "booking": number, "result": "no_answer"}
    answers = [
        browser.post(f"/meals/{meal.id}/delivery", data=at_the_door),
        browser.post(f"/meals/{meal.id}/home-safe", data={"booking": number, "home": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_who_lives_alone_is_ticked_when_home(signed_in_as):
    meal = MealFactory(in_days=0)
    diner = DinerFactory(team=meal.team, lives_alone="yes")
    booking = BookingFactory(meal=meal, diner=diner)
    url = f"/meals/{meal.id}/home-safe"

    browser = signed_in_as(coordinator_of(meal))
    browser.post(url, data={"booking": booking.id, "home": "1"})

    assert "1 of 1 are home" in browser.get(url).text


# --- the kitty -----------------------------------------------------------------------------------


def test_the_keeper_writes_a_line_that_all_can_read_and_takes_it_back(signed_in_as):
    purse = KittyFactory()
    member = MembershipFactory(team=purse.team).person
    url = f"/teams/{purse.team_id}/kitty"
    data = {"way": "out", "money": "86.5", "purpose": "vegetables", "day": "today", "meal": "none"}
    keeper = signed_in_as(purse.keeper)

    keeper.post(f"{url}/lines/new", data=data)
    entry = session.query(KittyEntry).one()
    read = signed_in_as(member).get(url).text
    keeper.post(f"/kitty-lines/{entry.id}/reversal")

    assert "−¥86.50" in read
    assert "never mixed with charity money" in read
    assert "takes a line back" in keeper.get(url).text


def test_who_opens_a_kitty_says_who_keeps_it(signed_in_as):
    membership = CoordinatorFactory()
    browser, url = signed_in_as(membership.person), f"/teams/{membership.team_id}/kitty"

    assert "Please choose who it is." in browser.post(url, data={"person": ""}).text
    assert session.query(Kitty).count() == 0


@pytest.mark.parametrize("money", ["86,5元五角", "-3", "0", "1.234", "abc"])
def test_a_sum_that_is_none_is_refused_beside_its_field(signed_in_as, money):
    purse = KittyFactory()
    data = {"way": "in", "money": money, "purpose": "x", "day": "today", "meal": "none"}

    page = signed_in_as(purse.keeper).post(f"/teams/{purse.team_id}/kitty/lines/new", data=data)

    assert "Please write a sum in yuan like 86.50." in page.text
    assert session.query(KittyEntry).count() == 0


def write_line(browser, purse, **other):
    """Type a line of the book; the page that follows."""
    data = {"way": "out", "money": "12", "purpose": "葱", "day": "today", "meal": "none", **other}
    url = f"/teams/{purse.team_id}/kitty/lines/new"
    return browser.post(url, data=data, follow_redirects=True).text


def test_who_goes_back_and_presses_again_is_asked_whether_it_was_paid_once_more(signed_in_as):
    purse = KittyFactory()
    browser = signed_in_as(purse.keeper)
    write_line(browser, purse, form_key="first page")

    back = write_line(browser, purse, form_key="second page")
    counted = session.query(KittyEntry).count()
    write_line(browser, purse, form_key="second page", is_another="y")

    assert f"{purse.keeper.name} has already written this into the book" in back
    assert 'value="葱"' in back
    assert 'name="is_another"' in back
    assert 'name="is_another"' not in browser.get(f"/teams/{purse.team_id}/kitty/lines/new").text
    assert (counted, session.query(KittyEntry).count()) == (1, 2)


def test_a_sum_is_written_as_one_says_it(signed_in_as):
    purse = KittyFactory()

    write_line(signed_in_as(purse.keeper), purse, money="12块5")

    assert session.query(KittyEntry).one().fen == 1250


def test_in_january_a_day_of_december_is_last_years_and_says_so(signed_in_as, time_machine):
    purse = KittyFactory()
    time_machine.move_to("2027-01-05T02:00Z", tick=False)

    page = write_line(signed_in_as(purse.keeper), purse, day="12月28日")

    assert session.query(KittyEntry).one().day == date(2026, 12, 28)
    assert "Mon 28 Dec 2026" in page


def test_a_line_of_a_day_long_past_is_asked_again(signed_in_as):
    purse = KittyFactory()

    page = write_line(signed_in_as(purse.keeper), purse, day="2020-01-01")

    assert "This is more than a year ago." in page
    assert session.query(KittyEntry).count() == 0


@pytest.mark.parametrize(("in_days", "is_chosen"), [(-6, False), (0, True), (1, False)])
def test_no_other_lunch_than_that_of_today_is_taken_for_granted(signed_in_as, in_days, is_chosen):
    meal = MealFactory(in_days=in_days)
    purse = KittyFactory(team=meal.team)
    browser = signed_in_as(purse.keeper)

    form = browser.get(f"/teams/{purse.team_id}/kitty/lines/new").text
    refused = write_line(browser, purse, meal="")

    assert (f'<option selected value="{meal.id}">' in form) is is_chosen
    assert "Please fill this in." in refused
    assert session.query(KittyEntry).count() == 0


def test_the_kitty_goes_from_keeper_to_keeper_when_both_have_counted(signed_in_as):
    purse = KittyFactory()
    KittyEntryFactory(kitty=purse, fen=5000)
    taker = MembershipFactory(team=purse.team).person
    giver, url = purse.keeper, f"/teams/{purse.team_id}/kitty"

    data = {"person": taker.id, "money": "50"}
    signed_in_as(giver).post(f"{url}/handover", data=data)
    by_giver = signed_in_as(giver).post(f"{url}/handover/acceptance", data={"money": "50"})
    signed_in_as(taker).post(f"{url}/handover/acceptance", data={"money": "50.00"})

    assert by_giver.status_code == 404
    assert purse.keeper_id == taker.id


def test_a_member_reads_the_kitty_and_writes_nothing(signed_in_as):
    purse = KittyFactory()
    browser = signed_in_as(MembershipFactory(team=purse.team).person)

    assert browser.get(f"/teams/{purse.team_id}/kitty").status_code == 200
    assert browser.get(f"/teams/{purse.team_id}/kitty/lines/new").status_code == 404
    stranger = signed_in_as(PersonFactory())
    assert stranger.get(f"/teams/{purse.team_id}/kitty").status_code == 404


def test_a_keeper_who_has_left_writes_nothing_and_nobody_takes_it_who_has_left(signed_in_as):
    purse = KittyFactory()
    coordinator = CoordinatorFactory(team=purse.team).person
    entry = KittyEntryFactory(kitty=purse, fen=5000)
    taker = MembershipFactory(team=purse.team)
    kitty.offer(purse, taker.person, 5000, by=purse.keeper)
    for row in session.query(Membership).filter(
        Membership.person_id.in_([purse.keeper_id, taker.person_id])
    ):
        membership.leave(row, by=row.person)
    keeper, url = signed_in_as(purse.keeper), f"/teams/{purse.team_id}/kitty"

    assert keeper.get(f"{url}/lines/new").status_code == 404
    assert keeper.post(f"/kitty-lines/{entry.id}/reversal").status_code == 404
    for person in (taker.person, coordinator):
        signed_in_as(person).post(f"{url}/handover/acceptance", data={"money": "50"})
    assert purse.keeper_id != taker.person_id
    assert session.query(KittyEntry).count() == 1


# --- the way there -------------------------------------------------------------------------------


def test_my_week_leads_to_the_next_lunch_and_knows_what_is_booked(signed_in_as):
    meal = MealFactory()
    me = MembershipFactory(team=meal.team).person
    browser = signed_in_as(me)

    before = browser.get("/my-week").text
    BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, person=me))
    after = browser.get("/my-week").text

    assert "Book a portion" in before
    assert f"/meals/{meal.id}" in before
    assert "See the menu" in after


def test_a_diner_who_is_no_member_finds_the_lunch_too(signed_in_as):
    meal = MealFactory()
    diner = DinerFactory(team=meal.team)

    assert "Book a portion" in signed_in_as(diner.person).get("/my-week").text


def test_a_receipt_is_for_who_may_read_the_book(signed_in_as):
    purse = KittyFactory()
    photo = keeping.keep(keeping.Photo(b"a photo", 1, 1), by=purse.keeper)
    entry = KittyEntryFactory(kitty=purse, picture=photo)
    member = MembershipFactory(team=purse.team).person
    url = f"/kitty-lines/{entry.id}/receipt"

    answer = signed_in_as(member).get(url)

    assert (answer.data, answer.mimetype) == (b"a photo", "image/jpeg")
    assert signed_in_as(PersonFactory()).get(url).status_code == 404
    assert signed_in_as(member).get(f"/kitty-lines/{KittyEntryFactory(kitty=purse).id}/receipt"
                                    ).status_code == 404  # fmt: skip


def test_the_group_is_called_to_book_only_while_one_can(signed_in_as, time_machine):
    meal = MealFactory()
    browser = signed_in_as(coordinator_of(meal))
    url = f"/meals/{meal.id}/bookings"
    before = browser.get(url).text

    time_machine.move_to(meal.deadline_at + timedelta(minutes=1), tick=False)
    after = browser.get(url).text

    assert ["call-to-book" in page for page in (before, after)] == [True, False]


# --- at the door of a delivery -------------------------------------------------------------------


def test_what_was_pressed_by_mistake_at_a_door_can_be_put_right(signed_in_as):
    meal = MealFactory(in_days=0)
    booking = brought(meal)
    browser, url = signed_in_as(coordinator_of(meal)), f"/meals/{meal.id}/delivery"
    step = {"step": "result", "booking": booking.id}

    handed = browser.post(url, data={**step, "result": "handed_over"}, follow_redirects=True).text
    nobody = browser.post(url, data={**step, "result": "no_answer"}, follow_redirects=True).text

    assert "1 of 1 are done" in handed
    assert 'value="no_answer"' in handed
    assert "0 of 1 are done" in nobody
    assert "Nobody knows yet whether they are safe." in nobody


def test_who_has_their_meal_brought_home_is_not_noted_as_not_having_come(signed_in_as):
    meal = MealFactory(in_days=0)
    at_the_table, at_home = BookingFactory(meal=meal), brought(meal)

    page = signed_in_as(coordinator_of(meal)).get(f"/meals/{meal.id}/bookings").text

    assert f"/meals/bookings/{at_the_table.id}/no-show" in page
    assert f"/meals/bookings/{at_home.id}/no-show" not in page


def test_when_a_diner_falls_the_page_of_the_day_leads_to_what_to_do(signed_in_as):
    today, later = MealFactory(in_days=0), MealFactory()

    pages = [
        signed_in_as(coordinator_of(meal)).get(f"/meals/{meal.id}/bookings").text
        for meal in (today, later)
    ]

    assert ["/incidents/new" in page for page in pages] == [True, False]


def test_the_page_of_a_date_leads_its_coordinator_to_who_eats(signed_in_as):
    meal = MealFactory()
    url = f"/activities/dates/{meal.occurrence_id}"
    member = MembershipFactory(team=meal.team).person

    pages = [signed_in_as(person).get(url).text for person in (coordinator_of(meal), member)]

    assert [f"/meals/{meal.id}/bookings" in page for page in pages] == [True, False]
