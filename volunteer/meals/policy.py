"""Who may do and see what of the shared lunch. The written table: docs/security/policy.md.

`me` is who asks in their own name: None while they act for somebody, since a companion has no
coordinator's powers. `whom` is for whom they act; without it, themselves.
"""

from datetime import datetime

from volunteer.meals import kitchen_queries, kitty_queries, queries
from volunteer.meals.models import Kitty, KittyHandover, Meal, MealBooking, StandingMeal
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team


def can_run(me: Person | None, team: Team) -> bool:
    """Menu, bookings of everybody, kitchen, round, home-safe list: the team's coordinators."""
    return teams.can_coordinate(me, team)


def can_eat_with(whom: Person | None, team: Team) -> bool:
    """Booking for oneself: members of the team, and whoever eats with it already."""
    return teams.is_member(whom, team) or queries.find_diner(team, whom) is not None


def can_change_booking(
    me: Person | None, booking: MealBooking, *, whom: Person | None = None
) -> bool:
    """One's own, or that of whom one acts for; a coordinator everybody's."""
    speaker = whom or me
    if speaker is None:
        return False
    is_own = booking.diner.person_id == speaker.id
    return is_own or can_run(me, booking.meal.team)


def can_change_standing(
    me: Person | None, standing: StandingMeal, *, whom: Person | None = None
) -> bool:
    speaker = whom or me
    if speaker is None:
        return False
    return standing.diner.person_id == speaker.id or can_run(me, standing.plan.team)


def can_cook(me: Person | None, meal: Meal, now: datetime) -> bool:
    """The kitchen sheet with names and diets: coordinators; and the date's cooks, on its day."""
    if me is None:
        return False
    return can_run(me, meal.team) or (meal.is_today(now) and is_cook(me, meal))


def is_cook(me: Person | None, meal: Meal) -> bool:
    """Whether their work on this date is in the kitchen, and they are still in the team."""
    return (
        me is not None
        # Who pauses has no duties, and reads of nobody for them.
        and team_queries.is_active_member(meal.team, me)
        and any(
            signup.person_id == me.id and meal.plan.is_cooking(signup.role.position)
            for signup in kitchen_queries.list_helpers(meal)
        )
    )


def can_bring(me: Person | None, meal: Meal, now: datetime) -> bool:
    """Names, doors and diets of the round: coordinators; and who brings the meals of that day,
    from the day before until the day after."""
    if me is None:
        return False
    if can_run(me, meal.team):
        return True
    is_active = team_queries.is_active_member(meal.team, me)
    is_helper = is_active and kitchen_queries.is_deliverer(meal, me)
    return meal.is_near(now) and is_helper


def can_call_diners(me: Person | None, meal: Meal, now: datetime) -> bool:
    """Phones on the round: who brings the meals, that day alone; coordinators have them anyway."""
    return can_run(me, meal.team) or (meal.is_today(now) and can_bring(me, meal, now))


def can_read_kitty(whom: Person | None, kitty: Kitty) -> bool:
    """Every line: all who help and eat."""
    return can_eat_with(whom, kitty.team)


def can_write_kitty(me: Person | None, kitty: Kitty) -> bool:
    """New lines, taking lines back: who keeps the money, and coordinators."""
    return is_them(me, kitty.keeper_id, kitty.team) or can_run(me, kitty.team)


def is_them(me: Person | None, person_id: int, team: Team) -> bool:
    """Whether it is this person who asks, and still in the team."""
    return me is not None and me.id == person_id and teams.is_member(me, team)


def can_give_kitty(me: Person | None, kitty: Kitty) -> bool:
    """Offering it to another: who keeps the money, or a coordinator for them."""
    return can_write_kitty(me, kitty)


def can_take_kitty(me: Person | None, kitty: Kitty, handover: KittyHandover) -> bool:
    """Who has counted it, too: the one to whom it is given; or a coordinator for them, but never
    who gives it, nor who entered the first count for them."""
    if me is None or me.id in {handover.giver_id, kitty_queries.who_counted(handover)}:
        return False
    return is_them(me, handover.taker_id, kitty.team) or can_run(me, kitty.team)
