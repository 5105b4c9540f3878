"""The kitchen: red lines for allergies, a sheet that holds only without them, cooks, sample."""

from datetime import date, time, timedelta

import pytest
import time_machine

from tests.factories.activities import SignupFactory
from tests.factories.elders import ElderFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory, cooked, with_diet
from tests.factories.people import ConsentFactory, PersonFactory
from volunteer import wiring
from volunteer.activities.single_date import DatePlan, move
from volunteer.audit.models import FieldGroup, ReadingEntry
from volunteer.core.database import session
from volunteer.elders import health
from volunteer.elders.health import Health
from volunteer.elders.models import DietTag
from volunteer.meals import diets, kitchen, menus
from volunteer.meals.diets import Diet
from volunteer.meals.errors import (
    CooksNotWell,
    MenuMissing,
    NoSuchConflict,
    NotACook,
    NotOnItsDay,
    OpenConflicts,
    SaidNothing,
)
from volunteer.meals.menus import DishPlan, IngredientPlan
from volunteer.meals.models import Allergen, BookingStatus, ConflictTick, Unit
from volunteer.people import consents
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")
CHICKEN = DishPlan(
    "凉拌鸡", allergens=(Allergen.PEANUT,), ingredients=(IngredientPlan("花生", 200, Unit.GRAM),)
)
CABBAGE = DishPlan("炒白菜")


def red_lines(meal):
    return [(c.person.name, c.dish.name, c.is_open) for c in kitchen.enter(meal).conflicts]


def see_to(meal, words="另做一份不放花生的。"):
    line = kitchen.enter(meal).conflicts[0]
    kitchen.tick(
        meal, dish_id=line.dish.id, person_id=line.person.id, words=words, by=PersonFactory()
    )


def test_a_dish_that_harms_somebody_who_eats_is_a_red_line():
    meal = cooked(MealFactory(), CHICKEN, CABBAGE)
    with_diet(meal, allergies="花生", name="刘婆婆")
    with_diet(meal, allergies="芒果")

    assert red_lines(meal) == [("刘婆婆", "凉拌鸡", True)]


def test_who_cancelled_is_no_red_line():
    meal = cooked(MealFactory(), CHICKEN)
    booking = with_diet(meal, allergies="花生")
    booking.status = BookingStatus.CANCELLED
    session.commit()

    assert red_lines(meal) == []


def test_an_allergy_that_nobody_listed_is_found_in_the_name_of_a_dish_or_of_what_goes_into_it():
    meal = cooked(
        MealFactory(),
        DishPlan("芒果布丁"),
        DishPlan("凉菜", ingredients=(IngredientPlan("猕猴桃", 3, Unit.PIECE),)),
    )
    with_diet(meal, allergies="对芒果、猕猴桃过敏", name="刘玉")

    assert red_lines(meal) == [("刘玉", "芒果布丁", True), ("刘玉", "凉菜", True)]


def test_what_the_team_knows_of_an_elder_counts_in_the_kitchen():
    meal = cooked(MealFactory(), CHICKEN)
    elder = ElderFactory(team=meal.team)
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    health.write(elder, Health(diet_tags=[DietTag.SOFT], allergies="花生"), by=elder.risk_set_by)
    BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, person=elder.person))

    assert len(kitchen.enter(meal).conflicts) == 1
    assert kitchen.enter(meal).count.by_tag == {DietTag.SOFT: 1}


def test_what_another_team_knows_of_an_elder_stays_there():
    meal = cooked(MealFactory(), CHICKEN)
    elder = ElderFactory()
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    health.write(elder, Health(allergies="花生"), by=elder.risk_set_by)
    BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, person=elder.person))

    assert red_lines(meal) == []


def test_without_consent_the_kitchen_knows_nothing():
    meal = cooked(MealFactory(), CHICKEN)
    booking = with_diet(meal, allergies="花生", tags=[DietTag.SOFT])

    consents.withdraw(booking.person, ConsentScope.HEALTH, by=booking.person)

    assert red_lines(meal) == []
    assert kitchen.enter(meal).diets == {}


def test_the_sheet_is_not_checked_while_a_red_line_is_open():
    meal = cooked(MealFactory(), CHICKEN)
    with_diet(meal, allergies="花生")
    by = PersonFactory()

    with pytest.raises(OpenConflicts):
        kitchen.check(meal, by=by)
    see_to(meal)
    kitchen.check(meal, by=by)

    assert kitchen.enter(meal).is_checked
    assert meal.checked_by == by


def test_who_books_later_and_is_allergic_takes_the_check_away_again():
    meal = cooked(MealFactory(), CHICKEN)
    kitchen.check(meal, by=PersonFactory())

    with_diet(meal, allergies="花生")

    assert not kitchen.enter(meal).is_checked


