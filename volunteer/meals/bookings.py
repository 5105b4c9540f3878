"""Booking portions of a meal: by the diner, a companion, or a coordinator for them.

A meal never holds more portions than it has. What is the same, asked twice, is done once.
"""

from dataclasses import dataclass, replace

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.meals import (
    booking_queries,
    diets,
    diners,
    queries,
    standing,
    waiting,
)
from volunteer.meals.diners import AS_KNOWN, DinerDetails
from volunteer.meals.errors import (
    AlreadyBooked,
    BookingIsCancelled,
    BookingIsClosed,
    BroughtHome,
    MealIsFull,
    MealIsOff,
    MealIsOver,
    NotOnItsDay,
    NotSafeYet,
)
from volunteer.meals.models import (
    BookingStatus,
    Diner,
    Meal,
    MealBooking,
    MealState,
    MealWay,
    StandingMeal,
)
from volunteer.meals.standing import StandingOrder
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails


@dataclass(frozen=True)
class Order:
    """Where somebody eats, how much, and what is said of them.

    `is_late` lets a coordinator book after the deadline, `is_walk_in` whoever stands at the door;
    with `may_wait` a meal that is full puts them on its waiting list instead of refusing.
    """

    way: MealWay = MealWay.DINE_IN
    portions: int = 1
    details: DinerDetails = AS_KNOWN
    guest_of: Diner | None = None
    is_late: bool = False
    is_walk_in: bool = False
    may_wait: bool = False


def book(
    meal: Meal, person: Person, order: Order, *, by: Person, form_key: str | None = None
) -> MealBooking:
    """Give `person` portions of this meal, or the next turn on its waiting list. Who waits already
    keeps their turn, and waits for as much as is said now.

    Raises MealIsOff, MealIsOver, BookingIsClosed, AlreadyBooked, MealIsFull, AddressNeeded,
    NotOnItsDay, NotSafeYet or DietConsentNeeded.
    """
    with transaction():
        lock(person, meal)
        check_open(meal, order)
        old = booking_queries.find_booking(meal, person)
        # Who was thought to stay away and comes after all is booked anew.
        if old is not None and old.eats:
            if (old.way, old.portions) == (order.way, order.portions):
                # What is said of them now counts all the same: an allergy must not get lost.
                diners.enter(meal.team, person, order.details, by=by)
                return old
            raise AlreadyBooked
        waits = order.may_wait and (
            free_portions(meal) < order.portions or keeps_waiting(meal, old)
        )
        if not waits:
            check_room(meal, order.portions)
        diner = diners.enter(meal.team, person, order.details, by=by)
        if order.way is MealWay.DELIVERY:
            diners.check_address(diner)
        booking = old or MealBooking(meal=meal, diner=diner)
        since = booking.booked_at if booking.is_waiting else clock.now()
        write(booking, order, by)
        if waits:
            booking.status, booking.booked_at = BookingStatus.WAITING, since
        session.add(booking)
        booking.form_key = form_key
        action = "meal.waits" if waits else "meal.booked"
        record(action, booking, by, way=order.way, portions=order.portions)
        return booking


def book_somebody_new(
    meal: Meal, whom: PersonDetails, order: Order, *, by: Person, form_key: str
) -> MealBooking:
    """The same for a neighbour whom nobody knows here yet, such as a guest; the form is taken once.

    Raises what book() does.
    """
    with transaction():
        lock(meal)
        known = booking_queries.find_by_form(meal, form_key)
        if known is not None:
            return known
        person = profile.create(whom, by=by)
        return book(meal, person, order, by=by, form_key=form_key)


def give(booking: MealBooking, *, by: Person) -> None:
    """A coordinator gives a portion that came free to who waits, after the deadline, too; pressed
    twice it is given once. Raises MealIsOff, MealIsOver, BookingIsCancelled or MealIsFull."""
    with transaction():
        lock(booking.diner.person, booking.meal, booking)
        if booking.is_booked:
            return
        if not booking.is_waiting:
            raise BookingIsCancelled
        check_open(booking.meal, Order(is_late=True))
        check_room(booking.meal, booking.portions)
        waiting.move_up(booking, by=by)


def write(booking: MealBooking, order: Order, by: Person) -> None:
    if order.way is not MealWay.DELIVERY or not booking.is_booked:
        forget_round(booking)
    person_id = booking.diner.person_id
    diet = diets.known(booking.meal.team, [person_id]).get(person_id)
    booking.way, booking.portions = order.way, order.portions
    if booking.is_paused:
        # In a pause, or away: by their own word this once, so neither takes it away again.
        booking.standing_id = None
    booking.status = BookingStatus.BOOKED
    booking.is_walk_in, booking.is_no_show, booking.is_paused = order.is_walk_in, False, False
    booking.guest_of = order.guest_of
    booking.diet = diet.as_stored() if diet else None
    booking.by, booking.booked_at = by, clock.now()
    booking.cancelled_at = booking.cancelled_by_id = None


def forget_round(booking: MealBooking) -> None:
    """What became of it at the door is of a meal that is not brought any more. Raises NotSafeYet
    while nobody has made sure that they are safe."""
    if booking.is_open_alarm and booking.no_answer_id is None:
        raise NotSafeYet
    booking.result = booking.result_at = booking.result_by_id = booking.no_answer_id = None
    booking.safe_at = booking.safe_by_id = booking.safe_words = None


