"""Eating with us every week: what is booked by it, pauses, the end, and nothing twice."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory
from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    MealFactory,
    MealPlanFactory,
    StandingMealFactory,
)
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import planning, recurrence, series_changes, single_date
from volunteer.activities import queries as activity_queries
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders.models import DietTag
from volunteer.meals import (
    booking_queries,
    bookings,
    menus,
    queries,
    standing,
    standing_queries,
)
from volunteer.meals.diets import Diet
from volunteer.meals.errors import AddressNeeded, AlreadyStandingDiner, StandingMealHasEnded
from volunteer.meals.models import Meal, MealBooking, MealPlan, MealWay
from volunteer.meals.standing import StandingOrder
from volunteer.people import deaths
from volunteer.people.models import ConsentScope
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")


def dates(plan, *days):
    """Dates of the lunch, so many days from now."""
    return [
        OccurrenceFactory(activity=plan.activity, starts_at=clock.now() + timedelta(days=number))
        for number in days
    ]


def booked(plan):
    """How many portions each meal of this lunch has, soonest first."""
    meals = queries.list_meals(plan.team, after=clock.now(), at_most=20)
    counts = queries.count_portions(meals)
    return [counts.get(meal.id, 0) for meal in meals]


def test_who_comes_every_week_has_a_booking_on_every_coming_date_at_once():
    plan = MealPlanFactory()
    dates(plan, 3, 10, 17)
    menus.make(clock.now())

    begun = standing.begin(
        plan, PersonFactory(), StandingOrder(clock.now().date(), portions=2), by=PersonFactory()
    )

    assert booked(plan) == [2, 2, 2]
    assert {b.standing_id for b in session.query(MealBooking)} == {begun.id}


def test_new_dates_get_their_meals_and_bookings_by_the_clock_and_each_once():
    plan = MealPlanFactory()
    StandingMealFactory.create_batch(3, plan=plan)
    dates(plan, 3, 10)

    first = menus.make(clock.now())
    second = menus.make(clock.now())

    assert (first, second) == (2, 0)
    assert booked(plan) == [3, 3]


def test_dates_far_ahead_cancelled_or_past_get_no_meal():
    plan = MealPlanFactory()
    _past, off, _far = dates(plan, -3, 5, 60)
    single_date.cancel(off, reason="", by=PersonFactory())

    assert menus.make(clock.now()) == 0


def test_who_said_so_first_gets_the_last_portion():
    plan = MealPlanFactory(capacity=2)
    first, second, third = StandingMealFactory.create_batch(3, plan=plan)
    dates(plan, 3)

    menus.make(clock.now())

    found = {b.standing_id for b in session.query(MealBooking)}
    assert found == {first.id, second.id}
    assert third.id not in found


def test_a_pause_frees_its_dates_and_its_end_books_them_again():
    plan = MealPlanFactory()
    held = StandingMealFactory(plan=plan)
    dates(plan, 3, 10)
    menus.make(clock.now())
    today = plan.team.today(clock.now())

    standing.pause(held, today, today + timedelta(days=5), by=held.by)
    assert booked(plan) == [0, 1]
    standing.end_pause(held.pauses[0], by=held.by)

    assert booked(plan) == [1, 1]


def test_what_somebody_cancelled_by_themselves_stays_cancelled():
    plan = MealPlanFactory()
    held = StandingMealFactory(plan=plan)
    dates(plan, 3)
    menus.make(clock.now())
    booking = session.query(MealBooking).one()

    bookings.cancel(booking, by=held.by)
    standing.fill([plan])

    assert booked(plan) == [0]


def test_the_end_frees_all_coming_dates_and_is_final():
    plan = MealPlanFactory()
    held = StandingMealFactory(plan=plan)
    dates(plan, 3, 10)
    menus.make(clock.now())

    standing.end(held, by=held.by)

    assert booked(plan) == [0, 0]
    with pytest.raises(StandingMealHasEnded):
        standing.pause(held, held.first_on, held.first_on, by=held.by)


def test_beginning_twice_is_refused_and_beginning_again_after_the_end_is_not():
    held = StandingMealFactory()
    order = StandingOrder(clock.now().date())

    with pytest.raises(AlreadyStandingDiner):
        standing.begin(held.plan, held.diner.person, order, by=held.by)
    standing.end(held, by=held.by)

    assert standing.begin(held.plan, held.diner.person, order, by=held.by).id != held.id


def test_who_has_a_booking_already_keeps_it_as_it_is():
    meal = MealFactory()
    diner = DinerFactory(team=meal.team)
    BookingFactory(meal=meal, diner=diner, portions=3)

    order = StandingOrder(clock.now().date())
    standing.begin(meal.plan, diner.person, order, by=diner.person)

    assert booked(meal.plan) == [3]


def test_after_the_deadline_nothing_is_booked_by_itself():
    plan = MealPlanFactory(deadline_days=14)
    StandingMealFactory(plan=plan)
    dates(plan, 3)

    menus.make(clock.now())

    assert booked(plan) == [0]


def test_what_is_brought_every_week_needs_an_address():
    plan = MealPlanFactory()
    order = StandingOrder(clock.now().date(), way=MealWay.DELIVERY)

    with pytest.raises(AddressNeeded):
        standing.begin(plan, PersonFactory(), order, by=PersonFactory())


def test_for_who_has_died_nobody_cooks_any_more(app):
    plan = MealPlanFactory()
    held = StandingMealFactory(plan=plan)
    dates(plan, 3, 10)
    menus.make(clock.now())
    once = BookingFactory(diner=DinerFactory(person=held.diner.person))

    deaths.note(held.diner.person, by=PersonFactory())

    assert booked(plan) == [0, 0]
    assert not once.is_booked
    assert held.has_ended


def test_each_booking_made_has_its_own_line_in_the_trail_and_a_copy_of_the_diet():
    plan = MealPlanFactory()
    person = PersonFactory()
    ConsentFactory(person=person, scope=ConsentScope.HEALTH)
    stored = {"tags": ["low_salt"], "allergies": ""}
    StandingMealFactory(plan=plan, diner=DinerFactory(team=plan.team, person=person, diet=stored))
    dates(plan, 3, 10)

    menus.make(clock.now())

    lines = session.query(AuditEntry).filter_by(action="meal.made_standing").all()
    assert {line.person_id for line in lines} == {person.id}
    assert len(lines) == 2
    copies = [Diet.of(booking.diet) for booking in session.query(MealBooking)]
    assert copies == [Diet((DietTag.LOW_SALT,))] * 2


def test_many_standing_diners_cost_no_more_statements_than_one(count_queries):
    few, many = MealPlanFactory(), MealPlanFactory(capacity=200)
    StandingMealFactory(plan=few)
    StandingMealFactory.create_batch(30, plan=many)
    for plan in (few, many):
        dates(plan, 3, 10, 17)

    counts = []
    for plan in (few, many):
        with count_queries() as sent:
            menus.make(clock.now(), plan)
        counts.append(len(sent))

    assert session.query(Meal).count() == 6
    assert counts[1] <= counts[0] + 1
    assert booked(many) == [30, 30, 30]


# --- the series goes on otherwise ----------------------------------------------------------------


@pytest.fixture
def parted(app, time_machine):
    """A weekly lunch whose dates from the second one on are an hour later, and who eats there."""
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    coordinator = CoordinatorFactory()
    first_on = date(2026, 10, 14)
    words = ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5)])
    weekly = SeriesPlan(words, recurrence.weekly(2), first_on, time(10), time(13))
    lunch = planning.plan_series(coordinator.team, weekly, by=coordinator.person)
    plan = menus.start(lunch, menus.PlanDetails(capacity=40), by=coordinator.person)
    person = PersonFactory()
    standing.begin(plan, person, StandingOrder(first_on), by=coordinator.person)

    words = replace(words, roles=[RolePlan("帮厨", 1, 5, position=0)])
    later = replace(weekly, words=words, starts=time(11))
    second = activity_queries.list_coming(lunch, after=clock.now())[1]
    new = series_changes.change_since(second, later, by=coordinator.person)
    return queries.find_plan(new), person


def eaten(plan):
    session.expire_all()
    return sorted(b.meal.day for b in session.query(MealBooking) if b.is_booked)


def test_who_eats_every_week_goes_on_eating_when_the_series_is_parted(parted, time_machine):
    plan, _person = parted
    time_machine.move_to("2026-11-30T08:00Z", tick=False)

    menus.make(clock.now())

    december = [day for day in eaten(plan) if day >= date(2026, 12, 1)]
    assert december == [date(2026, 12, day) for day in (2, 9, 16, 23)]


def test_what_was_booked_before_it_was_parted_is_freed_by_a_pause(parted):
    plan, person = parted
    before = eaten(plan)

    held = standing_queries.find_standing(plan, person)
    standing.pause(held, date(2026, 10, 26), date(2026, 11, 1), by=person)

    assert set(before) - set(eaten(plan)) == {date(2026, 10, 28)}


def test_the_parted_lunch_is_as_the_old_one_and_nothing_is_there_twice(parted):
    plan, person = parted
    old = session.query(MealPlan).filter(MealPlan.id != plan.id).one()

    assert (plan.capacity, plan.deadline_time) == (old.capacity, old.deadline_time)
    assert len(set(eaten(plan))) == len(eaten(plan))
    assert session.query(Meal).filter_by(plan_id=old.id).count() == 1
    # Until the day before, they are of the old one.
    assert standing_queries.find_standing(old, person).last_on == date(2026, 10, 20)


def old_one(plan, person):
    old = session.query(MealPlan).filter(MealPlan.id != plan.id).one()
    return standing_queries.find_standing(old, person)


def test_a_pause_and_its_end_reach_across_the_day_on_which_it_was_parted(parted):
    plan, person = parted
    before = eaten(plan)

    standing.pause(old_one(plan, person), date(2026, 10, 13), date(2026, 10, 25), by=person)
    assert set(before) - set(eaten(plan)) == {date(2026, 10, 14), date(2026, 10, 21)}

    standing.end_pause(standing_queries.find_standing(plan, person).pauses[0], by=person)
    assert eaten(plan) == before


def test_the_end_reaches_across_the_day_on_which_it_was_parted(parted):
    plan, person = parted

    standing.end(old_one(plan, person), by=person)

    assert eaten(plan) == []
    assert standing_queries.find_standing(plan, person) is None


@pytest.mark.parametrize("day", ["2026-10-12", "2026-10-22"])
def test_whose_series_was_parted_is_counted_once(parted, time_machine, signed_in_as, day):
    plan, _person = parted
    coordinator = session.query(Membership).filter_by(team_id=plan.team.id).first().person
    time_machine.move_to(f"{day}T08:00Z", tick=False)

    page = signed_in_as(coordinator).get(f"/teams/{plan.team.id}/diners").text

    assert "1 neighbour eats with us every week" in page


def test_what_a_coordinator_plans_after_that_holds_for_the_new_dates(
    parted, time_machine, signed_in_as
):
    plan, _person = parted
    data = {
        "capacity": "25", "deadline_days": "1", "deadline_time": "16:00", "sample_grams": "125",
        "sample_hours": "48",
    }  # fmt: skip

    coordinator = session.query(Membership).filter_by(team_id=plan.team.id).first().person
    answer = signed_in_as(coordinator).post(f"/teams/{plan.team.id}/meals/plan", data=data)
    time_machine.move_to("2026-11-30T08:00Z", tick=False)
    menus.make(clock.now())

    assert answer.status_code == 302
    assert session.query(Meal).order_by(Meal.id.desc()).first().capacity == 25


# --- a date that was off and is on again ---------------------------------------------------------


@pytest.fixture
def off_and_on():
    """A standing diner's two lunches, of which the first is off, and how it comes on again."""
    plan, person = MealPlanFactory(), PersonFactory()
    first, _second = dates(plan, 3, 10)
    menus.make(clock.now())
    begun = standing.begin(plan, person, StandingOrder(clock.now().date()), by=person)
    single_date.cancel(first, reason="", by=person)
    return begun, first, lambda: single_date.restore(first, by=person)


