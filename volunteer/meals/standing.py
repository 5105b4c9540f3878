"""Who eats with us every week: beginning, pausing and ending it, and what is booked by it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from volunteer.activities.models import Occurrence
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.meals import (
    booking_queries,
    diets,
    diners,
    queries,
    standing_queries,
    waiting,
)
from volunteer.meals.diets import Diet
from volunteer.meals.diners import AS_KNOWN, DinerDetails
from volunteer.meals.errors import AlreadyStandingDiner, StandingMealHasEnded
from volunteer.meals.models import (
    BookingStatus,
    Meal,
    MealBooking,
    MealPlan,
    MealState,
    MealWay,
    StandingMeal,
    StandingMealPause,
)
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams.models import Team

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class StandingOrder:
    """Where, how much, and from when until when."""

    first_on: date
    last_on: date | None = None
    way: MealWay = MealWay.DINE_IN
    portions: int = 1
    details: DinerDetails = AS_KNOWN


def begin(plan: MealPlan, person: Person, order: StandingOrder, *, by: Person) -> StandingMeal:
    """From now on they have a booking on each date: at once on those on the calendar, and on each
    new one. Raises AlreadyStandingDiner, AddressNeeded or DietConsentNeeded."""
    with transaction():
        standing = add(plan, person, order, by=by)
        fill([plan])
        return standing


def begin_all(
    plan: MealPlan, people: Sequence[tuple[Person, StandingOrder]], *, by: Person
) -> list[StandingMeal]:
    """The same for many, as from a list on paper; their bookings are made at once for all."""
    with transaction():
        # All of them before the lunch: who begins by themselves holds themselves and waits for it.
        lock(*sorted({person for person, _order in people}, key=lambda person: person.id))
        begun = [add(plan, person, order, by=by) for person, order in people]
        fill([plan])
        return begun


def add(plan: MealPlan, person: Person, order: StandingOrder, *, by: Person) -> StandingMeal:
    lock(person, plan)
    if standing_queries.find_standing(plan, person) is not None:
        raise AlreadyStandingDiner
    diner = diners.enter(plan.team, person, order.details, by=by)
    if order.way is MealWay.DELIVERY:
        diners.check_address(diner)
    standing = StandingMeal(
        plan=plan,
        diner=diner,
        way=order.way,
        portions=order.portions,
        first_on=order.first_on,
        last_on=order.last_on,
        by=by,
    )
    session.add(standing)
    record("standing_meal.begun", standing, by)
    return standing


def pause(standing: StandingMeal, first_on: date, last_on: date, *, by: Person) -> None:
    """They don't eat with us from this day to that one: portions on dates in it become free.

    Twice changes nothing. Raises StandingMealHasEnded.
    """
    with transaction():
        new = [one for one in hold(standing) if not one.pauses_over(first_on, last_on)]
        for one in new:
            one.pauses.append(StandingMealPause(first_on=first_on, last_on=last_on, by_id=by.id))
        if new:
            free(new, by, lambda day: first_on <= day <= last_on)
            record("standing_meal.paused", standing, by)


def end_pause(away: StandingMealPause, *, by: Person) -> None:
    """Here again: portions are theirs again where there are any; twice changes nothing.

    Raises StandingMealHasEnded.
    """
    # Whoever presses at the same moment may take it away while we wait.
    standing, first_on, last_on = away.standing, away.first_on, away.last_on
    with transaction():
        held = hold(standing)
        yesterday = standing.plan.team.today(clock.now()) - A_DAY
        same = [pause for one in held for pause in one.pauses_over(first_on, last_on)]
        for pause in same:
            if yesterday < first_on:
                session.delete(pause)
            else:
                pause.last_on = min(last_on, yesterday)
        if same:
            session.flush()
            session.expire_all()
            record("standing_meal.pause_ended", standing, by)
            fill([one.plan for one in held])


def go_on_in(new: MealPlan, old: MealPlan, day: date) -> None:
    """The lunch goes on in another series from this day on, and so do they, with their pauses."""
    held = standing_queries.list_standing([old])
    going_on = [one for one in held if one.last_on is None or one.last_on >= day]
    session.add_all(begun_again(before, new, day) for before in going_on)
    session.flush()
    for before in going_on:
        before.last_on = max(before.first_on, day - A_DAY)
        if before.first_on >= day or before.last_on < new.team.today(clock.now()):
            before.ended_at = clock.now()
    session.flush()


def begun_again(before: StandingMeal, plan: MealPlan, day: date) -> StandingMeal:
    return StandingMeal(
        plan=plan,
        diner=before.diner,
        way=before.way,
        portions=before.portions,
        first_on=max(before.first_on, day),
        last_on=before.last_on,
        by_id=before.by_id,
        pauses=[
            StandingMealPause(first_on=away.first_on, last_on=away.last_on, by_id=away.by_id)
            for away in before.pauses
            if away.last_on >= day
        ],
    )


def end(standing: StandingMeal, *, by: Person) -> None:
    """They don't eat with us every week any more. Raises StandingMealHasEnded."""
    with transaction():
        held = hold(standing)
        today = standing.plan.team.today(clock.now())
        free(held, by, lambda day: day >= today)
        for one in held:
            one.last_on = max(one.first_on, today - A_DAY)
            one.ended_at = clock.now()
        record("standing_meal.ended", standing, by)


