"""Somebody is away for some days: their lunch of every week is not cooked then, as in a pause, and
is booked again when they are here after all. What they book for one of these days by their own word
stays booked.
"""

from collections.abc import Iterable, Sequence

from volunteer.activities.away import Lunch
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.meals import (
    booking_queries,
    queries,
    standing,
    standing_queries,
    waiting,
)
from volunteer.people.models import AwayDays, Person
from volunteer.teams.models import Team


def follow(person_ids: Iterable[int]) -> None:
    """When these people are away is another thing by now, and so is what they eat of every week."""
    with transaction():
        held = standing_queries.list_standing_of(*person_ids)
        plans = list({one.plan_id: one.plan for one in held}.values())
        if not plans:
            return
        # The clock may be making a meal at this moment: who waits for it sees the new one after.
        standing_queries.hold_coming(plans, after=clock.now())
        meals = standing_queries.hold_coming(plans, after=clock.now())
        standing.free_who_is_away(plans, [meal.occurrence_id for meal in meals])
        standing.fill(plans)
        waiting.promote_all(meals)


def list_lunches(
    person: Person, stretches: Sequence[AwayDays], team: Team | None
) -> dict[int, list[Lunch]]:
    """What becomes of their lunches on the days of each of these stretches, in this team or in all,
    by its number, soonest first."""
    first = min(one.first_on for one in stretches)
    last = max(one.last_on for one in stretches)
    meals = queries.list_between(first, last, person, after=clock.now())
    if not meals:
        return {}
    every_week = {one.plan_id: one for one in standing_queries.list_standing_of(person.id)}
    booked = booking_queries.list_booked_by(person, meals)
    lunches = []
    for meal in meals:
        one = every_week.get(meal.plan_id)
        would_eat = one is not None and one.eats_on(meal.day)
        if (meal.id in booked or would_eat) and (team is None or meal.team.id == team.id):
            title, is_off = meal.occurrence.title, meal.id not in booked
            lunches.append(Lunch(meal.id, meal.day, title, is_off))
    return {
        stretch.id: [lunch for lunch in lunches if stretch.holds(lunch.day)]
        for stretch in stretches
    }
