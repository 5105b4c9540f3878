"""Finding meals, bookings, diners, and who does what in the kitchen."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import Given, all_of, any_of, one_or_not_found, row_number, session
from volunteer.elders.models import OVER, Elder
from volunteer.meals.models import (
    BookingStatus,
    ConflictTick,
    DeliveryResult,
    Diner,
    Dish,
    Kitty,
    Meal,
    MealBooking,
    MealCook,
    MealDeliverer,
    MealPlan,
    MealWay,
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


# --- bookings ------------------------------------------------------------------------------------


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


def hold_meals_on(dates: Iterable[int]) -> None:
    """Hold the meals of the dates of these numbers, in the order of their own."""
    session.scalars(
        select(Meal.id)
        .where(Meal.occurrence_id.in_(list(dates)))
        .order_by(Meal.id)
        .with_for_update(key_share=True)
    ).all()


def list_booked_on(dates: Iterable[int]) -> Sequence[MealBooking]:
    """Who has booked a meal on the dates of these numbers."""
    return list_with_status(dates, BookingStatus.BOOKED)


def list_wanted_on(dates: Iterable[int]) -> Sequence[MealBooking]:
    """The same, with who waits for a portion."""
    return list_with_status(dates, BookingStatus.BOOKED, BookingStatus.WAITING)


def unopened_in(team_id: Given) -> Select[MealBooking]:
    """Meals of this team to whose bearer nobody opened, while nobody has made sure yet that they
    are safe; without elders, whose steps the team sees to (elders/no_answer.py)."""
    return (
        bookings()
        .join(MealBooking.meal)
        .where(
            Diner.team_id == team_id,
            MealBooking.result == DeliveryResult.NO_ANSWER,
            MealBooking.no_answer_id.is_(None),
            MealBooking.safe_at.is_(None),
        )
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


# --- the kitchen ---------------------------------------------------------------------------------


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


# --- what a message is about ---------------------------------------------------------------------


def list_by_numbers(numbers: Iterable[int]) -> dict[int, Meal]:
    return {meal.id: meal for meal in all_of(meals().where(Meal.id.in_(list(numbers))))}


def find_unopened(numbers: Iterable[int]) -> set[int]:
    """Bookings of these meals for which nobody answered, and nobody knows that they are safe."""
    return set(
        session.scalars(
            select(MealBooking.id).where(
                MealBooking.meal_id.in_(list(numbers)),
                MealBooking.result == DeliveryResult.NO_ANSWER,
                MealBooking.no_answer_id.is_(None),
                MealBooking.safe_at.is_(None),
            )
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