def end_all_of(person: Person, by: Person) -> None:
    """Nobody cooks for them any more, in any team: who has died."""
    with transaction():
        for standing in standing_queries.list_standing_of(person.id):
            if not standing.has_ended:
                end(standing, by=by)
        coming = standing_queries.coming_bookings_of(person.id, after=clock.now())
        meals = standing_queries.hold_meals_of(coming)
        session.execute(
            update(MealBooking)
            .where(MealBooking.id.in_(coming))
            .values(status=BookingStatus.CANCELLED, cancelled_at=clock.now(), cancelled_by_id=by.id)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        waiting.promote_all(meals)


def hold(standing: StandingMeal) -> list[StandingMeal]:
    """It, and those of the same diner that are held besides: where a series was parted, its lunch
    goes on in another one. Raises StandingMealHasEnded."""
    theirs = standing_queries.list_held_by(standing.diner_id)
    lock(*(one.plan for one in theirs), *theirs, standing)
    if standing.has_ended:
        raise StandingMealHasEnded
    return [one for one in theirs if not one.has_ended]


def list_each_once(team: Team) -> list[StandingMeal]:
    """Who eats with the team every week now, by name; each once, though the series was parted."""
    today = team.today(clock.now())
    found: dict[int, StandingMeal] = {}
    for one in standing_queries.list_standing(queries.list_plans(team)):
        if one.last_on is None or one.last_on >= today:
            found.setdefault(one.diner_id, one)
    return sorted(found.values(), key=lambda one: (one.diner.person.sort_key, one.id))


def free(held: Sequence[StandingMeal], by: Person, is_meant: Callable[[date], bool]) -> None:
    """Cancel what this diner has on coming dates that are meant, booked every week or by itself,
    or waits for; the end of the pause books it again, or beginning anew. Who waits has what comes
    free."""
    coming = standing_queries.hold_coming([one.plan for one in held], after=clock.now())
    meant = [meal.id for meal in coming if is_meant(meal.day)]
    session.execute(
        update(MealBooking)
        .where(
            MealBooking.meal_id.in_(meant),
            MealBooking.diner_id.in_([one.diner_id for one in held]),
            MealBooking.status.in_([BookingStatus.BOOKED, BookingStatus.WAITING]),
        )
        .values(
            status=BookingStatus.CANCELLED,
            is_paused=True,
            cancelled_at=clock.now(),
            cancelled_by_id=by.id,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    waiting.promote_all(meal for meal in coming if meal.id in meant)


def record(action: str, standing: StandingMeal, by: Person) -> None:
    trail.record(action, standing, by=by, person=standing.diner.person, team=standing.plan.team)


# --- the bookings that come of it ----------------------------------------------------------------


def fill(plans: Sequence[MealPlan]) -> int:
    """Book for everybody who eats with us every week on the coming meals, while booking is open
    and portions are left, who said so first; answers how many bookings were made.

    Left out are meals that somebody cancelled by themselves, and those in a pause or on a day on
    which they are away. Doing it again adds only what is missing. A handful of statements, however
    many diners and meals.
    """
    with transaction():
        session.flush()
        held = standing_queries.list_standing(plans)
        if not held:
            return 0
        coming = standing_queries.hold_coming(plans, after=clock.now())
        held = standing_queries.list_standing(plans)
        now = clock.now()
        meals = [meal for meal in coming if meal.state(now) is MealState.BOOKING]
        rows = {(b.meal_id, b.diner_id): b for b in all_of(rows_of(meals))}
        wanted = fitting(meals, held, rows, who_is_away(meals, held))
        if not wanted:
            return 0
        known = {
            plan.team.id: diets.known(
                plan.team, [s.diner.person_id for s in held if s.plan_id == plan.id]
            )
            for plan in plans
        }
        new = []
        for meal, standing in wanted:
            if old := rows.get((meal.id, standing.diner_id)):
                book_again(old, standing, now)
            else:
                diet = known[meal.team.id].get(standing.diner.person_id)
                new.append(values_of(meal, standing, diet, now))
        if new:
            session.execute(insert(MealBooking), new)
        note_all(wanted)
        return len(wanted)


def fill_again(occurrences: Sequence[Occurrence]) -> None:
    """These dates are on again, or on another day: who eats with us every week eats then, too, but
    not who is away by then."""
    numbers = [occurrence.id for occurrence in occurrences]
    if plans := queries.list_plans_on(numbers):
        with transaction():
            free_who_is_away(plans, numbers)
            fill(plans)
            waiting.promote_all(queries.list_meals_on(numbers))


def free_who_is_away(plans: Sequence[MealPlan], dates: Sequence[int]) -> None:
    """A date is in a pause by now, or on a day away: what was booked for every week is no longer,
    as if the pause had been said then."""
    coming = standing_queries.hold_coming(plans, after=clock.now())
    held = {one.id: one for one in standing_queries.list_standing(plans)}
    away = who_is_away(coming, held.values())
    for booking in booking_queries.list_booked_on(dates):
        one = held.get(booking.standing_id or 0)
        is_to_come = booking.meal.occurrence.starts_at > clock.now()
        day = booking.meal.day
        if one is None or not is_to_come:
            continue
        if one.pause_on(day) or (one.diner.person_id, day) in away:
            booking.status, booking.is_paused = BookingStatus.CANCELLED, True
            booking.cancelled_at = clock.now()


def who_is_away(
    meals: Iterable[Meal], held: Iterable[StandingMeal]
) -> Collection[tuple[int, date]]:
    """Who of them is away on the day of which meal, by (person, day)."""
    people = [one.diner.person_id for one in held]
    return people_queries.who_is_away(people, [meal.day for meal in meals])


def rows_of(meals: Sequence[Meal]) -> Any:
    return select(MealBooking).where(MealBooking.meal_id.in_([meal.id for meal in meals]))


def fitting(
    meals: Sequence[Meal],
    held: Sequence[StandingMeal],
    rows: dict[tuple[int, int], MealBooking],
    away: Collection[tuple[int, date]],
) -> list[tuple[Meal, StandingMeal]]:
    """Who is to be booked on which meal, as far as the portions go round."""
    taken = {meal.id: 0 for meal in meals}
    for booking in rows.values():
        taken[booking.meal_id] += booking.portions if booking.eats else 0
    found = []
    for meal in meals:
        for standing in held:
            old = rows.get((meal.id, standing.diner_id))
            is_free = old is None or (not old.is_booked and old.is_paused)
            if standing.plan_id != meal.plan_id or not is_free or not standing.eats_on(meal.day):
                continue
            if (standing.diner.person_id, meal.day) in away:
                continue
            if taken[meal.id] + standing.portions <= meal.capacity:
                taken[meal.id] += standing.portions
                found.append((meal, standing))
    return found


def values_of(
    meal: Meal, standing: StandingMeal, diet: Diet | None, now: datetime
) -> dict[str, Any]:
    return {
        "meal_id": meal.id,
        "diner_id": standing.diner_id,
        "way": standing.way,
        "portions": standing.portions,
        "status": BookingStatus.BOOKED,
        "standing_id": standing.id,
        "diet": diet.as_stored() if diet else None,
        "by_id": standing.by_id,
        "booked_at": now,
    }


def book_again(booking: MealBooking, standing: StandingMeal, now: datetime) -> None:
    booking.status, booking.is_paused, booking.booked_at = BookingStatus.BOOKED, False, now
    booking.way, booking.portions = standing.way, standing.portions
    booking.standing_id = standing.id
    booking.cancelled_at = booking.cancelled_by_id = None


def note_all(wanted: Sequence[tuple[Meal, StandingMeal]]) -> None:
    """One line for each booking: the clock made it, for whom and when."""
    meals = {meal.id: meal for meal, _standing in wanted}
    session.flush()
    numbers = {
        (meal_id, diner_id): number
        for number, meal_id, diner_id in session.execute(
            select(MealBooking.id, MealBooking.meal_id, MealBooking.diner_id).where(
                MealBooking.meal_id.in_(meals)
            )
        )
    }
    teams = {meal.team.id: meal.team for meal in meals.values()}
    for team in teams.values():
        trail.record_each(
            "meal.made_standing",
            MealBooking,
            [
                (
                    numbers[meal.id, standing.diner_id],
                    standing.diner.person_id,
                    {"date": meal.day.isoformat()},
                )
                for meal, standing in wanted
                if meal.team.id == team.id
            ],
            by=None,
            team=team,
        )
