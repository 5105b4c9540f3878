"""Bringing meals to the doors: in the order in which one walks, with what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.homes import Home
from volunteer.elders import no_answer
from volunteer.elders.models import Source
from volunteer.meals import (
    booking_queries,
    diets,
    kitchen_queries,
    notices,
    queries,
)
from volunteer.meals.diets import Diet
from volunteer.meals.errors import (
    BookingIsCancelled,
    NeighbourNotAllowed,
    NoOpenAlarm,
    NotADelivery,
    NotAHelper,
    NotForTheYoung,
    NotOnItsDay,
    NotSafeYet,
)
from volunteer.meals.models import DeliveryResult, Meal, MealBooking, MealDeliverer
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership


@dataclass(frozen=True)
class Stop:
    """One door."""

    number: int
    booking: MealBooking
    diet: Diet

    @property
    def home(self) -> Home:
        return self.booking.diner.home


def stops(meal: Meal) -> list[Stop]:
    """All doors of the round, in walking order: estate, building, unit, room, by their numbers.

    Whoever shows diets of it calls diets.look() first.
    """
    # Who cancelled while nobody knows that they are safe is still looked for.
    bringing = [
        b
        for b in booking_queries.list_bookings(meal)
        if b.is_delivery and (b.eats or b.is_open_alarm)
    ]
    known = diets.known(meal.team, [booking.diner.person_id for booking in bringing])
    return in_order(bringing, known)


def in_order(bookings: Sequence[MealBooking], known: Mapping[int, Diet]) -> list[Stop]:
    walked = sorted(bookings, key=lambda b: (b.diner.home.sort_key, b.person.sort_key, b.id or 0))
    return [
        Stop(number, booking, known.get(booking.diner.person_id, Diet()))
        for number, booking in enumerate(walked, 1)
    ]


def list_able(meal: Meal) -> list[tuple[Person, date | None]]:
    """Which members may bring the meals: whoever does goes to homes alone, as nobody under 18. Each
    with the last day of the stretch, if they are away on its day."""
    members = team_queries.list_active_on(meal.team, meal.day)
    return [(m.person, until) for m, until in members if not m.person.is_young_on(meal.day)]


def choose_deliverer(meal: Meal, person: Person, *, by: Person) -> None:
    """They bring the meals that day; twice changes nothing. Raises NotAHelper or NotForTheYoung."""
    with transaction():
        # A person before what they bring: who leaves the team at this moment is waited for.
        lock(person, meal)
        if not team_queries.is_active_member(meal.team, person):
            raise NotAHelper
        if person.is_young_on(meal.day):
            raise NotForTheYoung
        if not kitchen_queries.is_deliverer(meal, person):
            session.add(MealDeliverer(meal_id=meal.id, person=person, by_id=by.id))
            trail.record("meal.deliverer_chosen", meal, by=by, person=person, team=meal.team)


def release_deliverer(meal: Meal, person: Person, *, by: Person) -> None:
    """They don't after all."""
    with transaction():
        lock(meal)
        for row in kitchen_queries.list_deliverers(meal):
            if row.person_id == person.id:
                session.delete(row)
                trail.record("meal.deliverer_released", meal, by=by, person=person,
                             team=meal.team)  # fmt: skip


def release_all(membership: Membership, by: Person) -> None:
    """Somebody pauses or leaves: the meals that they would have brought need another one."""
    with transaction():
        for meal in kitchen_queries.list_brought_by(membership, after=clock.now()):
            release_deliverer(meal, membership.person, by=by)


def note(booking: MealBooking, result: DeliveryResult, *, by: Person) -> None:
    """What became of this meal at the door; pressed again, the last word holds.

    Nobody answered: the coordinators are told at once, and it stays open until somebody has made
    sure that they are safe: who opens after all and takes the meal is. Raises BookingIsCancelled,
    NotADelivery, NotOnItsDay, NeighbourNotAllowed when they have not agreed to that, or NotSafeYet
    for leaving it with a neighbour while nobody knows how they are.
    """
    with transaction():
        lock(booking.meal, booking)
        if not booking.is_booked:
            raise BookingIsCancelled
        if not booking.is_delivery:
            raise NotADelivery
        meal = booking.meal
        if not meal.is_today(clock.now()):
            raise NotOnItsDay
        if result is DeliveryResult.AT_NEIGHBOUR and not booking.diner.may_leave_with_neighbour:
            raise NeighbourNotAllowed
        if booking.result is result:
            return
        if booking.is_open_alarm:
            end_alarm(booking, result, by)
        booking.result, booking.result_at, booking.result_by_id = result, clock.now(), by.id
        booking.safe_at = booking.safe_by_id = booking.safe_words = booking.no_answer_id = None
        trail.record("delivery.noted", booking, by=by, person=booking.person, team=meal.team,
                     result=result)  # fmt: skip
        if result is DeliveryResult.NO_ANSWER:
            follow(booking, by)


def end_alarm(booking: MealBooking, result: DeliveryResult, by: Person) -> None:
    """Whoever hands it over after all has seen them; who leaves it next door has not."""
    if result is not DeliveryResult.HANDED_OVER:
        raise NotSafeYet
    if booking.no_answer is not None:
        no_answer.seen(booking.no_answer, by=by)


def follow(booking: MealBooking, by: Person) -> None:
    """Somebody must make sure that they are safe: by the steps for elders of the team, else here;
    either way the coordinators are told at once."""
    elders = queries.list_elders_of(booking.meal.team, [booking.diner.person_id])
    if elders:
        begun = no_answer.begin(elders[0], by=by, source=Source.MEAL)
        booking.no_answer_id = begun.id
        session.flush()
        session.expire(booking, ["no_answer"])
    else:
        notices.tell_that_nobody_opened(booking, by=by)


def make_safe(booking: MealBooking, words: str, *, by: Person) -> None:
    """Somebody has spoken with them, or has handed it over, and says to whom.

    Of an elder of the team the record of the steps is closed instead. Raises NoOpenAlarm, or
    NotSafeYet without words.
    """
    with transaction():
        lock(booking.meal, booking)
        if not booking.is_open_alarm or booking.no_answer_id is not None:
            raise NoOpenAlarm
        if not words.strip():
            raise NotSafeYet
        booking.safe_at, booking.safe_by_id = clock.now(), by.id
        booking.safe_words = words.strip()
        trail.record("delivery.made_safe", booking, by=by, person=booking.person,
                     team=booking.meal.team)  # fmt: skip
