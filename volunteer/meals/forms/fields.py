"""Fields that several forms about lunches share: diets, sums of money, names to choose from."""

from collections.abc import Iterable
from typing import Any

from wtforms import Field, IntegerField, SelectMultipleField, StringField, ValidationError
from wtforms.form import BaseForm

from volunteer.core import yuan
from volunteer.core.forms import SelectChoice, choices
from volunteer.core.language import gettext as _
from volunteer.elders.models import DietTag
from volunteer.meals.models import MOST_FEN
from volunteer.meals.wording import DIETS
from volunteer.people.models import Person


class DietField(SelectMultipleField):
    """Any of the tags that a cook must know."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        kwargs.setdefault("choices", lambda: choices(DietTag, DIETS))
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What is none of them, was not said."""
        known = {tag.value for tag in DietTag}
        self.data = [value for value in valuelist if value in known]

    @property
    def tags(self) -> tuple[DietTag, ...]:
        given = set(self.data or ())
        return tuple(tag for tag in DietTag if tag.value in given)


class MoneyField(StringField):
    """A sum in yuan as people write it: 86.5, ¥86.50, 86块5. `fen` holds what was understood."""

    fen: int | None = None

    def pre_validate(self, form: BaseForm) -> None:
        text = self.data or ""
        if not text.strip():
            return
        fen = yuan.in_fen(text)
        if fen is None or fen > MOST_FEN:
            raise ValidationError(_("Please write a sum in yuan like 86.50."))
        self.fen = fen


def number_in(field: IntegerField) -> int:
    """What was understood; only of a form that has been checked."""
    if field.data is None:
        raise ValueError("The form has not been checked.")
    return field.data


def named(people: Iterable[Person]) -> list[SelectChoice]:
    """People to choose from; two may have the same name: the end of the phone tells them apart."""
    return [
        SelectChoice(
            str(person.id),
            f"{person.name} …{person.phone[-4:]}" if person.phone else person.name,
        )
        for person in people
    ]


def check_some(_form: BaseForm, field: Field) -> None:
    """A validator: more than nothing."""
    if isinstance(field, MoneyField) and field.fen == 0:
        raise ValidationError(_("Please write a sum in yuan like 86.50."))
