"""Shared lunches, their diners and bookings."""

from datetime import time, timedelta
from typing import Any

from factory import LazyAttribute, LazyFunction, SelfAttribute, SubFactory

from tests.factories import Factory, number_of
from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.meals import menus
from volunteer.meals.menus import DishPlan
from volunteer.meals.models import (
    Diner,
    Kitty,
    KittyEntry,
    Meal,
    MealBooking,
    MealPlan,
    MoneyWay,
    StandingMeal,
)
from volunteer.people.models import ConsentScope


class MealPlanFactory(Factory):
    """A lunch for forty, booked until four in the afternoon of the day before."""

    class Meta:
        model = MealPlan

    activity = SubFactory(ActivityFactory)
    capacity = 40
    deadline_days = 1
    deadline_time = time(16)
    cooking: list[int] = []  # noqa: RUF012 - factory_boy reads plain attributes


class MealFactory(Factory):
    """The lunch in two days; `in_days=0` for one that begins at this moment."""

    class Meta:
        model = Meal

    class Params:
        in_days = 2

    plan = SubFactory(MealPlanFactory)
    occurrence = LazyAttribute(
        lambda meal: OccurrenceFactory(
            activity=meal.plan.activity,
            starts_at=clock.now() + timedelta(days=meal.in_days),
        )
    )
    capacity = SelfAttribute("plan.capacity")
    deadline_days = 1
    deadline_time = time(16)


class DinerFactory(Factory):
    """A neighbour who eats with a team; nobody has said anything else of them."""

    class Meta:
        model = Diner

    team = SubFactory(TeamFactory)
    person = SubFactory(PersonFactory)
    by_id = LazyAttribute(lambda o: number_of(o.person))


class BookingFactory(Factory):
    """One portion at the table, for somebody new."""

    class Meta:
        model = MealBooking

    meal = SubFactory(MealFactory)
    diner = LazyAttribute(lambda booking: DinerFactory(team=booking.meal.team))
    by = SelfAttribute("diner.person")
    booked_at = LazyFunction(clock.now)


class StandingMealFactory(Factory):
    """Somebody new eats with us every week, since long ago."""

    class Meta:
        model = StandingMeal

    plan = SubFactory(MealPlanFactory)
    diner = LazyAttribute(lambda standing: DinerFactory(team=standing.plan.team))
    by = SelfAttribute("diner.person")
    first_on = LazyFunction(lambda: clock.now().date() - timedelta(days=30))


class KittyFactory(Factory):
    """The kitty of a team, kept by a member."""

    class Meta:
        model = Kitty

    team = SubFactory(TeamFactory)
    keeper = LazyAttribute(lambda kitty: MembershipFactory(team=kitty.team).person)


class KittyEntryFactory(Factory):
    """A hundred yuan came in."""

    class Meta:
        model = KittyEntry

    class Params:
        kitty = SubFactory(KittyFactory)

    kitty_id = LazyAttribute(lambda entry: number_of(entry.kitty))
    day = LazyFunction(lambda: clock.now().date())
    way = MoneyWay.IN
    fen = 10000
    purpose = "饭钱"
    keeper = LazyAttribute(lambda entry: entry.kitty.keeper)
    by = SelfAttribute("keeper")


def with_diet(meal: Meal, *, tags: Any = (), allergies: str = "", **person: Any) -> MealBooking:
    """Somebody new books a portion, agrees on paper, and says what they may eat."""
    one = PersonFactory(**person)
    ConsentFactory(person=one, scope=ConsentScope.HEALTH)
    stored = {"tags": [tag.value for tag in tags], "allergies": allergies}
    diner = DinerFactory(team=meal.team, person=one, diet=stored)
    booking: MealBooking = BookingFactory(meal=meal, diner=diner)
    return booking


def cooked(meal: Meal, *dishes: DishPlan) -> Meal:
    """The same meal with this menu."""
    menus.write_menu(meal, dishes, by=PersonFactory())
    session.refresh(meal)
    return meal
