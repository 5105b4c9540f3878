"""Finding who eats: bookings, and who of them nobody has seen safe yet."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer.activities.models import Occurrence, OccurrenceStatus
from volunteer.core.database import Given, all_of, one_or_not_found, row_number, session
from volunteer.meals.models import (
    BookingStatus,
    DeliveryResult,
    Diner,
    Meal,
    MealBooking,
    MealPlan,
    MealWay,
)
from volunteer.meals.queries import meals, plans_for
from volunteer.people.models import Person
from volunteer.teams.models import Team


def list_next_for(person: Person, *, after: datetime) -> list[tuple[Meal, MealBooking | None]]:
    """The next meal of each of these lunches, with this person's booking if they have one."""
    plans = plans_for(person.id).with_only_columns(MealPlan.id)
    coming = all_of(
        meals().where(
            Meal.plan_id.in_(plans),
            Occurrence.ends_at > after,
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
    )
    first: dict[int, Meal] = {}
    for meal in coming:
        first.setdefault(meal.plan_id, meal)
    own = list_booked_by(person, first.values())
    return [(meal, own.get(meal.id)) for meal in first.values()]


def bookings() -> Select[MealBooking]:
    """Bookings with their diners, by name."""
    return (
        select(MealBooking)
        .join(MealBooking.diner)
        .join(Diner.person)
        .options(
            contains_eager(MealBooking.diner).contains_eager(Diner.person),
            joinedload(MealBooking.guest_of),
            joinedload(MealBooking.by),
            joinedload(MealBooking.no_answer),
        )
        .order_by(Person.sort_key, MealBooking.id)
    )


def list_bookings(meal: Meal) -> Sequence[MealBooking]:
    """Everybody who ever booked this meal, cancelled ones too."""
    return all_of(bookings().where(MealBooking.meal_id == meal.id))


def list_waiting(meal: Meal) -> Sequence[MealBooking]:
    """Who waits for a portion, who asked first stands first."""
    return all_of(
        bookings()
        .where(MealBooking.meal_id == meal.id, MealBooking.status == BookingStatus.WAITING)
        .options(joinedload(MealBooking.meal))
        .order_by(None)
        .order_by(MealBooking.booked_at, MealBooking.id)
    )


def those_with_waiting(meals: Iterable[Meal]) -> list[Meal]:
    """Those of these meals for which somebody waits. One query."""
    meals = list(meals)
    found = set(
        session.scalars(
            select(MealBooking.meal_id).where(
                MealBooking.meal_id.in_([meal.id for meal in meals]),
                MealBooking.status == BookingStatus.WAITING,
            )
        )
    )
    return [meal for meal in meals if meal.id in found]


def get_booking(booking_id: int) -> MealBooking:
    return one_or_not_found(
        bookings()
        .where(MealBooking.id == row_number(booking_id))
        .options(joinedload(MealBooking.meal))
    )


def find_booking(meal: Meal, person: Person | None) -> MealBooking | None:
    """This person's booking of this meal, cancelled or not."""
    if person is None:
        return None
    return session.scalars(
        bookings().where(MealBooking.meal_id == meal.id, Diner.person_id == person.id)
    ).one_or_none()


def list_booked_on(dates: Iterable[int]) -> Sequence[MealBooking]:
    """Who has booked a meal on the dates of these numbers."""
    return list_with_status(dates, BookingStatus.BOOKED)


def list_wanted_on(dates: Iterable[int]) -> Sequence[MealBooking]:
    """The same, with who waits for a portion."""
    return list_with_status(dates, BookingStatus.BOOKED, BookingStatus.WAITING)


def is_unopened() -> ColumnElement[bool]:
    """A condition on bookings: nobody opened to who brought it, and nobody has made sure yet that
    they are safe; without elders, whose steps the team sees to (elders/no_answer.py)."""
    return and_(
        MealBooking.result == DeliveryResult.NO_ANSWER,
        MealBooking.no_answer_id.is_(None),
        MealBooking.safe_at.is_(None),
    )


def unopened_in(team_id: Given) -> Select[MealBooking]:
    """Meals of this team to whose bearer nobody opened."""
    return (
        bookings()
        .join(MealBooking.meal)
        .where(Diner.team_id == team_id, is_unopened())
        .options(contains_eager(MealBooking.meal))
        .order_by(None)
        .order_by(MealBooking.result_at, MealBooking.id)
    )


def not_home_in(team_id: Given, after: Given, before: Given) -> Select[MealBooking]:
    """Who lives alone, ate with this team at a lunch that ended in this time, and has not been
    heard of since (home_safe.py)."""
    return (
        bookings()
        .join(MealBooking.meal)
        .join(Meal.occurrence)
        .where(
            Diner.team_id == team_id,
            Diner.lives_alone.is_not(None),
            MealBooking.status == BookingStatus.BOOKED,
            MealBooking.way == MealWay.DINE_IN,
            MealBooking.is_no_show.is_(False),
            MealBooking.home_at.is_(None),
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at > after,
            Occurrence.ends_at <= before,
        )
        .options(contains_eager(MealBooking.meal).contains_eager(Meal.occurrence))
    )


def list_not_home_in(team: Team, *, after: datetime, before: datetime) -> Sequence[MealBooking]:
    """The same, by name."""
    return all_of(not_home_in(team.id, after, before))


def list_unopened_in(team: Team) -> Sequence[MealBooking]:
    """The same, who has waited longest first."""
    return all_of(unopened_in(team.id))


def list_with_status(dates: Iterable[int], *which: BookingStatus) -> Sequence[MealBooking]:
    return all_of(
        bookings()
        .join(MealBooking.meal)
        .where(Meal.occurrence_id.in_(list(dates)), MealBooking.status.in_(which))
        .options(contains_eager(MealBooking.meal))
    )


def list_eating_on(occurrence: Occurrence) -> Sequence[Person]:
    """Who eats at the table on this date, by name."""
    return all_of(
        select(Person)
        .join(Diner, Diner.person_id == Person.id)
        .join(MealBooking, MealBooking.diner_id == Diner.id)
        .join(MealBooking.meal)
        .where(
            Meal.occurrence_id == occurrence.id,
            MealBooking.status == BookingStatus.BOOKED,
            MealBooking.way == MealWay.DINE_IN,
            MealBooking.is_no_show.is_(False),
        )
        .order_by(Person.sort_key)
    )


def find_by_form(meal: Meal, form_key: str) -> MealBooking | None:
    return session.scalars(
        bookings().where(MealBooking.meal_id == meal.id, MealBooking.form_key == form_key)
    ).one_or_none()


def list_booked_by(person: Person, meals: Iterable[Meal]) -> dict[int, MealBooking]:
    """What this person has booked of these meals, or waits for, by the meal's number."""
    found = all_of(
        bookings().where(
            MealBooking.meal_id.in_([meal.id for meal in meals]),
            Diner.person_id == person.id,
            MealBooking.status.in_((BookingStatus.BOOKED, BookingStatus.WAITING)),
        )
    )
    return {booking.meal_id: booking for booking in found}


def find_unopened(numbers: Iterable[int]) -> set[int]:
    """Those bookings of these meals, by number."""
    return set(
        session.scalars(
            select(MealBooking.id).where(MealBooking.meal_id.in_(list(numbers)), is_unopened())
        )
    )


def find_not_home(numbers: Iterable[int]) -> dict[int, int]:
    """How many of each of these meals have not said that they came home, as
    MealBooking.should_say_home means it; none for a meal of which all have."""
    rows = all_of(
        bookings().where(
            MealBooking.meal_id.in_(list(numbers)),
            MealBooking.status == BookingStatus.BOOKED,
            MealBooking.home_at.is_(None),
        )
    )
    found: dict[int, int] = {}
    for booking in rows:
        if booking.should_say_home:
            found[booking.meal_id] = found.get(booking.meal_id, 0) + 1
    return found