def test_a_tick_says_who_when_and_what_was_done_and_stands_once():
    meal = cooked(MealFactory(), CHICKEN)
    with_diet(meal, allergies="花生")

    with pytest.raises(SaidNothing):
        see_to(meal, " ")
    see_to(meal)
    see_to(meal, "再说一次")

    done = session.query(ConflictTick).one()
    assert done.words == "另做一份不放花生的。"
    assert done.by is not None


def test_a_line_that_is_not_there_is_not_ticked():
    meal = cooked(MealFactory(), CABBAGE)
    booking = with_diet(meal, allergies="花生")

    with pytest.raises(NoSuchConflict):
        kitchen.tick(
            meal,
            dish_id=meal.dishes[0].id,
            person_id=booking.person.id,
            words="好了",
            by=booking.person,
        )


def test_another_menu_must_be_checked_anew_and_a_dish_that_stays_keeps_its_tick():
    meal = cooked(MealFactory(), CHICKEN)
    with_diet(meal, allergies="花生")
    see_to(meal)
    kitchen.check(meal, by=PersonFactory())

    menus.write_menu(meal, [CABBAGE, CHICKEN], by=PersonFactory())

    assert [dish.name for dish in meal.dishes] == ["炒白菜", "凉拌鸡"]
    assert not kitchen.enter(meal).is_checked
    assert kitchen.enter(meal).open_conflicts == []


def test_a_dish_that_changed_has_a_new_red_line():
    meal = cooked(MealFactory(), CHICKEN)
    with_diet(meal, allergies="花生")
    see_to(meal)

    spicy = DishPlan("凉拌鸡", allergens=(Allergen.PEANUT, Allergen.SESAME))
    menus.write_menu(meal, [spicy], by=PersonFactory())

    assert len(kitchen.enter(meal).open_conflicts) == 1


def test_without_a_menu_there_is_nothing_to_check():
    with pytest.raises(MenuMissing):
        kitchen.check(MealFactory(), by=PersonFactory())


def test_on_the_day_every_cook_says_first_that_they_are_well():
    meal = cooked(MealFactory(in_days=0), CABBAGE)
    cook = SignupFactory(occurrence=meal.occurrence)

    with pytest.raises(CooksNotWell):
        kitchen.check(meal, by=cook.person)
    kitchen.say_well(meal, cook.person, by=cook.person)
    kitchen.check(meal, by=cook.person)

    assert kitchen.enter(meal).is_checked


def test_only_a_cook_says_so_and_on_the_day_only():
    today, later = MealFactory(in_days=0), MealFactory()
    cook = SignupFactory(occurrence=later.occurrence).person

    with pytest.raises(NotACook):
        kitchen.say_well(today, PersonFactory(), by=PersonFactory())
    with pytest.raises(NotOnItsDay):
        kitchen.say_well(later, cook, by=cook)


def test_a_cook_eats_along_unless_they_say_otherwise():
    meal = MealFactory()
    cook = SignupFactory(occurrence=meal.occurrence).person
    SignupFactory(occurrence=meal.occurrence)

    assert kitchen.enter(meal).count.cooked == 2
    kitchen.eat_along(meal, cook, eats=False, by=cook)

    assert kitchen.enter(meal).count.cooked == 1


def test_helpers_whose_work_is_elsewhere_are_no_cooks():
    meal = MealFactory(plan__cooking=[7])
    SignupFactory(occurrence=meal.occurrence)

    assert kitchen.enter(meal).cooks == []


def test_the_sample_is_kept_once_with_who_and_until_when():
    meal = cooked(MealFactory(in_days=0), CABBAGE)
    by = PersonFactory()

    kitchen.keep_sample(meal, by=by)
    kitchen.keep_sample(meal, by=PersonFactory())

    assert meal.sample_by == by
    assert meal.sample_until == meal.sample_at + timedelta(hours=48)
    assert meal.plan.sample_grams == 125


def test_the_bookings_keep_the_diets_by_which_was_cooked():
    meal = cooked(MealFactory(), CABBAGE)
    booking = with_diet(meal, tags=[DietTag.SOFT])
    assert booking.diet is None

    kitchen.check(meal, by=PersonFactory())

    assert Diet.of(booking.diet).tags == (DietTag.SOFT,)
    with time_machine.travel(meal.occurrence.ends_at):
        assert kitchen.enter(meal).diets[booking.person.id].tags == (DietTag.SOFT,)


def test_a_look_at_diets_leaves_a_line_for_each_person():
    meal = MealFactory()
    people = [with_diet(meal, tags=[DietTag.SOFT]).person for _three in range(3)]
    by = PersonFactory()

    diets.look(meal.team, kitchen.enter(meal).whose_diets, by=by)

    lines = session.query(ReadingEntry).all()
    assert {line.person_id for line in lines} == {person.id for person in people}
    assert {line.field_group for line in lines} == {FieldGroup.DIET}


