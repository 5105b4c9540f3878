"""What diners are told of a lunch: that it is off, or at another time; and its coordinators: that
something waits, and nobody's name. Who it is stands on the page behind the link and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from volunteer.activities.models import Occurrence
from volunteer.activities.notices import STILL_WORTH_TELLING
from volunteer.core import clock
from volunteer.meals import booking_queries, queries
from volunteer.meals.models import Meal, MealBooking
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

# Nobody opened the door to a meal; who lives alone has not said that they came home.
MEAL_UNOPENED = "meal_unopened"
MEAL_HOME_CALLS = "meal_home_calls"
# The lunch does not take place, or somewhere or some time else, or after all.
MEAL_CHANGED = "meal_changed"
# Who waited has a portion.
MEAL_PLACE_FREED = "meal_place_freed"

ALARM_LASTS = timedelta(days=2)
CALLS_LAST = timedelta(hours=11)


@dataclass(frozen=True)
class Lunch:
    """One lunch of a letter: when and where, whether its reader waits for a portion, its page."""

    occurrence: Occurrence
    waits: bool
    path: str


def tell_diners(occurrences: Sequence[Occurrence]) -> None:
    """One message to each who has booked meals on these dates, or waits for a portion, about all of
    them; a later change replaces it. Who can't be written to is called. Who helps on the date hears
    of it as its other helpers do."""
    dates = {occurrence.id: occurrence for occurrence in occurrences}
    # Who books at this moment is told, or waits and reads what has become of the date.
    queries.hold_meals_on(dates)
    helping = {n: {s.person_id for s in date.active_signups} for n, date in dates.items()}
    theirs: dict[Person, list[tuple[Occurrence, MealBooking]]] = {}
    for booking in booking_queries.list_wanted_on(dates):
        date = dates[booking.meal.occurrence_id]
        if booking.diner.person_id not in helping[date.id]:
            theirs.setdefault(booking.person, []).append((date, booking))
    outbox.post_all(row_to_diner(person, own) for person, own in theirs.items())


def row_to_diner(person: Person, own: Sequence[tuple[Occurrence, MealBooking]]) -> dict[str, Any]:
    """The message to one of them about their lunches on changed dates."""
    own = sorted(own, key=lambda lunch: (lunch[0].starts_at, lunch[1].id))
    lunches = [
        {"meal_id": booking.meal_id, "booking_id": booking.id, "revision": date.revision}
        for date, booking in own
    ]
    first, booking = own[0]
    # A new place for all dates of an activity is a change of its own.
    key = f"{booking.meal_id}:{first.revision}:{first.activity.revision}"
    row = outbox.row(
        MEAL_CHANGED,
        to=person,
        key=key if len(own) == 1 else f"{key}+{len(own) - 1}",
        expires_at=max(date.starts_at for date, _booking in own) + STILL_WORTH_TELLING,
        team_id=first.team.id,
        about=lunches[0] if len(own) == 1 else {"lunches": lunches},
    )
    # Who sleeps until noon must hear of it before they set out.
    return outbox.in_time(row, needed_by=first.starts_at)


def write_to_diners(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to diners, as long as they are to eat with us or wait for a portion; an older change
    is no longer true, and of several lunches those that have been are left out."""
    now = clock.now()
    numbers = {about["meal_id"] for message in messages for about in lunches_in(message)}
    meals = queries.list_by_numbers(numbers)
    dates = {meal.occurrence_id for meal in meals.values()}
    wanted = {booking.id: booking for booking in booking_queries.list_wanted_on(dates)}
    found = {}
    for message in messages:
        lunches = [
            Lunch(meal.occurrence, booking.is_waiting, f"/meals/{meal.id}")
            for about in lunches_in(message)
            if (meal := meals.get(about["meal_id"])) is not None
            and (booking := wanted.get(about["booking_id"])) is not None
            and meal.occurrence.revision == about["revision"]
            and meal.occurrence.starts_at + STILL_WORTH_TELLING > now
        ]
        if lunches:
            team, first = lunches[0].occurrence.team, lunches[0]
            found[message.id] = writing.letter(
                message.kind,
                message.person,
                lunches=lunches,
                occurrence=first.occurrence,
                waits=first.waits,
                path=first.path if len(lunches) == 1 else f"/teams/{team.id}/meals",
            )
    return found


def lunches_in(message: OutboxMessage) -> Sequence[dict[str, Any]]:
    """Which lunches a message speaks of: of one, it says so without a list."""
    return message.about.get("lunches") or [message.about]


def tell_of_portion(booking: MealBooking) -> None:
    """Who waited has a portion by now. Each time they move up is a message of its own."""
    meal = booking.meal
    outbox.post_all(
        [
            outbox.in_time(
                outbox.row(
                    MEAL_PLACE_FREED,
                    to=booking.person,
                    key=f"{booking.id}:{booking.booked_at:%Y%m%d%H%M%S%f}",
                    expires_at=meal.occurrence.starts_at,
                    team_id=meal.team.id,
                    about={"meal_id": meal.id, "booking_id": booking.id},
                ),
                needed_by=meal.occurrence.starts_at,
            )
        ]
    )


def write_of_portions(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to who moved up, while they have the portion and it is still to come."""
    meals = queries.list_by_numbers({message.about["meal_id"] for message in messages})
    booked = {
        b.id: b for b in booking_queries.list_booked_on({m.occurrence_id for m in meals.values()})
    }
    now = clock.now()
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            occurrence=booking.meal.occurrence,
            path=f"/meals/{booking.meal_id}",
        )
        for message in messages
        if (booking := booked.get(message.about["booking_id"])) is not None
        and booking.meal.occurrence.is_open(now)
    }


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
    unopened = booking_queries.find_unopened(meals)
    waiting = booking_queries.find_not_home(meals)
    coordinators = team_queries.who_coordinates({meal.team.id for meal in meals.values()})
    found = {}
    for message in messages:
        meal = meals.get(message.about["meal_id"])
        if meal is None or message.person_id not in coordinators.get(meal.team.id, ()):
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