def test_who_is_away_when_it_is_on_again_is_not_cooked_for(off_and_on):
    begun, first, restore = off_and_on
    standing.pause(begun, first.day, first.day, by=begun.by)

    restore()

    assert booked(begun.plan) == [0, 1]


def test_who_has_ended_when_it_is_on_again_is_not_cooked_for(off_and_on):
    begun, _first, restore = off_and_on
    standing.end(begun, by=begun.by)

    restore()

    assert booked(begun.plan) == [0, 0]


def test_who_began_while_it_was_off_eats_when_it_is_on_again(off_and_on):
    begun, _first, restore = off_and_on
    standing.begin(begun.plan, PersonFactory(), StandingOrder(clock.now().date()), by=begun.by)

    restore()

    assert booked(begun.plan) == [2, 2]


def test_who_is_away_on_the_day_to_which_a_lunch_is_moved_is_not_cooked_for():
    plan, person = MealPlanFactory(), PersonFactory()
    (lunch,) = dates(plan, 3)
    menus.make(clock.now())
    begun, there = (
        standing.begin(plan, one, StandingOrder(clock.now().date()), by=one)
        for one in (person, PersonFactory())
    )
    day = lunch.day
    away = day + timedelta(days=1)
    standing.pause(begun, away, away, by=person)

    single_date.move(lunch, DatePlan(away, time(11), time(13), "院坝"), by=person)
    assert {one.diner_id for one in booking_queries.list_booked_on([lunch.id])} == {there.diner_id}

    single_date.move(lunch, DatePlan(day, time(11), time(13), "院坝"), by=person)
    assert len(booking_queries.list_booked_on([lunch.id])) == 2