def check_open(meal: Meal, order: Order) -> None:
    now = clock.now()
    state = meal.state(now)
    if state is MealState.CANCELLED:
        raise MealIsOff
    if state is MealState.SERVED:
        raise MealIsOver
    if order.is_walk_in and not meal.is_today(now):
        raise NotOnItsDay
    if state is MealState.CLOSED and not (order.is_late or order.is_walk_in):
        raise BookingIsClosed


def check_room(meal: Meal, more: int) -> None:
    """Raises MealIsFull. Only while the meal is held is the answer still true when one writes."""
    if (free := free_portions(meal)) < more:
        raise MealIsFull(free)


def free_portions(meal: Meal) -> int:
    """How many portions diners can still have."""
    return max(0, meal.capacity - queries.count_portions([meal]).get(meal.id, 0))


def keeps_waiting(meal: Meal, booking: MealBooking | None) -> bool:
    """After the deadline a coordinator gives what comes free; who writes down something else about
    one who waits has not given it to them."""
    is_waiting = booking is not None and booking.is_waiting
    return is_waiting and meal.state(clock.now()) is not MealState.BOOKING


def turn_of(booking: MealBooking | None) -> int:
    """Which one they are on the waiting list; 0 for who does not wait."""
    if booking is None or not booking.is_waiting:
        return 0
    return 1 + [one.id for one in booking_queries.list_waiting(booking.meal)].index(booking.id)


def book_or_change(meal: Meal, person: Person, order: Order, *, by: Person) -> None:
    """What they have is as ordered now; who waits, waits on while it is full. Raises what book()
    and change() do."""
    own = booking_queries.find_booking(meal, person)
    if own is not None and own.is_booked:
        change(own, order, by=by)
    else:
        waits_on = own is not None and own.is_waiting
        book(meal, person, replace(order, may_wait=order.may_wait or waits_on), by=by)


def book_every_week(
    meal: Meal, person: Person, weekly: StandingOrder, order: Order, *, by: Person
) -> None:
    """Every week, and this meal as ordered: both, or neither for who reads that this one is full.

    Raises what standing.begin() and book_or_change() do.
    """
    with transaction():
        standing.begin(meal.plan, person, weekly, by=by)
        book_or_change(meal, person, order, by=by)


def book_this_time_only(
    meal: Meal, person: Person, weekly: StandingMeal, order: Order, *, by: Person
) -> None:
    """This meal as ordered, and no longer every week: both, or neither.

    Raises what standing.end() and book_or_change() do.
    """
    with transaction():
        lock(person)
        standing.end(weekly, by=by)
        book_or_change(meal, person, order, by=by)


def change(booking: MealBooking, order: Order, *, by: Person) -> None:
    """Another way or number of portions. Raises what book() does, and BookingIsCancelled."""
    with transaction():
        lock(booking.diner.person, booking.meal, booking)
        if not booking.is_booked:
            raise BookingIsCancelled
        meal = booking.meal
        check_open(meal, order)
        # Who stayed away has none now: somebody else may have got it.
        check_room(meal, order.portions - (booking.portions if booking.eats else 0))
        diner = diners.enter(meal.team, booking.diner.person, order.details, by=by)
        if order.way is MealWay.DELIVERY:
            diners.check_address(diner)
        kept = replace(order, guest_of=booking.guest_of, is_walk_in=booking.is_walk_in)
        write(booking, kept, by)
        record("meal.changed", booking, by, way=order.way, portions=order.portions)
        waiting.promote(meal)


def cancel(booking: MealBooking, *, by: Person) -> None:
    """They don't eat with us this time, or wait no longer; twice changes nothing. Who waits has
    what comes free. Raises MealIsOver."""
    with transaction():
        lock(booking.meal, booking)
        if not booking.is_wanted:
            return
        if booking.meal.state(clock.now()) is MealState.SERVED:
            raise MealIsOver
        booking.status = BookingStatus.CANCELLED
        booking.cancelled_at, booking.cancelled_by_id = clock.now(), by.id
        record("meal.cancelled", booking, by)
        waiting.promote(booking.meal)


def note_no_show(booking: MealBooking, *, is_missing: bool, by: Person) -> None:
    """They did not come, or came after all; their portion is free for whoever stands at the door.

    Raises BookingIsCancelled, NotOnItsDay, BroughtHome, or MealIsFull when somebody else has it by
    now.
    """
    with transaction():
        lock(booking.meal, booking)
        if not booking.is_booked or booking.is_walk_in:
            raise BookingIsCancelled
        meal = booking.meal
        if meal.team.today(clock.now()) < meal.day:
            raise NotOnItsDay
        if booking.is_no_show == is_missing:
            return
        # Where nobody opens somebody must make sure that they are safe: the round sees to that.
        if is_missing and booking.is_delivery:
            raise BroughtHome
        if not is_missing:
            check_room(meal, booking.portions)
        booking.is_no_show = is_missing
        record("meal.no_show" if is_missing else "meal.came_after_all", booking, by)


def record(action: str, booking: MealBooking, by: Person, **details: object) -> None:
    trail.record(action, booking, by=by, person=booking.diner.person, team=booking.meal.team,
                 date=booking.meal.day.isoformat(), **details)  # fmt: skip
