"""What may be typed about the kitty: a line of the book, who keeps it, the money counted."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from volunteer.core import clock, saying
from volunteer.core.forms import (
    A_YEAR,
    MISSING,
    FormKeyField,
    Optional,
    PastDayField,
    RowField,
    SelectChoice,
    TidyForm,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.meals.forms.fields import MoneyField, check_some, named
from volunteer.meals.kitty import Line
from volunteer.meals.models import Kitty, Meal, MoneyWay
from volunteer.meals.wording import MONEY
from volunteer.people.models import Person
from volunteer.pictures.forms import PictureField

NO_MEAL = "none"


class LineForm(TidyForm):
    """One more line."""

    way = RadioField(
        __("In or out?"), [DataRequired(MISSING)], choices=lambda: choices(MoneyWay, MONEY)
    )
    money = MoneyField(
        __("How much, in yuan?"), [DataRequired(MISSING), check_some], render_kw={"class": "w-s"}
    )
    purpose = StringField(
        __("What for?"), [DataRequired(MISSING), Length(max=80)],
        description=__("For example: vegetables and chicken. Everybody in the team reads it."),
    )  # fmt: skip
    day = PastDayField(__("On which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    meal = SelectField(
        __("For which lunch?"), [DataRequired(MISSING)],
        description=__("What was spent on it is shared by all who eat."),
    )  # fmt: skip
    receipt = PictureField(__("Receipt (a photo)"), [Optional()])
    # Only asked when the book says the same already.
    is_another = BooleanField(__("Yes, it was paid a second time"))
    form_key = FormKeyField()

    def offer(self, kitty: Kitty, meals: Sequence[Meal]) -> None:
        self.kitty = kitty
        self.day.zone_name = kitty.team.zone
        today = kitty.team.today(clock.now())
        if not self.is_submitted():
            self.day.data = f"{today:%Y-%m-%d}"
            # Any other lunch would be a guess, and what each of its diners pays would change.
            self.meal.data = next((str(meal.id) for meal in meals if meal.day == today), "")
        self.meal.choices = [
            SelectChoice("", _("Please choose")),
            SelectChoice(NO_MEAL, _("None of them")),
            *(
                SelectChoice(
                    str(meal.id),
                    _("%(day)s, %(title)s", day=saying.day_words(meal.day),
                      title=meal.occurrence.title),
                )
                for meal in meals
            ),
        ]  # fmt: skip

    def validate_day(self, field: PastDayField) -> None:
        if field.day and field.day < self.kitty.team.today(clock.now()) - A_YEAR:
            raise ValidationError(_("This is more than a year ago. Is the year right?"))

    def line(self) -> Line:
        if self.day.day is None or self.money.fen is None:
            raise ValueError("The form has not been checked.")
        return Line(
            day=self.day.day,
            way=MoneyWay(self.way.data),
            fen=self.money.fen,
            purpose=self.purpose.data or "",
            meal_id=None if self.meal.data == NO_MEAL else int(self.meal.data),
            receipt=self.receipt.photo,
        )


class KeeperForm(TidyForm):
    """Who keeps the money from the beginning."""

    person = RowField(__("Who keeps the money?"))

    def offer(self, people: Sequence[Person]) -> None:
        self.person.offer(named(people))


class HandoverForm(KeeperForm):
    """Who gets it, and what was counted."""

    money = MoneyField(
        __("How much have you counted, in yuan?"), [DataRequired(MISSING)],
        render_kw={"class": "w-s"},
    )  # fmt: skip


class CountForm(TidyForm):
    """What the other has counted."""

    money = MoneyField(
        __("How much have you counted, in yuan?"), [DataRequired(MISSING)],
        render_kw={"class": "w-s"},
    )  # fmt: skip