def test_a_pause_that_is_pressed_twice_is_one_and_ends_with_one_press():
    plan, person = MealPlanFactory(), PersonFactory()
    first, *_others = dates(plan, 3, 10)
    menus.make(clock.now())
    begun = standing.begin(plan, person, StandingOrder(clock.now().date()), by=person)
    for _twice in range(2):
        standing.pause(begun, first.day, first.day, by=person)
    assert booked(plan) == [0, 1]

    standing.end_pause(begun.pauses[0], by=person)

    assert booked(plan) == [1, 1]


def test_the_end_of_a_pause_that_is_pressed_twice_is_none_the_second_time():
    plan, person = MealPlanFactory(), PersonFactory()
    first, *_others = dates(plan, 3, 10)
    menus.make(clock.now())
    begun = standing.begin(plan, person, StandingOrder(clock.now().date()), by=person)
    standing.pause(begun, first.day, first.day, by=person)
    away = begun.pauses[0]

    for _twice in range(2):
        standing.end_pause(away, by=person)

    assert booked(plan) == [1, 1]


def test_in_a_pause_of_one_the_others_eat(time_machine):
    plan = MealPlanFactory()
    one, other = (StandingMealFactory(plan=plan) for _each in range(2))
    dates(plan, 3)
    menus.make(clock.now())
    today = clock.now().date()

    standing.pause(one, today, today + timedelta(days=9), by=one.by)

    assert booked(plan) == [1]
    session.expire_all()
    assert [b.diner_id for b in session.query(MealBooking) if b.is_booked] == [other.diner_id]


def test_whose_last_day_or_pause_ends_with_the_day_of_parting_has_it_in_the_new_series():
    old, new = MealPlanFactory(), MealPlanFactory()
    day = clock.now().date() + timedelta(days=7)
    before = StandingMealFactory(plan=old, last_on=day)
    standing.pause(before, day, day, by=before.by)

    standing.go_on_in(new, old, day)

    (going_on,) = standing_queries.list_standing([new])
    assert (going_on.first_on, going_on.last_on) == (day, day)
    assert [(away.first_on, away.last_on) for away in going_on.pauses] == [(day, day)]
