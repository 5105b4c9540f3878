"""到家报平安: who lives alone and ate with us says that they came home; an hour later we call."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.activities.models import Occurrence, OccurrenceStatus
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.meals import booking_queries, notices, queries
from volunteer.meals.errors import NotOnItsDay, NotOnTheList
from volunteer.meals.models import Meal, MealBooking
from volunteer.people.models import Person

CALL_AFTER = timedelta(minutes=60)
# Later it is no longer today's question.
NOT_AFTER = timedelta(hours=12)


def on_list(bookings: Sequence[MealBooking]) -> list[MealBooking]:
    """Who should say it: first those who have not yet."""
    found = [booking for booking in bookings if booking.should_say_home]
    return sorted(found, key=lambda booking: booking.home_at is not None)


def is_to_be_called(booking: MealBooking, now: datetime) -> bool:
    """Whether the hour is over and nobody has heard from them."""
    ended = booking.meal.occurrence.ends_at
    return booking.should_say_home and booking.home_at is None and now >= ended + CALL_AFTER


def may_be_home(meal: Meal, now: datetime) -> bool:
    """From the day of the lunch on: whoever is ticked before would not be called after it."""
    return meal.team.today(now) >= meal.day


def tick(booking: MealBooking, *, is_home: bool, by: Person) -> None:
    """They said so, or somebody called and heard it; or it was a slip.

    Raises NotOnTheList, NotOnItsDay.
    """
    with transaction():
        lock(booking.meal, booking)
        if not booking.should_say_home:
            raise NotOnTheList
        if is_home and not may_be_home(booking.meal, clock.now()):
            raise NotOnItsDay
        if (booking.home_at is not None) == is_home:
            return
        booking.home_at = clock.now() if is_home else None
        booking.home_by_id = by.id if is_home else None
        trail.record("diner.home" if is_home else "diner.home_undone", booking, by=by,
                     person=booking.person, team=booking.meal.team)  # fmt: skip


def call(now: datetime) -> int:
    """An hour after each meal: tell the coordinators once that somebody is to be called; answers
    of how many meals."""
    with transaction():
        numbers = session.scalars(
            select(Meal.id)
            .join(Meal.occurrence)
            .where(
                Meal.home_told_at.is_(None),
                Occurrence.status == OccurrenceStatus.PLANNED,
                Occurrence.ends_at <= now - CALL_AFTER,
                Occurrence.ends_at > now - NOT_AFTER,
            )
            .order_by(Meal.id)
            .with_for_update(key_share=True, of=Meal)
        ).all()
        told = 0
        for number in numbers:
            meal = queries.get_meal(number)
            missing = [b for b in booking_queries.list_bookings(meal) if is_to_be_called(b, now)]
            meal.home_told_at = now
            if missing:
                notices.tell_whom_to_call(meal)
                told += 1
        return told
