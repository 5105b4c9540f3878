"""Finding who eats every week."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer.activities.models import (
    Occurrence,
)
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.meals.models import (
    BookingStatus,
    Diner,
    Meal,
    MealBooking,
    MealPlan,
    StandingMeal,
    StandingMealPause,
)
from volunteer.meals.queries import meals
from volunteer.people import queries as people_queries
from volunteer.people.models import Person


def standing() -> Select[StandingMeal]:
    return (
        select(StandingMeal)
        .join(StandingMeal.diner)
        .join(Diner.person)
        .options(
            contains_eager(StandingMeal.diner).contains_eager(Diner.person),
            selectinload(StandingMeal.pauses),
        )
    )


def list_standing(
    plans: Iterable[MealPlan], *, here_on: date | None = None
) -> Sequence[StandingMeal]:
    """Who eats with us every week, in the order in which they said so; without those who are away
    on this day, if one is named."""
    found = (
        standing()
        .where(
            StandingMeal.plan_id.in_([plan.id for plan in plans]),
            StandingMeal.ended_at.is_(None),
        )
        .order_by(StandingMeal.id)
    )
    if here_on is not None:
        found = found.where(people_queries.away_until(Person.id, here_on).is_(None))
    return all_of(found)


def list_standing_of(*people: int) -> Sequence[StandingMeal]:
    """Those of these people in every team, held ones only."""
    return all_of(
        standing()
        .where(Diner.person_id.in_(people), StandingMeal.ended_at.is_(None))
        .options(joinedload(StandingMeal.plan))
        .order_by(StandingMeal.id)
    )


def list_held_by(diner_id: int) -> Sequence[StandingMeal]:
    """This diner's that have not ended, in the order in which all hold them."""
    return all_of(
        standing()
        .where(StandingMeal.diner_id == diner_id, StandingMeal.ended_at.is_(None))
        .options(joinedload(StandingMeal.plan))
        .order_by(StandingMeal.plan_id)
    )


def coming_bookings_of(person_id: int, *, after: datetime) -> Select[int]:
    """The numbers of what this person has booked, or waits for, on meals that have not begun."""
    return (
        select(MealBooking.id)
        .join(MealBooking.diner)
        .join(MealBooking.meal)
        .join(Meal.occurrence)
        .where(
            Diner.person_id == person_id,
            MealBooking.status.in_([BookingStatus.BOOKED, BookingStatus.WAITING]),
            Occurrence.starts_at > after,
        )
    )


def get_standing(standing_meal_id: int) -> StandingMeal:
    return one_or_not_found(
        standing().where(StandingMeal.id == standing_meal_id).options(joinedload(StandingMeal.plan))
    )


def get_pause(meal_pause_id: int) -> StandingMealPause:
    return one_or_not_found(
        select(StandingMealPause)
        .where(StandingMealPause.id == meal_pause_id)
        .options(joinedload(StandingMealPause.standing).joinedload(StandingMeal.plan))
    )


def find_standing(plan: MealPlan, person: Person | None) -> StandingMeal | None:
    if person is None:
        return None
    return session.scalars(
        standing().where(
            StandingMeal.plan_id == plan.id,
            Diner.person_id == person.id,
            StandingMeal.ended_at.is_(None),
        )
    ).one_or_none()


def hold_coming(plans: Iterable[MealPlan], *, after: datetime) -> Sequence[Meal]:
    """The meals of these lunches that have not begun, held in the order of their numbers; those
    that are off, too, for they may be on again."""
    numbers = session.scalars(
        select(Meal.id)
        .join(Meal.occurrence)
        .where(
            Meal.plan_id.in_([plan.id for plan in plans]),
            Occurrence.starts_at > after,
        )
        .order_by(Meal.id)
        .with_for_update(key_share=True, of=Meal)
    ).all()
    session.expire_all()
    return all_of(meals().where(Meal.id.in_(numbers)))


def hold_meals_of(chosen: Select[int]) -> Sequence[Meal]:
    """The meals of the bookings that this statement finds, held in the order of their numbers."""
    theirs = select(MealBooking.meal_id).where(MealBooking.id.in_(chosen))
    numbers = session.scalars(
        select(Meal.id).where(Meal.id.in_(theirs)).order_by(Meal.id).with_for_update(key_share=True)
    ).all()
    session.expire_all()
    return all_of(meals().where(Meal.id.in_(numbers)))
