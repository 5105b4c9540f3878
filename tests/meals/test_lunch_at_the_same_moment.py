"""Two press for one lunch or one purse at the same moment: no portion and no fen counts twice."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from tests.factories.activities import ActivityFactory, SignupFactory
from tests.factories.elders import ElderFactory
from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    KittyEntryFactory,
    KittyFactory,
    MealFactory,
    MealPlanFactory,
    StandingMealFactory,
    cooked,
    with_diet,
)
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet
from tests.told import told
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.seen import ChangedMeanwhile, mark_of
from volunteer.meals import (
    booking_queries,
    bookings,
    delivery_round,
    home_safe,
    kitchen,
    kitty,
    kitty_queries,
    menus,
    notices,
    queries,
    standing,
)
from volunteer.meals.bookings import Order
from volunteer.meals.errors import (
    AlreadyAMeal,
    AlreadyReversed,
    AlreadyStandingDiner,
    BookingIsCancelled,
    CountDiffers,
    HandoverIsOpen,
    KittyIsOpen,
    MealIsFull,
    NoHandover,
    NoOpenAlarm,
    NoSuchConflict,
    NotInTheTeam,
    StandingMealHasEnded,
)
from volunteer.meals.kitty import Line
from volunteer.meals.menus import DishPlan, PlanDetails
from volunteer.meals.models import (
    BookingStatus,
    ConflictTick,
    DeliveryResult,
    Kitty,
    KittyEntry,
    KittyHandover,
    MealCook,
    MealWay,
    MoneyWay,
    StandingMeal,
)
from volunteer.meals.standing import StandingOrder
from volunteer.rights import forgetting
from volunteer.rights.errors import KittyFirst
from volunteer.teams import membership

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


def press(step, row, by=None, **how):
    """This step with this row."""
    again, person = anew(row), anew(by or PersonFactory())
    return lambda: step(again(), by=person(), **how)


# --- portions -----------------------------------------------------------------------------------


@pytest.fixture
def meal(two_can_meet):
    """Two portions, of which one is booked."""
    meal = MealFactory(capacity=2)
    BookingFactory(meal=meal)
    return meal


def wait(meal):
    return BookingFactory(meal=meal, status=BookingStatus.WAITING)


def booked(meal):
    return queries.count_portions([meal]).get(meal.id, 0)


def test_of_two_who_want_one_more_portion_at_once_one_has_it(meal):
    first, second = booking_queries.list_bookings(meal)[0], BookingFactory(meal=meal)
    meal.capacity = 3
    session.commit()
    two = Order(portions=2)

    with pytest.raises(MealIsFull):
        meet(
            press(partial(bookings.change, order=two), first),
            press(partial(bookings.change, order=two), second),
        )

    assert booked(meal) == 3


def test_of_two_who_are_given_the_last_portion_at_once_one_has_it(meal):
    with pytest.raises(MealIsFull):
        meet(press(bookings.give, wait(meal)), press(bookings.give, wait(meal)))

    assert booked(meal) == 2
    assert len(told(notices.MEAL_PLACE_FREED)) == 1


def test_nobody_is_given_what_they_wait_for_no_longer_at_this_moment(meal):
    waiting = wait(meal)

    with pytest.raises(BookingIsCancelled):
        meet(press(bookings.cancel, waiting), press(bookings.give, waiting))

    assert booked(meal) == 1


def test_of_two_portions_that_come_free_at_once_each_goes_to_somebody(meal):
    going = [booking_queries.list_bookings(meal)[0], BookingFactory(meal=meal)]
    for _number in range(3):
        wait(meal)

    meet(*(press(bookings.cancel, one) for one in going))

    assert booked(meal) == 2
    assert len(set(told(notices.MEAL_PLACE_FREED))) == 2


def test_who_comes_after_all_has_no_portion_that_somebody_is_given_at_this_moment(time_machine):
    meal = MealFactory(capacity=1)
    away = BookingFactory(meal=meal, is_no_show=True)
    time_machine.move_to(meal.occurrence.starts_at - timedelta(minutes=1), tick=False)
    of_meal, person = anew(meal), anew(PersonFactory())
    door = Order(is_walk_in=True)

    with pytest.raises(MealIsFull):
        meet(
            lambda: bookings.book(of_meal(), person(), door, by=person()),
            press(partial(bookings.note_no_show, is_missing=False), away),
        )

    assert booked(meal) == 1


# --- every week ---------------------------------------------------------------------------------


def test_who_begins_to_eat_every_week_twice_at_once_begins_once(two_can_meet):
    plan, person = anew(MealPlanFactory()), anew(PersonFactory())
    order = StandingOrder(first_on=clock.now().date())

    def begin():
        standing.begin(plan(), person(), order, by=person())

    with pytest.raises(AlreadyStandingDiner):
        meet(begin, begin)

    assert session.query(StandingMeal).count() == 1


@pytest.mark.parametrize("step", ["pause", "end"])
def test_what_ends_at_this_moment_is_neither_paused_nor_ended_again(meal, step):
    held, day = StandingMealFactory(plan=meal.plan), meal.day
    late = {"pause": partial(standing.pause, first_on=day, last_on=day), "end": standing.end}

    with pytest.raises(StandingMealHasEnded):
        meet(press(standing.end, held), press(late[step], held))


def test_a_pause_of_a_lunch_that_is_entered_twice_at_once_is_one(meal):
    held, day = StandingMealFactory(plan=meal.plan), meal.day
    pause = press(partial(standing.pause, first_on=day, last_on=day), held)

    meet(pause, pause)

    assert len(held.pauses) == 1


def test_a_lunch_that_two_begin_at_once_is_one(meal):
    activity = anew(ActivityFactory(team=meal.team))
    details = PlanDetails(40, 1, meal.deadline_time)
    by = anew(PersonFactory())

    def start():
        menus.start(activity(), details, by=by())

    with pytest.raises(AlreadyAMeal):
        meet(start, start)


# --- the kitchen and the round ------------------------------------------------------------------


def test_a_conflict_that_two_see_to_at_once_is_seen_to_once(two_can_meet):
    meal = cooked(MealFactory(), DishPlan("花生米", ingredients=()))
    with_diet(meal, allergies="花生")
    (conflict,) = kitchen.enter(meal).conflicts
    how = {"dish_id": conflict.dish.id, "person_id": conflict.person.id, "words": "另做"}

    meet(press(kitchen.tick, meal, **how), press(kitchen.tick, meal, **how))

    assert session.query(ConflictTick).count() == 1


def test_a_dish_that_changes_at_this_moment_is_not_seen_to(two_can_meet):
    """What stands on the sheet by now may harm somebody else."""
    meal = cooked(MealFactory(), DishPlan("花生米"))
    with_diet(meal, allergies="花生")
    (conflict,) = kitchen.enter(meal).conflicts
    how = {"dish_id": conflict.dish.id, "person_id": conflict.person.id, "words": "另做"}

    with pytest.raises(NoSuchConflict):
        meet(
            press(partial(menus.write_menu, dishes=[DishPlan("米饭")]), meal),
            press(kitchen.tick, meal, **how),
        )


def test_a_sheet_that_is_checked_as_the_menu_changes_is_to_be_checked_again(two_can_meet):
    meal = cooked(MealFactory(), DishPlan("米饭"))

    meet(
        press(kitchen.check, meal),
        press(partial(menus.write_menu, dishes=[DishPlan("面条")]), meal),
    )

    assert meal.checked_at is None


@pytest.fixture
def cook(two_can_meet):
    """Who cooks a meal of today, and the meal."""
    meal = cooked(MealFactory(in_days=0), DishPlan("米饭"))
    return meal, SignupFactory(occurrence=meal.occurrence).person


@pytest.mark.parametrize("step", [kitchen.say_well, partial(kitchen.eat_along, eats=False)])
def test_what_a_cook_says_twice_at_once_is_one_note(cook, step):
    meal, person = anew(cook[0]), anew(cook[1])

    def say():
        step(meal(), person(), by=person())

    meet(say, say)

    assert session.query(MealCook).count() == 1


def test_a_sample_that_two_keep_at_once_is_kept_once(cook):
    keep = press(kitchen.keep_sample, cook[0])

    meet(keep, keep)

    assert session.query(AuditEntry).filter_by(action="meal.sample_kept").count() == 1


def test_of_two_who_write_a_menu_at_once_the_second_is_told(meal):
    seen = mark_of(menus.menu_of(meal))

    def write(dish):
        return press(partial(menus.write_menu, dishes=[DishPlan(dish)], seen=seen), meal)

    with pytest.raises(ChangedMeanwhile):
        meet(write("米饭"), write("面条"))


def test_of_two_who_change_what_holds_for_lunches_the_second_is_told(meal):
    shown = menus.details_of(meal.plan)

    def change(**how):
        details = replace(shown, **how)
        return press(partial(menus.change_plan, details=details, seen=mark_of(shown)), meal.plan)

    with pytest.raises(ChangedMeanwhile):
        meet(change(capacity=30), change(deadline_days=2))


def test_of_two_who_change_a_meal_that_has_begun_the_second_is_told(meal, time_machine):
    """Nobody is booked on it any more, so it is held by itself."""
    shown = menus.planned(meal)
    time_machine.move_to(meal.occurrence.starts_at + timedelta(minutes=1), tick=False)

    def change(note):
        details = replace(shown, note=note)
        return press(partial(menus.change_meal, details=details, seen=mark_of(shown)), meal)

    with pytest.raises(ChangedMeanwhile):
        meet(change("米不够"), change("菜不够"))


@pytest.fixture
def door(two_can_meet):
    """A meal that is to be brought today to who is looked after."""
    meal = MealFactory(in_days=0)
    diner = DinerFactory(team=meal.team)
    return BookingFactory(meal=meal, diner=diner, way=MealWay.DELIVERY)


@pytest.mark.parametrize("is_elder", [True, False])
def test_that_nobody_opened_is_told_once(door, is_elder):
    if is_elder:
        ElderFactory(team=door.meal.team, person=door.diner.person)
    CoordinatorFactory(team=door.meal.team)
    note = press(partial(delivery_round.note, result=DeliveryResult.NO_ANSWER), door)

    meet(note, note)

    assert session.query(AuditEntry).filter_by(action="delivery.noted").count() == 1


def test_of_two_who_make_sure_at_once_one_does(door):
    delivery_round.note(door, DeliveryResult.NO_ANSWER, by=PersonFactory())
    safe = press(partial(delivery_round.make_safe, words="女儿在"), door)

    with pytest.raises(NoOpenAlarm):
        meet(safe, safe)


def test_that_somebody_is_home_is_written_once(two_can_meet):
    meal = MealFactory(in_days=0)
    booking = BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, lives_alone="yes"))
    tick = press(partial(home_safe.tick, is_home=True), booking)

    meet(tick, tick)

    assert session.query(AuditEntry).filter_by(action="diner.home").count() == 1


def test_of_two_clocks_one_tells_whom_to_call(time_machine):
    meal = MealFactory()
    BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, lives_alone="yes"))
    later = meal.occurrence.ends_at + timedelta(hours=2)
    time_machine.move_to(later, tick=False)

    assert meet(lambda: home_safe.call(later), lambda: home_safe.call(later)) == 0


# --- the kitty ----------------------------------------------------------------------------------


@pytest.fixture
def purse(two_can_meet):
    return KittyFactory()


def test_a_line_that_two_take_back_at_once_is_taken_back_once(purse):
    entry, of_purse = anew(KittyEntryFactory(kitty=purse)), anew(purse)

    def reverse():
        kitty.reverse(of_purse(), entry(), by=of_purse().keeper)

    with pytest.raises(AlreadyReversed):
        meet(reverse, reverse)

    assert kitty.balance(kitty_queries.list_entries(purse)) == 0


def offer(purse, fen=0):
    of_purse, taker = anew(purse), anew(MembershipFactory(team=purse.team).person)
    return lambda: kitty.offer(of_purse(), taker(), fen, by=of_purse().keeper)


def test_a_purse_that_is_offered_to_two_at_once_is_offered_to_one(purse):
    with pytest.raises(HandoverIsOpen):
        meet(offer(purse), offer(purse))

    assert session.query(KittyHandover).count() == 1


def enter(purse):
    line = Line(clock.now().date(), MoneyWay.IN, 1000, "饭钱")
    return press(partial(kitty.enter, line=line), purse, purse.keeper)


def test_nothing_is_entered_while_two_count(purse):
    with pytest.raises(HandoverIsOpen):
        meet(offer(purse), enter(purse))


def test_what_is_entered_at_this_moment_is_counted(purse):
    with pytest.raises(CountDiffers):
        meet(enter(purse), offer(purse))


@pytest.mark.parametrize("mine", ["accept", "take_back"])
def test_of_a_yes_and_a_no_to_a_purse_the_first_holds(purse, mine):
    taker = MembershipFactory(team=purse.team).person
    kitty.offer(purse, taker, 0, by=purse.keeper)
    steps = {"accept": partial(kitty.accept, fen=0), "take_back": kitty.take_back}
    theirs = "take_back" if mine == "accept" else "accept"

    with pytest.raises(NoHandover):
        meet(press(steps[mine], purse, taker), press(steps[theirs], purse, taker))

    assert (purse.keeper_id == taker.id) is (mine == "accept")


def test_a_kitty_that_two_open_at_once_is_one(two_can_meet):
    keeper = MembershipFactory()
    team, person = anew(keeper.team), anew(keeper.person)

    def open_it():
        kitty.open_kitty(team(), person(), by=person())

    with pytest.raises(KittyIsOpen):
        meet(open_it, open_it)

    assert session.query(Kitty).count() == 1


def test_who_leaves_at_this_moment_keeps_no_new_kitty(two_can_meet):
    keeper = MembershipFactory()
    team, person, row = anew(keeper.team), anew(keeper.person), anew(keeper)

    with pytest.raises(NotInTheTeam):
        meet(
            lambda: membership.leave(row(), by=person()),
            lambda: kitty.open_kitty(team(), person(), by=person()),
        )


def test_who_is_given_a_kitty_at_this_moment_is_not_forgotten(two_can_meet):
    keeper = MembershipFactory()
    by = CoordinatorFactory(team=keeper.team).person
    asked = forgetting.ask(keeper.person, "", by=keeper.person)
    team, person = anew(keeper.team), anew(keeper.person)

    with pytest.raises(KittyFirst):
        meet(
            lambda: kitty.open_kitty(team(), person(), by=person()),
            press(forgetting.grant, asked, by),
        )

    assert keeper.is_in_team


def test_who_leaves_as_a_purse_is_offered_to_them_does_not_hold_up_its_book(purse):
    taker = MembershipFactory(team=purse.team)
    again = anew(taker)
    of_purse = anew(purse)

    meet(
        lambda: kitty.offer(of_purse(), again().person, 0, by=of_purse().keeper),
        lambda: membership.leave(again(), by=again().person),
    )

    assert kitty_queries.find_handover(purse) is None
    kitty.enter(purse, Line(clock.now().date(), MoneyWay.IN, 1, "饭钱"), by=purse.keeper)
    assert session.query(KittyEntry).count() == 1
