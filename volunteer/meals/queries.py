"""Finding meals and diners; bookings, the kitchen and the kitty have files of their own."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceStatus,
)
from volunteer.core.database import Given, all_of, any_of, one_or_not_found, session
from volunteer.elders.models import OVER, Elder
from volunteer.meals.models import (
    BookingStatus,
    Diner,
    Dish,
    Kitty,
    Meal,
    MealBooking,
    MealPlan,
    StandingMeal,
)
from volunteer.people import forgetting
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

# Who has not eaten with us for so long is a diner no more.
EATEN_KEPT = timedelta(days=365)

# --- meals ---------------------------------------------------------------------------------------


def meals() -> Select[Meal]:
    """Meals with their dates, the lunch and its team, soonest first."""
    return (
        select(Meal)
        .join(Meal.occurrence)
        .join(Occurrence.activity)
        .options(
            contains_eager(Meal.occurrence)
            .contains_eager(Occurrence.activity)
            .joinedload(Activity.team),
            joinedload(Meal.plan),
        )
        .order_by(Occurrence.starts_at, Meal.id)
    )


def get_meal(meal_id: int) -> Meal:
    """The meal with its menu, who leads it, who checked it and kept a sample."""
    return one_or_not_found(
        meals()
        .where(Meal.id == meal_id)
        .options(
            joinedload(Meal.lead),
            joinedload(Meal.checked_by),
            joinedload(Meal.sample_by),
            selectinload(Meal.dishes).selectinload(Dish.ingredients),
        )
    )


def list_meals(team: Team, *, after: datetime, at_most: int = 6) -> Sequence[Meal]:
    """The team's next meals that are not over, with their menus."""
    return all_of(
        meals()
        .where(Activity.team_id == team.id, Occurrence.ends_at > after)
        .options(selectinload(Meal.dishes))
        .limit(at_most)
    )


def list_past_meals(team: Team, *, before: datetime, at_most: int = 4) -> Sequence[Meal]:
    """The latest meals that are over."""
    return all_of(
        meals()
        .where(Activity.team_id == team.id, Occurrence.ends_at <= before)
        .order_by(None)
        .order_by(Occurrence.starts_at.desc(), Meal.id.desc())
        .limit(at_most)
    )


def list_plans(team: Team) -> Sequence[MealPlan]:
    return all_of(
        select(MealPlan)
        .join(MealPlan.activity)
        .where(Activity.team_id == team.id)
        .options(contains_eager(MealPlan.activity))
        .order_by(MealPlan.id)
    )


def list_plans_on(dates: Iterable[int]) -> Sequence[MealPlan]:
    """The lunches that have a meal on the dates of these numbers."""
    theirs = select(Meal.plan_id).where(Meal.occurrence_id.in_(list(dates)))
    return all_of(select(MealPlan).where(MealPlan.id.in_(theirs)).order_by(MealPlan.id))


def list_between(first: date, last: date, person: Person, *, after: datetime) -> Sequence[Meal]:
    """The meals for this person from this day to that one that take place and have not begun."""
    plans = plans_for(person.id).with_only_columns(MealPlan.id)
    return all_of(
        meals().where(
            Meal.plan_id.in_(plans),
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at > after,
            Occurrence.wall_starts >= datetime.combine(first, time.min),
            Occurrence.wall_starts < datetime.combine(last + timedelta(days=1), time.min),
        )
    )


def list_meals_on(dates: Iterable[int]) -> Sequence[Meal]:
    """The meals on the dates of these numbers."""
    return all_of(meals().where(Meal.occurrence_id.in_(list(dates))))


def find_number_on(occurrence_id: int) -> int | None:
    """The number of the meal on this date, if there is one."""
    return session.scalar(select(Meal.id).where(Meal.occurrence_id == occurrence_id))


def find_plan(activity: Activity) -> MealPlan | None:
    return session.scalars(
        select(MealPlan).where(MealPlan.activity_id == activity.id)
    ).one_or_none()


def count_portions(meals: Iterable[Meal]) -> dict[int, int]:
    """How many portions diners have of each of these meals, by the meal's number."""
    rows = session.execute(
        select(MealBooking.meal_id, func.sum(MealBooking.portions))
        .where(
            MealBooking.meal_id.in_([meal.id for meal in meals]),
            MealBooking.status == BookingStatus.BOOKED,
            MealBooking.is_no_show.is_(False),
        )
        .group_by(MealBooking.meal_id)
    ).all()
    return {meal_id: int(count) for meal_id, count in rows}


