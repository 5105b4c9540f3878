"""Who eats with us every week: all of them, pausing, ending."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.forms import DaysAwayForm
from volunteer.core.language import gettext as _
from volunteer.meals import policy, standing, standing_queries
from volunteer.meals.models import MealWay, StandingMeal
from volunteer.meals.views.door import blueprint
from volunteer.people import queries as people_queries
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/diners")
def show_diners(team_id: int) -> ResponseReturnValue:
    """Who eats with us every week, and who is away."""
    _me, team = coordinated_team(team_id, back_to=".show_meals")
    held, today = standing.list_each_once(team), team.today(clock.now())
    return render_template(
        "meals/show_diners.html",
        team=team,
        held=held,
        brought=sum(one.portions for one in held if one.way is MealWay.DELIVERY),
        portions=sum(one.portions for one in held),
        away=people_queries.list_all_away([one.diner.person_id for one in held], since=today),
        today=today,
    )


def open_standing(standing_meal_id: int) -> StandingMeal:
    """For who may change it."""
    identity.signed_in_person()
    found = standing_queries.get_standing(standing_meal_id)
    whom = identity.acted_for()
    authorize(policy.can_change_standing(identity.in_own_name(), found, whom=whom))
    g.team = found.plan.team
    g.back_url = back_from(found)
    return found


def back_from(found: StandingMeal) -> str:
    is_own = found.diner.person_id == identity.acted_for().id
    page = ".show_meals" if is_own else ".show_diners"
    return url_for(page, team_id=found.plan.team.id)


@blueprint.route("/meals/standing/<int:standing_meal_id>/pauses/new", methods=["GET", "POST"])
def pause_standing(standing_meal_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    found = open_standing(standing_meal_id)
    form = DaysAwayForm(found.plan.team.zone)
    if form.validate_on_submit():
        standing.pause(found, *form.days(), by=me)
        flash(_("The pause is noted. Have a good time!"), "success")
        return redirect(g.back_url)
    return render_template(
        "meals/pause_standing.html",
        standing=found,
        form=form,
        pauses=found.current_pauses(found.plan.team.today(clock.now())),
    )


@blueprint.post("/meals/standing-pauses/<int:meal_pause_id>/end")
def end_pause(meal_pause_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    away = standing_queries.get_pause(meal_pause_id)
    whom = identity.acted_for()
    authorize(policy.can_change_standing(identity.in_own_name(), away.standing, whom=whom))
    back = back_from(away.standing)
    standing.end_pause(away, by=me)
    flash(_("The pause is over. Portions are booked again, where there are any."), "success")
    return redirect(back)


@blueprint.route("/meals/standing/<int:standing_meal_id>/end", methods=["GET", "POST"])
def end_standing(standing_meal_id: int) -> ResponseReturnValue:
    """A page that says what it means, then the button."""
    me = identity.signed_in_person()
    found = open_standing(standing_meal_id)
    if request.method == "POST":
        standing.end(found, by=me)
        flash(_("It is noted. Come again any time."), "success")
        return redirect(g.back_url)
    return render_template("meals/end_standing.html", standing=found)
