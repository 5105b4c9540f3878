"""What one presses or types in the kitchen, on the round, and on the list of who is home."""

from collections.abc import Sequence
from enum import StrEnum

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from volunteer.core.forms import Optional, RowField, SelectChoice, TidyForm
from volunteer.core.language import lazy_gettext as __
from volunteer.meals.forms.fields import named
from volunteer.meals.models import DeliveryResult
from volunteer.people.models import Person

MOST_WORDS = 200


class KitchenStep(StrEnum):
    TICK = "tick"
    WELL = "well"
    EATS = "eats"
    DOES_NOT_EAT = "does_not_eat"
    SAMPLE = "sample"
    CHECK = "check"


class KitchenForm(TidyForm):
    """One press in the kitchen: which, whom and which dish it concerns, what was done."""

    step = SelectField(choices=[SelectChoice(step.value, step.value) for step in KitchenStep])
    person = IntegerField(validators=[Optional()])
    dish = IntegerField(validators=[Optional()])
    words = StringField(__("What was done?"), [Length(max=MOST_WORDS)])


class RoundStep(StrEnum):
    RESULT = "result"
    SAFE = "safe"


class RoundForm(TidyForm):
    """One press at a door, or that somebody is safe."""

    step = SelectField(choices=[SelectChoice(step.value, step.value) for step in RoundStep])
    booking = IntegerField(validators=[DataRequired()])
    result = SelectField(
        validators=[Optional()],
        choices=[SelectChoice(value.value, value.value) for value in DeliveryResult],
        validate_choice=False,
    )
    words = StringField(__("How are they?"), [Length(max=MOST_WORDS)])


class DelivererForm(TidyForm):
    """Who brings the meals."""

    person = RowField(__("Who brings the meals?"))

    def offer(self, people: Sequence[Person]) -> None:
        self.person.offer(named(people))


class HomeForm(TidyForm):
    """One press on the list of who is home."""

    booking = IntegerField(validators=[DataRequired()])
    home = IntegerField(validators=[Optional()])


class NoShowForm(TidyForm):
    """Whether somebody stayed away."""

    missing = IntegerField(validators=[Optional()])