def count_portions_on(dates: Iterable[int]) -> dict[int, int]:
    """How many portions are booked on each of these dates, by the date's number."""
    rows = session.execute(
        select(Meal.occurrence_id, func.sum(MealBooking.portions))
        .join(MealBooking.meal)
        .where(
            Meal.occurrence_id.in_(list(dates)),
            MealBooking.status == BookingStatus.BOOKED,
        )
        .group_by(Meal.occurrence_id)
    ).all()
    return {occurrence_id: int(count) for occurrence_id, count in rows}


def plans_for(person_id: Given) -> Select[MealPlan]:
    """The lunches of the teams that this person is in or eats with."""
    diner = select(Diner.team_id).where(Diner.person_id == person_id)
    member = select(Membership.team_id).where(team_queries.is_in_team(person_id))
    return (
        select(MealPlan)
        .join(MealPlan.activity)
        .where(Activity.team_id.in_(diner) | Activity.team_id.in_(member))
    )


def hold_meals_on(dates: Iterable[int]) -> None:
    """Hold the meals of the dates of these numbers, in the order of their own."""
    session.scalars(
        select(Meal.id)
        .where(Meal.occurrence_id.in_(list(dates)))
        .order_by(Meal.id)
        .with_for_update(key_share=True)
    ).all()


# --- diners --------------------------------------------------------------------------------------


def find_diner(team: Team, person: Person | None) -> Diner | None:
    if person is None:
        return None
    return session.scalars(
        select(Diner).where(Diner.team_id == team.id, Diner.person_id == person.id)
    ).one_or_none()


def list_diners(team: Team) -> Sequence[Diner]:
    """Who can be chosen for a lunch: nobody who has died, or was promised to be forgotten."""
    return all_of(
        select(Diner)
        .join(Diner.person)
        .where(
            Diner.team_id == team.id,
            Person.died_on.is_(None),
            not_(forgetting.is_let_go()),
        )
        .options(contains_eager(Diner.person))
        .order_by(Person.sort_key, Diner.id)
    )


def list_guests_only(team: Team) -> set[int]:
    """Those diners, by number, who have eaten here as somebody's guest alone: they bring nobody."""
    on_their_own = select(MealBooking.diner_id).where(MealBooking.guest_of_id.is_(None))
    weekly = select(StandingMeal.diner_id)
    return set(
        session.scalars(
            select(MealBooking.diner_id)
            .join(MealBooking.diner)
            .where(
                Diner.team_id == team.id,
                MealBooking.guest_of_id.is_not(None),
                MealBooking.diner_id.not_in(on_their_own),
                MealBooking.diner_id.not_in(weekly),
            )
        )
    )


def list_elders_of(team: Team, people: Collection[int]) -> Sequence[Elder]:
    """Those of these people whom the team looks after."""
    return all_of(
        select(Elder).where(
            Elder.team_id == team.id,
            Elder.person_id.in_(people),
            Elder.status.not_in(OVER),
        )
    )


# --- what a message is about ---------------------------------------------------------------------


def list_by_numbers(numbers: Iterable[int]) -> dict[int, Meal]:
    return {meal.id: meal for meal in all_of(meals().where(Meal.id.in_(list(numbers))))}


def eats(now: datetime) -> ColumnElement[bool]:
    """A condition on diners: who eats every week, was booked or came to the table within a year."""
    weekly = select(StandingMeal.id).where(
        StandingMeal.diner_id == Diner.id,
        StandingMeal.ended_at.is_(None),
        or_(StandingMeal.last_on.is_(None), StandingMeal.last_on >= (now - EATEN_KEPT).date()),
    )
    booked = (
        select(MealBooking.id)
        .join(MealBooking.meal)
        .join(Meal.occurrence)
        .where(MealBooking.diner_id == Diner.id, Occurrence.ends_at > now - EATEN_KEPT)
    )
    return or_(any_of(weekly), any_of(booked), Diner.created_at > now - EATEN_KEPT)


def eats_with_us(now: datetime) -> ColumnElement[bool]:
    """A condition on people: who eats with some team."""
    return any_of(select(Diner.id).where(Diner.person_id == Person.id, eats(now)))


def keeps_a_kitty(_now: datetime) -> ColumnElement[bool]:
    """A condition on people: money of a team is in their hands."""
    return any_of(select(Kitty.id).where(Kitty.keeper_id == Person.id))
