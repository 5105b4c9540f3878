"""What may be typed about a lunch: for how many, until when, and what is cooked."""

from collections import Counter
from collections.abc import Sequence
from datetime import time

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from volunteer.activities import wording as activity_words
from volunteer.activities.models import Activity
from volunteer.core import chinese, saying
from volunteer.core.forms import (
    MISSING,
    ClockField,
    CountField,
    MayBeEmpty,
    RowField,
    RowForm,
    SelectChoice,
    TidyForm,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.core.seen_forms import SeenMixin
from volunteer.meals import shopping
from volunteer.meals.forms.fields import DietField, named, number_in
from volunteer.meals.menus import DishPlan, MealDetails, PlanDetails
from volunteer.meals.models import MOST_SEATS, Allergen, Meal, MealPlan
from volunteer.meals.wording import ALLERGENS
from volunteer.people.models import Person

MOST_DISHES = 8
USUAL_DEADLINE = time(16)


class TimesForm(SeenMixin, TidyForm):
    """For how many, and until when one books."""

    capacity = CountField(
        __("How many portions are there for diners?"),
        [InputRequired(MISSING), NumberRange(1, MOST_SEATS, __("From 1 to 500, please."))],
    )
    deadline_days = CountField(
        __("How many days before does booking close?"),
        [InputRequired(MISSING), NumberRange(0, 14, __("From 0 to 14, please."))],
        default=1,
    )
    deadline_time = ClockField(
        __("At what time?"),
        [DataRequired(MISSING)],
        default=lambda: saying.clock_words(USUAL_DEADLINE),
        render_kw={"class": "w-s"},
    )


class PlanForm(TimesForm):
    """An activity becomes a shared lunch; or what holds for its new dates changes."""

    activity = RowField(__("Which activity is it?"))
    cooking = SelectMultipleField(
        __("Whose work is in the kitchen?"),
        coerce=int,
        description=__("They say that they are well, and eat along. Without a tick: all helpers."),
    )
    sample_grams = CountField(
        __("How many grams of each dish are kept as a sample?"),
        [InputRequired(MISSING), NumberRange(1, 1000, __("From 1 to 1000, please."))],
        default=125,
    )
    sample_hours = CountField(
        __("For how many hours?"),
        [InputRequired(MISSING), NumberRange(1, 240, __("From 1 to 240, please."))],
        default=48,
    )

    def offer(self, activities: Sequence[Activity], plan: MealPlan | None) -> None:
        if plan is not None or not activities:
            del self.activity
        else:
            # A series that was parted has its name twice: when it takes place tells them apart.
            titles = Counter(one.title for one in activities)
            self.activity.offer(
                SelectChoice(
                    one.id,
                    one.title + _(": ") + activity_words.sentence(one)
                    if titles[one.title] > 1
                    else one.title,
                )
                for one in activities
            )
        roles = plan.activity.roles if plan else [r for one in activities for r in one.roles]
        names = {role.position: role.name for role in reversed(roles)}
        self.cooking.choices = [
            SelectChoice(position, names[position]) for position in sorted(names)
        ]

    def show(self, plan: MealPlan) -> None:
        self.capacity.data, self.deadline_days.data = plan.capacity, plan.deadline_days
        self.deadline_time.data = saying.clock_words(plan.deadline_time)
        self.cooking.data = list(plan.cooking)
        self.sample_grams.data, self.sample_hours.data = plan.sample_grams, plan.sample_hours

    def details(self) -> PlanDetails:
        if self.deadline_time.time is None:
            raise ValueError("The form has not been checked.")
        return PlanDetails(
            capacity=number_in(self.capacity),
            deadline_days=number_in(self.deadline_days),
            deadline_time=self.deadline_time.time,
            cooking=tuple(self.cooking.data or ()),
            sample_grams=number_in(self.sample_grams),
            sample_hours=number_in(self.sample_hours),
        )


class MealForm(TimesForm):
    """What holds for this one date."""

    # How many portions diners have; asked back about when there were to be fewer.
    booked = 0
    known: int | None = None
    asks_about_booked = False
    keeps_booked = BooleanField(__("Yes: they all keep their portion"))
    lead = SelectField(__("Who leads?"), [MayBeEmpty()])
    note = StringField(__("What else should diners know?"), [MayBeEmpty(), Length(max=200)])

    def validate_capacity(self, field: CountField) -> None:
        if field.data is None or field.data >= self.booked or field.data == self.known:
            return
        self.asks_about_booked = True
        if not self.keeps_booked.data:
            field.description = ""
            raise ValidationError(
                ngettext(
                    "%(num)d portion is booked already and stays. Save a smaller number?",
                    "%(num)d portions are booked already and stay. Save a smaller number?",
                    self.booked,
                )
            )

    def keep(self, meal: Meal, booked: int) -> None:
        self.booked, self.known = booked, meal.capacity
        if booked:
            self.capacity.description = ngettext(
                "%(num)d portion is booked.", "%(num)d portions are booked.", booked
            )

    def offer(self, people: Sequence[Person]) -> None:
        self.lead.choices = [SelectChoice("", _("Nobody yet")), *named(people)]

    def show(self, meal: Meal) -> None:
        self.capacity.data, self.deadline_days.data = meal.capacity, meal.deadline_days
        self.deadline_time.data = saying.clock_words(meal.deadline_time)
        self.lead.data, self.note.data = str(meal.lead_id or ""), meal.note

    def details(self) -> MealDetails:
        if self.deadline_time.time is None:
            raise ValueError("The form has not been checked.")
        return MealDetails(
            capacity=number_in(self.capacity),
            deadline_days=number_in(self.deadline_days),
            deadline_time=self.deadline_time.time,
            lead_id=int(self.lead.data) if self.lead.data else None,
            note=self.note.data or "",
        )


class DishForm(RowForm):
    """One dish; a row without a name is left out."""

    name = StringField(__("What is it called?"), [MayBeEmpty(), Length(max=40)], filters=[
        lambda text: chinese.tidy(text) if text else text])  # fmt: skip
    allergens = SelectMultipleField(
        __("What in it may harm somebody?"),
        choices=lambda: choices(Allergen, ALLERGENS),
        validate_choice=False,
    )
    tags = DietField(__("For whom is it right?"))
    ingredients = TextAreaField(
        __("What goes into it, for ten?"),
        [MayBeEmpty(), Length(max=600)],
        description=__("One a line: 鸡肉 3斤, 花生 200克, 豆腐 4块"),
        render_kw={"rows": 3},
    )

    def validate_ingredients(self, field: TextAreaField) -> None:
        _found, strange = shopping.read(field.data or "")
        if strange:
            raise ValidationError(
                _(
                    "We could not read: %(words)s. Please write it like 鸡肉 3斤.",
                    words=saying.listed(strange[:3]),
                )
            )

    def plan(self) -> DishPlan:
        given = set(self.allergens.data or ())
        return DishPlan(
            name=self.name.data or "",
            tags=self.tags.tags,
            allergens=tuple(one for one in Allergen if one.value in given),
            ingredients=tuple(shopping.read(self.ingredients.data or "")[0]),
        )


class MenuForm(SeenMixin, TidyForm):
    dishes = FieldList(FormField(DishForm), min_entries=5, max_entries=MOST_DISHES)

    def show(self, meal: Meal) -> None:
        for row, dish in zip(self.rows_for(len(meal.dishes)), meal.dishes, strict=False):
            row.form.name.data = dish.name
            row.form.tags.data = list(dish.tags)
            row.form.allergens.data = list(dish.allergens)
            row.form.ingredients.data = shopping.as_text(dish.ingredients)

    def rows_for(self, count: int) -> "FieldList[FormField[DishForm]]":
        """At least one row more than there are dishes, as far as there may be."""
        while len(self.dishes) < min(count + 1, MOST_DISHES):
            self.dishes.append_entry()
        return self.dishes

    def plans(self) -> list[DishPlan]:
        return [row.form.plan() for row in self.dishes if (row.form.name.data or "").strip()]
