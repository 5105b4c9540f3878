"""The kitchen on the phone, and its sheet on paper."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as __
from volunteer.meals import diets, kitchen, policy, shopping
from volunteer.meals.forms.kitchen import KitchenForm, KitchenStep
from volunteer.meals.kitchen import Kitchen
from volunteer.meals.models import Meal
from volunteer.meals.views.door import blueprint, open_meal
from volunteer.people import queries as people_queries
from volunteer.people.models import Person

SAID: dict[KitchenStep, Sentence] = {
    KitchenStep.TICK: __("Noted. Thank you for looking after them."),
    KitchenStep.WELL: __("Noted. Cook well!"),
    KitchenStep.EATS: __("Noted."),
    KitchenStep.DOES_NOT_EAT: __("Noted."),
    KitchenStep.SAMPLE: __("The sample is noted."),
    KitchenStep.CHECK: __("Checked. The sheet holds now."),
}


def open_kitchen(meal_id: int) -> tuple[Person, Meal]:
    """Coordinators, and the cooks on the day."""
    me = identity.signed_in_person()
    identity.expect_second_step()
    meal = open_meal(meal_id)
    authorize(policy.can_cook(me, meal, clock.now()))
    return me, meal


@blueprint.route("/meals/<int:meal_id>/kitchen", methods=["GET", "POST"])
def show_kitchen(meal_id: int) -> ResponseReturnValue:
    """What to cook for whom, red lines to see to, who is well, the sample, the check."""
    me, meal = open_kitchen(meal_id)
    form = KitchenForm()
    if form.is_submitted():
        if not form.validate():
            raise NotFound
        step = KitchenStep(form.step.data)
        take(step, form, meal, me)
        flash(SAID[step], "success")
        return redirect(url_for(".show_kitchen", meal_id=meal.id))
    found = look_in(meal, me)
    return render_template(
        "meals/show_kitchen.html",
        meal=meal,
        kitchen=found,
        to_buy=shopping.list_for(meal.dishes, found.count.cooked),
        is_today=meal.is_today(clock.now()),
        can_run=policy.can_run(me, meal.team),
        own=next((cook for cook in found.cooks if cook.person.id == me.id), None),
    )


def look_in(meal: Meal, me: Person) -> Kitchen:
    """The kitchen with its diets, once the look is written down."""
    found = kitchen.enter(meal)
    diets.look(meal.team, found.whose_diets, by=me)
    return found


def take(step: KitchenStep, form: KitchenForm, meal: Meal, me: Person) -> None:
    """Whom a press concerns: oneself, or for coordinators anybody."""
    number = form.person.data or me.id
    person = me if number == me.id else people_queries.get_person(number)
    authorize(step is KitchenStep.TICK or person.id == me.id or policy.can_run(me, meal.team))
    if step is KitchenStep.TICK:
        kitchen.tick(
            meal,
            dish_id=form.dish.data or 0,
            person_id=person.id,
            words=form.words.data or "",
            by=me,
        )
    elif step is KitchenStep.WELL:
        kitchen.say_well(meal, person, by=me)
    elif step is KitchenStep.SAMPLE:
        kitchen.keep_sample(meal, by=me)
    elif step is KitchenStep.CHECK:
        kitchen.check(meal, by=me)
    else:
        kitchen.eat_along(meal, person, eats=step is KitchenStep.EATS, by=me)


@blueprint.get("/meals/<int:meal_id>/kitchen/sheet")
def show_kitchen_sheet(meal_id: int) -> ResponseReturnValue:
    """On one A4 page, for the wall of the kitchen."""
    me, meal = open_kitchen(meal_id)
    g.back_url = url_for(".show_kitchen", meal_id=meal.id)
    found = look_in(meal, me)
    return render_template(
        "meals/show_kitchen_sheet.html",
        meal=meal,
        kitchen=found,
        to_buy=shopping.list_for(meal.dishes, found.count.cooked),
    )
