"""Finding who cooks and who brings the meals, what is ticked, and what is left to prepare."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import Given, all_of, session
from volunteer.meals.models import (
    BookingStatus,
    ConflictTick,
    Dish,
    Meal,
    MealBooking,
    MealCook,
    MealDeliverer,
    MealWay,
)
from volunteer.meals.queries import meals
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team


def to_prepare_in(team_id: Given, after: Given, before: Given) -> Select[Meal]:
    """Meals of this team that somebody has booked and that are not over, on dates that begin before
    this moment, for which something is left to do: the sheet is not checked, or nobody brings what
    is to be brought."""
    booked = select(MealBooking.id).where(
        MealBooking.meal_id == Meal.id, MealBooking.status == BookingStatus.BOOKED
    )
    return meals().where(
        Activity.team_id == team_id,
        Occurrence.status == OccurrenceStatus.PLANNED,
        Occurrence.ends_at > after,
        Occurrence.starts_at < before,
        booked.correlate(Meal).exists(),
        Meal.checked_at.is_(None) | is_brought_by_nobody(),
    )


def is_brought_by_nobody() -> ColumnElement[bool]:
    """A condition on meals: some are to be brought to homes, and nobody is to bring them."""
    doors = select(MealBooking.id).where(
        MealBooking.meal_id == Meal.id,
        MealBooking.status == BookingStatus.BOOKED,
        MealBooking.way == MealWay.DELIVERY,
    )
    bearers = select(MealDeliverer.id).where(MealDeliverer.meal_id == Meal.id)
    return doors.correlate(Meal).exists() & ~bearers.correlate(Meal).exists()


def list_to_prepare_in(team: Team, *, after: datetime, before: datetime) -> list[tuple[Meal, bool]]:
    """The same, soonest first; each with whether nobody brings what is to be brought."""
    asked = to_prepare_in(team.id, after, before).add_columns(is_brought_by_nobody())
    return [(meal, bool(lacks)) for meal, lacks in session.execute(asked)]


def list_helpers(meal: Meal) -> Sequence[Signup]:
    """Who has a place on the date, with their work, in the order in which they said so."""
    return all_of(
        select(Signup)
        .join(Signup.role)
        .where(
            Signup.occurrence_id == meal.occurrence_id,
            Signup.status == SignupStatus.GOING,
        )
        .options(contains_eager(Signup.role), joinedload(Signup.person))
        .order_by(OccurrenceRole.position, Signup.asked_at, Signup.id)
    )


def find_cooks(meal: Meal) -> dict[int, MealCook]:
    """What is known of cooks of this meal, by the person's number."""
    rows = all_of(select(MealCook).where(MealCook.meal_id == meal.id))
    return {row.person_id: row for row in rows}


def find_ticks(meal: Meal) -> dict[tuple[int, int], ConflictTick]:
    """Allergies that somebody has seen to, by dish and person."""
    rows = all_of(
        select(ConflictTick)
        .join(Dish, Dish.id == ConflictTick.dish_id)
        .where(Dish.meal_id == meal.id)
        .options(joinedload(ConflictTick.by))
    )
    return {(row.dish_id, row.person_id): row for row in rows}


def list_deliverers(meal: Meal) -> Sequence[MealDeliverer]:
    return all_of(
        select(MealDeliverer)
        .where(MealDeliverer.meal_id == meal.id)
        .options(joinedload(MealDeliverer.person))
        .order_by(MealDeliverer.id)
    )


def list_bearers_on(occurrence_id: int) -> set[int]:
    """Who brings the meals of this date, by number."""
    return set(
        session.scalars(
            select(MealDeliverer.person_id)
            .join(Meal, Meal.id == MealDeliverer.meal_id)
            .where(Meal.occurrence_id == occurrence_id)
        )
    )


def list_brought_by(membership: Membership, *, after: datetime) -> Sequence[Meal]:
    """What this member is to bring to people's homes after this moment, in the order in which meals
    are held."""
    return all_of(
        meals()
        .join(MealDeliverer, MealDeliverer.meal_id == Meal.id)
        .where(
            MealDeliverer.person_id == membership.person_id,
            Activity.team_id == membership.team_id,
            Occurrence.ends_at > after,
        )
        .order_by(None)
        .order_by(Meal.id)
    )


def brought_by(person_id: Given, after: Given) -> Select[Meal]:
    """The meals that this person brings to people's homes, on dates that take place and end after
    this moment."""
    return meals().where(
        Meal.id.in_(select(MealDeliverer.meal_id).where(MealDeliverer.person_id == person_id)),
        Occurrence.status == OccurrenceStatus.PLANNED,
        Occurrence.ends_at > after,
    )


def list_brought_soon(person: Person, *, after: datetime) -> Sequence[Meal]:
    """What this person is to bring, soonest first."""
    return all_of(brought_by(person.id, after))


def is_deliverer(meal: Meal, person: Person) -> bool:
    found = select(MealDeliverer.id).where(
        MealDeliverer.meal_id == meal.id, MealDeliverer.person_id == person.id
    )
    return session.scalar(found) is not None
