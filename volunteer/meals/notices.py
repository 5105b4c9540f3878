"""What coordinators are told of a lunch: that something waits, and nobody's name.

Who it is stands on the page behind the link and nowhere else.
"""

from collections.abc import Sequence
from datetime import timedelta

from volunteer.core import clock
from volunteer.meals import queries
from volunteer.meals.models import Meal, MealBooking
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

# Nobody opened the door to a meal; who lives alone has not said that they came home.
MEAL_UNOPENED = "meal_unopened"
MEAL_HOME_CALLS = "meal_home_calls"

ALARM_LASTS = timedelta(days=2)
CALLS_LAST = timedelta(hours=11)


def tell_that_nobody_opened(booking: MealBooking, *, by: Person) -> None:
    """One message to each coordinator but for who noted it."""
    now = clock.now()
    outbox.post_all(
        outbox.row(
            MEAL_UNOPENED,
            to=membership.person,
            key=f"{booking.id}:{now:%Y%m%d%H%M%S%f}",
            expires_at=now + ALARM_LASTS,
            team_id=booking.meal.team.id,
            about={"meal_id": booking.meal_id, "booking_id": booking.id},
        )
        for membership in team_queries.list_coordinators(booking.meal.team)
        if membership.person_id != by.id
    )


def tell_whom_to_call(meal: Meal) -> None:
    outbox.post_all(
        outbox.row(
            MEAL_HOME_CALLS,
            to=membership.person,
            key=str(meal.id),
            expires_at=clock.now() + CALLS_LAST,
            team_id=meal.team.id,
            about={"meal_id": meal.id},
        )
        for membership in team_queries.list_coordinators(meal.team)
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters about meals, while there still is something to see to."""
    meals = queries.list_by_numbers({message.about["meal_id"] for message in messages})
    unopened = queries.find_unopened(meals)
    waiting = queries.find_not_home(meals)
    found = {}
    for message in messages:
        meal = meals.get(message.about["meal_id"])
        if meal is None:
            continue
        if message.kind == MEAL_UNOPENED and message.about["booking_id"] in unopened:
            page = "delivery"
        elif message.kind == MEAL_HOME_CALLS and meal.id in waiting:
            page = "home-safe"
        else:
            continue
        found[message.id] = writing.letter(
            message.kind,
            message.person,
            meal=meal,
            team=meal.team,
            count=waiting.get(meal.id, 0),
            path=f"/meals/{meal.id}/{page}",
        )
    return found
