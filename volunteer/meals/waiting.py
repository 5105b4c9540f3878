"""The waiting list of a full lunch: who asked first has the portion that comes free, and is told.

By itself it moves while booking is open. Afterwards the shopping is done for who is booked, and
the coordinators give what comes free to whom they can reach.
"""

from collections.abc import Iterable

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.meals import booking_queries, diets, notices, queries
from volunteer.meals.models import BookingStatus, Meal, MealBooking, MealState
from volunteer.people.models import Person


def promote(meal: Meal) -> None:
    """Who waits and finds portions enough has them now; who wants more than are free waits on.

    Belongs behind the lock of the meal.
    """
    if meal.state(clock.now()) is not MealState.BOOKING:
        return
    waiting = booking_queries.list_waiting(meal)
    if not waiting:
        return
    free = meal.capacity - queries.count_portions([meal]).get(meal.id, 0)
    for booking in waiting:
        if booking.portions <= free:
            free -= booking.portions
            move_up(booking, by=None)


def promote_all(meals: Iterable[Meal]) -> None:
    """The same for several, which are held. For most of them nobody waits, and they ask nothing."""
    for meal in booking_queries.those_with_waiting(meals):
        promote(meal)


def move_up(booking: MealBooking, *, by: Person | None) -> None:
    """They have it now, and are told. `by`: the coordinator who gives it, and calls them too."""
    # What is known of them may have changed while they waited.
    diet = diets.known(booking.meal.team, [booking.diner.person_id]).get(booking.diner.person_id)
    booking.status = BookingStatus.BOOKED
    booking.diet = diet.as_stored() if diet else None
    booking.booked_at = clock.now()
    trail.record("meal.moved_up", booking, by=by, person=booking.person, team=booking.meal.team,
                 date=booking.meal.day.isoformat())  # fmt: skip
    notices.tell_of_portion(booking)
