"""The lunch of an activity: saying that it is one, a meal for each coming date, and the menu."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, literal, select, update

from volunteer.activities.models import Activity, Occurrence, OccurrenceStatus
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.bulk import insert_into
from volunteer.core.database import lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.elders.models import DietTag
from volunteer.meals import queries, standing, standing_queries, waiting
from volunteer.meals.errors import AlreadyAMeal
from volunteer.meals.models import Allergen, Dish, Ingredient, Meal, MealPlan, Unit
from volunteer.people.models import Person

# Meals are there so long before their date: time enough for a pause, and for the menu.
AHEAD = timedelta(weeks=4)


@dataclass(frozen=True)
class PlanDetails:
    """What holds for each date unless said otherwise."""

    capacity: int
    deadline_days: int = 1
    deadline_time: time = time(16)
    cooking: Sequence[int] = ()
    sample_grams: int = 125
    sample_hours: int = 48


@dataclass(frozen=True)
class MealDetails:
    """What holds for one date."""

    capacity: int
    deadline_days: int
    deadline_time: time
    lead_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class IngredientPlan:
    """How much of it goes into the dish for ten."""

    name: str
    for_ten: int
    unit: Unit


@dataclass(frozen=True)
class DishPlan:
    name: str
    tags: Sequence[DietTag] = ()
    allergens: Sequence[Allergen] = ()
    ingredients: Sequence[IngredientPlan] = field(default_factory=tuple)


def start(activity: Activity, details: PlanDetails, *, by: Person) -> MealPlan:
    """From now on this activity is a shared lunch, with a meal on each coming date.

    Raises AlreadyAMeal.
    """
    with transaction():
        lock(activity)
        if queries.find_plan(activity) is not None:
            raise AlreadyAMeal
        plan = MealPlan(activity=activity, created_at=clock.now())
        write_plan(plan, details)
        session.add(plan)
        trail.record("meal_plan.started", plan, by=by, team=activity.team, activity=activity.title)
        make(clock.now(), plan)
        return plan


def details_of(plan: MealPlan) -> PlanDetails:
    """What holds for new dates now, as it would be put down again."""
    return PlanDetails(
        capacity=plan.capacity,
        deadline_days=plan.deadline_days,
        deadline_time=plan.deadline_time,
        cooking=tuple(plan.cooking),
        sample_grams=plan.sample_grams,
        sample_hours=plan.sample_hours,
    )


def change_plan(
    plan: MealPlan, details: PlanDetails, *, by: Person, seen: str | None = None
) -> None:
    """What holds for new dates; those that are there keep theirs.

    `seen`: the mark of what their page showed of details_of(). Raises ChangedMeanwhile.
    """
    with transaction():
        lock(plan)
        check_unchanged(seen, details_of(plan), details)
        write_plan(plan, details)
        trail.record("meal_plan.changed", plan, by=by, team=plan.team)


def go_on_in(old: Activity, new: Activity, day: date) -> None:
    """A series was parted on this day: its lunch goes on in the new one, with the meals, the
    bookings and who eats with us every week."""
    before = queries.find_plan(old)
    if before is None:
        return
    with transaction():
        plan = MealPlan(
            activity=new,
            capacity=before.capacity,
            deadline_days=before.deadline_days,
            deadline_time=before.deadline_time,
            cooking=list(before.cooking),
            sample_grams=before.sample_grams,
            sample_hours=before.sample_hours,
            created_at=clock.now(),
        )
        session.add(plan)
        session.flush()
        theirs = select(Occurrence.id).where(Occurrence.activity_id == new.id)
        session.execute(
            update(Meal)
            .where(Meal.plan_id == before.id, Meal.occurrence_id.in_(theirs))
            .values(plan_id=plan.id)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        standing.go_on_in(plan, before, day)
        make(clock.now(), plan)
        standing.fill([plan])


def write_plan(plan: MealPlan, details: PlanDetails) -> None:
    plan.capacity = details.capacity
    plan.deadline_days, plan.deadline_time = details.deadline_days, details.deadline_time
    plan.cooking = list(details.cooking)
    plan.sample_grams, plan.sample_hours = details.sample_grams, details.sample_hours


def make(now: datetime, plan: MealPlan | None = None) -> int:
    """A meal for each coming date of this lunch, or of every one, that has none yet, with the
    bookings of who eats with us every week; answers how many meals were made.

    One statement for the meals, and a handful for the bookings.
    """
    with transaction():
        session.flush()
        wanted = dates_without_meal(now, plan)
        columns = ["plan_id", "occurrence_id", "capacity", "deadline_days", "deadline_time",
                   "lead_id", "note", "created_at"]  # fmt: skip
        statement = insert_into(Meal).from_select(columns, wanted).on_conflict_do_nothing()
        made = len(session.scalars(statement.returning(Meal.id)).all())
        if made:
            plans = [plan] if plan else session.scalars(select(MealPlan)).unique().all()
            standing.fill(plans)
        return made


def dates_without_meal(now: datetime, plan: MealPlan | None) -> Select[*tuple[Any, ...]]:
    chosen = (
        select(
            MealPlan.id,
            Occurrence.id,
            MealPlan.capacity,
            MealPlan.deadline_days,
            MealPlan.deadline_time,
            Activity.leader_id,
            literal(""),
            literal(now, Meal.created_at.type),
        )
        .join(Activity, Activity.id == MealPlan.activity_id)
        .join(Occurrence, Occurrence.activity_id == Activity.id)
        .where(
            Occurrence.starts_at > now,
            Occurrence.starts_at <= now + AHEAD,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.id.not_in(select(Meal.occurrence_id)),
        )
    )
    return chosen.where(MealPlan.id == plan.id) if plan else chosen


def planned(meal: Meal) -> MealDetails:
    """What holds for this date now, as it would be put down again."""
    return MealDetails(
        meal.capacity, meal.deadline_days, meal.deadline_time, meal.lead_id, meal.note
    )


def change_meal(meal: Meal, details: MealDetails, *, by: Person, seen: str | None = None) -> None:
    """How many portions, until when, who leads. Bookings that are there stay.

    `seen`: the mark of what their page showed of planned(). Raises ChangedMeanwhile.
    """
    with transaction():
        # With all the others of this lunch, in their order: who eats every week is booked anew.
        standing_queries.hold_coming([meal.plan], after=clock.now())
        lock(meal)
        check_unchanged(seen, planned(meal), details)
        meal.capacity = details.capacity
        meal.deadline_days, meal.deadline_time = details.deadline_days, details.deadline_time
        meal.lead_id, meal.note = details.lead_id, details.note
        trail.record("meal.planned", meal, by=by, team=meal.team, date=meal.day.isoformat())
        standing.fill([meal.plan])
        waiting.promote(meal)


def menu_of(meal: Meal) -> list[DishPlan]:
    """What is cooked, as it would be put down again."""
    return [as_plan(dish) for dish in meal.dishes]


def write_menu(
    meal: Meal, dishes: Sequence[DishPlan], *, by: Person, seen: str | None = None
) -> None:
    """What is cooked, in this order. A dish that stays as it was keeps what was done about
    allergies; anything else must be looked at anew, and the sheet is to be checked again.

    `seen`: the mark of what their page showed of menu_of(). Raises ChangedMeanwhile.
    """
    with transaction():
        lock(meal)
        there = menu_of(meal)
        check_unchanged(seen, there, list(dishes))
        if there == list(dishes):
            return
        left = list(zip(there, meal.dishes, strict=True))
        kept = [take_out(left, plan) for plan in dishes]
        for _plan, dish in left:
            meal.dishes.remove(dish)
        # Places of dishes must not meet on their way.
        for number, dish in enumerate(d for d in kept if d):
            dish.position = -1 - number
        session.flush()
        for position, (plan, old) in enumerate(zip(dishes, kept, strict=True)):
            dish = old or dish_of(plan)
            dish.position = position
            if old is None:
                meal.dishes.append(dish)
        meal.checked_at = meal.checked_by_id = None
        trail.record("meal.menu_changed", meal, by=by, team=meal.team, dishes=len(dishes))
        session.flush()
        session.expire(meal, ["dishes"])


def take_out(left: list[tuple[DishPlan, Dish]], wanted: DishPlan) -> Dish | None:
    """The first dish that is as wanted, no longer among those that are left; or None."""
    for pair in left:
        if pair[0] == wanted:
            left.remove(pair)
            return pair[1]
    return None


def as_plan(dish: Dish) -> DishPlan:
    return DishPlan(
        name=dish.name,
        tags=tuple(dish.diet_tags),
        allergens=tuple(dish.known_allergens),
        ingredients=tuple(
            IngredientPlan(one.name, one.for_ten, one.unit) for one in dish.ingredients
        ),
    )


def dish_of(plan: DishPlan) -> Dish:
    return Dish(
        name=plan.name,
        tags=[tag.value for tag in plan.tags],
        allergens=[allergen.value for allergen in plan.allergens],
        ingredients=[
            Ingredient(position=position, name=one.name, for_ten=one.for_ten, unit=one.unit)
            for position, one in enumerate(plan.ingredients)
        ],
    )