def test_the_sheet_shows_each_eater_once_and_nobody_who_does_not_eat():
    meal = MealFactory()
    booking = with_diet(meal, tags=[DietTag.SOFT])
    away = with_diet(meal, tags=[DietTag.SOFT])
    away.status = BookingStatus.CANCELLED
    BookingFactory(meal=meal)
    for person in (booking.person, away.person, PersonFactory()):
        SignupFactory(occurrence=meal.occurrence, person=person)

    assert kitchen.enter(meal).whose_diets == [booking.person, away.person]
    assert kitchen.enter(meal).with_diets == [booking]
    kitchen.eat_along(meal, away.person, eats=False, by=away.person)
    assert kitchen.enter(meal).whose_diets == [booking.person]


def test_of_a_lunch_that_is_over_the_sheet_shows_only_who_ate(time_machine):
    meal = cooked(MealFactory(), CABBAGE)
    ate, cook, away = (with_diet(meal, tags=[DietTag.SOFT]) for _thrice in range(3))
    SignupFactory(occurrence=meal.occurrence, person=cook.person)
    kitchen.eat_along(meal, cook.person, eats=False, by=cook.person)
    kitchen.check(meal, by=PersonFactory())
    cook.status = away.status = BookingStatus.CANCELLED
    session.commit()

    time_machine.move_to(meal.occurrence.ends_at, tick=False)

    assert kitchen.enter(meal).whose_diets == [ate.person]
    assert kitchen.enter(meal).with_diets == [ate]


def test_what_a_cook_said_before_the_lunch_was_moved_is_asked_anew_on_its_day(time_machine):
    time_machine.move_to("2026-10-14T01:00Z", tick=False)
    meal = cooked(MealFactory(in_days=0.1), CABBAGE)
    cook = SignupFactory(occurrence=meal.occurrence).person
    kitchen.say_well(meal, cook, by=cook)

    tomorrow = DatePlan(date(2026, 10, 15), time(11), time(13), "院坝")
    move(meal.occurrence, tomorrow, by=cook)
    time_machine.move_to("2026-10-15T01:00Z", tick=False)

    with pytest.raises(CooksNotWell):
        kitchen.check(meal, by=cook)
    kitchen.say_well(meal, cook, by=cook)
    kitchen.check(meal, by=cook)
    assert kitchen.enter(meal).cooks[0].is_well


SHRIMP = DishPlan("花生虾仁", allergens=(Allergen.PEANUT, Allergen.SHELLFISH))


def test_who_is_allergic_to_more_by_now_is_a_red_line_again():
    meal = cooked(MealFactory(), SHRIMP)
    booking = with_diet(meal, allergies="花生", name="刘婆婆")
    see_to(meal, "给她单独盛一份，不放花生。")
    kitchen.check(meal, by=PersonFactory())

    diets.tell(booking.diner, Diet(allergies="花生、虾"), by=booking.person)

    assert red_lines(meal) == [("刘婆婆", "花生虾仁", True)]
    assert not kitchen.enter(meal).is_checked


def test_who_says_the_same_allergy_again_needs_nobody_to_see_to_it_anew():
    meal = cooked(MealFactory(), SHRIMP)
    booking = with_diet(meal, allergies="花生", name="刘婆婆")
    see_to(meal)

    diets.tell(booking.diner, Diet((DietTag.SOFT,), "花生"), by=booking.person)

    assert red_lines(meal) == [("刘婆婆", "花生虾仁", False)]


def test_what_the_team_learns_of_an_elder_later_is_a_red_line_again():
    wiring.wire()
    meal = cooked(MealFactory(), SHRIMP)
    elder = ElderFactory(team=meal.team, person__name="刘婆婆")
    by = elder.risk_set_by
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    health.write(elder, Health(allergies="花生"), by=by)
    BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, person=elder.person))
    see_to(meal)

    health.write(elder, Health(allergies="花生、虾"), by=by)

    assert red_lines(meal) == [("刘婆婆", "花生虾仁", True)]


def test_who_tells_the_kitchen_what_the_team_knew_of_them_needs_nobody_to_see_to_it_anew():
    meal = cooked(MealFactory(), SHRIMP)
    elder = ElderFactory(team=meal.team, person__name="刘婆婆")
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    health.write(elder, Health(allergies="花生"), by=elder.risk_set_by)
    booking = BookingFactory(meal=meal, diner=DinerFactory(team=meal.team, person=elder.person))
    see_to(meal)

    diets.tell(booking.diner, Diet(allergies="花生"), by=elder.person)

    assert red_lines(meal) == [("刘婆婆", "花生虾仁", False)]


def test_what_was_done_about_a_lunch_that_is_over_stays(time_machine):
    time_machine.move_to("2026-10-14T04:00Z", tick=False)
    meal = cooked(MealFactory(in_days=0), SHRIMP)
    booking = with_diet(meal, allergies="花生")
    see_to(meal)

    time_machine.shift(timedelta(days=1))
    diets.tell(booking.diner, Diet(allergies="花生、虾"), by=booking.person)

    assert session.query(ConflictTick).count() == 1
