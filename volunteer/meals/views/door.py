"""Who may open the pages of lunches, and what the frame around them speaks of."""

from flask import Blueprint, g, url_for

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.meals import policy, queries
from volunteer.meals.models import Meal
from volunteer.people.models import Person

blueprint = Blueprint("meals", __name__)


def open_meal(meal_id: int) -> Meal:
    """The meal of this page; the frame around it speaks of its team."""
    meal = queries.get_meal(meal_id)
    g.team = meal.team
    g.back_url = url_for("meals.show_meal", meal_id=meal.id)
    return meal


def coordinated_meal(meal_id: int) -> tuple[Person, Meal]:
    """Who is asking and the meal, or NotFound for all but the team's coordinators."""
    me = identity.signed_in_person()
    meal = open_meal(meal_id)
    authorize(policy.can_run(me, meal.team))
    g.back_url = url_for("meals.show_bookings", meal_id=meal.id)
    return me, meal
