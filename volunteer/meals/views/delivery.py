"""The round from door to door, on the phone and on paper."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.meals import (
    booking_queries,
    delivery_round,
    diets,
    kitchen_queries,
    policy,
)
from volunteer.meals.delivery_round import Stop
from volunteer.meals.forms.kitchen import DelivererForm, RoundForm, RoundStep
from volunteer.meals.models import DeliveryResult, Meal
from volunteer.meals.views.door import blueprint, coordinated_meal, open_meal
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries


def open_round(meal_id: int) -> tuple[Person, Meal]:
    """Coordinators, and who brings the meals, around its day."""
    me = identity.signed_in_person()
    identity.expect_second_step()
    meal = open_meal(meal_id)
    authorize(policy.can_bring(me, meal, clock.now()))
    return me, meal


def doors(meal: Meal, me: Person) -> list[Stop]:
    """All doors, once the look at their diets is written down."""
    found = delivery_round.stops(meal)
    diets.look(meal.team, [stop.booking.person for stop in found if stop.diet], by=me)
    return found


@blueprint.route("/meals/<int:meal_id>/delivery", methods=["GET", "POST"])
def show_round(meal_id: int) -> ResponseReturnValue:
    """Door by door: what became of each meal, with one press."""
    me, meal = open_round(meal_id)
    form = RoundForm()
    if form.is_submitted():
        return take(form, meal, me)
    now = clock.now()
    can_run = policy.can_run(me, meal.team)
    return render_template(
        "meals/show_round.html",
        meal=meal,
        stops=doors(meal, me),
        deliverers=kitchen_queries.list_deliverers(meal),
        people=delivery_round.list_able(meal) if can_run else [],
        is_today=meal.is_today(now),
        can_call=policy.can_call_diners(me, meal, now),
        can_run=can_run,
    )


def take(form: RoundForm, meal: Meal, me: Person) -> ResponseReturnValue:
    booking = booking_queries.get_booking(form.booking.data or 0) if form.validate() else None
    if booking is None or booking.meal_id != meal.id:
        raise NotFound
    if RoundStep(form.step.data) is RoundStep.SAFE:
        authorize(policy.can_run(me, meal.team))
        delivery_round.make_safe(booking, form.words.data or "", by=me)
        flash(_("Closed. It is good to know that they are safe."), "success")
    else:
        if form.result.data not in set(DeliveryResult):
            raise NotFound
        result = DeliveryResult(form.result.data)
        delivery_round.note(booking, result, by=me)
        if result is DeliveryResult.NO_ANSWER:
            flash(
                _("Noted, and the coordinators are told at once. Knock and call once more. If a "
                  "life may be in danger, call 110, 119 or 120."),
                "error",
            )  # fmt: skip
            if booking.no_answer_id:
                return redirect(url_for("elders.show_no_answer", no_answer_id=booking.no_answer_id))
    return redirect(url_for(".show_round", meal_id=meal.id) + f"#booking-{booking.id}")


@blueprint.post("/meals/<int:meal_id>/deliverers")
def choose_deliverer(meal_id: int) -> ResponseReturnValue:
    me, meal = coordinated_meal(meal_id)
    form = DelivererForm()
    form.offer([m.person for m in team_queries.list_active(meal.team)])
    person = people_queries.get_chosen(form.person.data)
    if not form.validate():
        raise NotFound
    delivery_round.choose_deliverer(meal, person, by=me)
    flash(_("%(name)s brings the meals.", name=person.name), "success")
    return redirect(url_for(".show_round", meal_id=meal.id))


@blueprint.post("/meals/<int:meal_id>/deliverers/<int:person_id>/release")
def release_deliverer(meal_id: int, person_id: int) -> ResponseReturnValue:
    me, meal = coordinated_meal(meal_id)
    delivery_round.release_deliverer(meal, people_queries.get_person(person_id), by=me)
    return redirect(url_for(".show_round", meal_id=meal.id))


@blueprint.get("/meals/<int:meal_id>/delivery/sheet")
def show_round_sheet(meal_id: int) -> ResponseReturnValue:
    """On paper, for who brings the meals without a phone; given back afterwards."""
    me, meal = open_round(meal_id)
    g.back_url = url_for(".show_round", meal_id=meal.id)
    return render_template(
        "meals/show_round_sheet.html",
        meal=meal,
        stops=doors(meal, me),
        deliverers=kitchen_queries.list_deliverers(meal),
        can_call=policy.can_call_diners(me, meal, clock.now()),
    )
