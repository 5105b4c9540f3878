"""The lunches of a team, one of them with its menu, and planning both."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import queries as activity_queries
from volunteer.core import clock
from volunteer.core.access import authorize, public
from volunteer.core.language import gettext as _
from volunteer.meals import (
    booking_queries,
    bookings,
    menus,
    policy,
    queries,
    standing_queries,
)
from volunteer.meals.forms.menus import MealForm, MenuForm, PlanForm
from volunteer.meals.models import MealState
from volunteer.meals.views.door import blueprint, coordinated_meal
from volunteer.teams import queries as team_queries
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/meals")
def show_meals(team_id: int) -> ResponseReturnValue:
    """The next lunches, for who eats or helps; for coordinators the way to everything else."""
    identity.signed_in_person()
    team = team_queries.get_team(team_id)
    whom = identity.acted_for()
    authorize(policy.can_eat_with(whom, team))
    g.team = team
    g.back_url = None
    now = clock.now()
    coming = queries.list_meals(team, after=now)
    return render_template(
        "meals/show_meals.html",
        team=team,
        meals=coming,
        moment=now,
        portions=queries.count_portions(coming),
        own=booking_queries.list_booked_by(whom, coming),
        plans=queries.list_plans(team),
        past=queries.list_past_meals(team, before=now),
        can_run=policy.can_run(identity.in_own_name(), team),
    )


@blueprint.get("/meals/<int:meal_id>")
@public
def show_meal(meal_id: int) -> ResponseReturnValue:
    """What is cooked, when, until when one books: for everybody. Nobody's name."""
    meal = queries.get_meal(meal_id)
    g.team = meal.team
    me, whom = identity.in_own_name(), identity.find_acted_for()
    can_eat = whom is not None and policy.can_eat_with(whom, meal.team)
    now = clock.now()
    g.back_url = url_for(".show_meals", team_id=meal.team.id) if can_eat else None
    own = booking_queries.find_booking(meal, whom)
    return render_template(
        "meals/show_meal.html",
        meal=meal,
        moment=now,
        state=meal.state(now),
        is_open=meal.state(now) is MealState.BOOKING,
        free=bookings.free_portions(meal),
        own=own,
        turn=bookings.turn_of(own),
        standing=standing_queries.find_standing(meal.plan, whom),
        can_eat=can_eat,
        can_run=policy.can_run(me, meal.team),
        can_cook=policy.can_cook(me, meal, now),
        can_bring=policy.can_bring(me, meal, now),
    )


@blueprint.route("/teams/<int:team_id>/meals/plan", methods=["GET", "POST"])
def plan_meals(team_id: int) -> ResponseReturnValue:
    """An activity becomes a shared lunch; later, what holds for its new dates."""
    me, team = coordinated_team(team_id, back_to=".show_meals")
    # Where its series was parted, the lunch goes on in the newest.
    plan = next(reversed(queries.list_plans(team)), None)
    activities = [] if plan else activity_queries.list_activities(team)
    form = PlanForm()
    form.offer(activities, plan)
    if (plan or activities) and form.validate_on_submit():
        if plan is None:
            activity = activity_queries.get_activity(form.activity.data)
            authorize(activity.team_id == team.id)
            menus.start(activity, form.details(), by=me)
        else:
            menus.change_plan(plan, form.details(), by=me, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_meals", team_id=team.id))
    if plan is not None and not form.is_submitted():
        form.show(plan)
    if plan is not None:
        form.remember(menus.details_of(plan), lambda: form.show(plan))
    return render_template(
        "meals/plan_meals.html", form=form, team=team, plan=plan, activities=activities
    )


@blueprint.route("/meals/<int:meal_id>/menu", methods=["GET", "POST"])
def change_menu(meal_id: int) -> ResponseReturnValue:
    me, meal = coordinated_meal(meal_id)
    form = MenuForm()
    if form.validate_on_submit():
        menus.write_menu(meal, form.plans(), by=me, seen=form.seen.data)
        flash(_("The menu is saved. Please look at the kitchen sheet."), "success")
        return redirect(url_for(".show_kitchen", meal_id=meal.id))
    if not form.is_submitted():
        form.show(meal)
    form.remember(menus.menu_of(meal), lambda: form.show(meal))
    return render_template("meals/change_menu.html", form=form, meal=meal)


@blueprint.route("/meals/<int:meal_id>/plan", methods=["GET", "POST"])
def change_meal(meal_id: int) -> ResponseReturnValue:
    me, meal = coordinated_meal(meal_id)
    form = MealForm()
    form.keep(meal, queries.count_portions([meal]).get(meal.id, 0))
    form.offer([m.person for m in team_queries.list_active(meal.team)])
    if form.validate_on_submit():
        menus.change_meal(meal, form.details(), by=me, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_bookings", meal_id=meal.id))
    if not form.is_submitted():
        form.show(meal)
    form.remember(menus.planned(meal), lambda: form.show(meal))
    return render_template("meals/change_meal.html", form=form, meal=meal)
