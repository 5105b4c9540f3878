"""What our forms share: tidy input, choices from a StrEnum, days and times as people type them."""

from collections.abc import Mapping
from datetime import date
from datetime import time as clock_time
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types lack SelectChoice
    Field,
    PasswordField,
    SelectChoice,
    StringField,
    ValidationError,
)
from wtforms.form import BaseForm
from wtforms.validators import Optional

from volunteer.core import chinese, clock, saying, zones
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __


def tidy(value: object) -> object:
    """Narrow full-width forms, drop invisible characters and outer spaces of any text typed."""
    return chinese.tidy(value) if isinstance(value, str) else value


class TidyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form whose text fields are tidied, passwords excepted."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF is untyped
        def bind_field(self, form: BaseForm, unbound: Any, options: dict[str, Any]) -> Field:
            kind = unbound.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                options["filters"] = [tidy, *options.get("filters", [])]
            bound: Field = unbound.bind(form=form, **options)
            return bound


class MayBeEmpty(Optional):
    """Like Optional, for a row of a table: as a whole it is left empty, so no field says so."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


def choices(
    values: type[StrEnum],
    words: Mapping[Any, Sentence],
    hints: Mapping[Any, Sentence] | None = None,
) -> list[SelectChoice]:
    """What a RadioField or SelectField offers: every value of the StrEnum, with its words."""
    return [
        SelectChoice(
            value.value, words[value], render_kw={"description": hints[value]} if hints else None
        )
        for value in values
    ]


class DayField(StringField):
    """A day as people type it: 10月14日, 下周三, tomorrow. `day` holds what was understood."""

    day: date | None = None

    def __init__(self, *args: Any, zone_name: str = zones.HOME_ZONE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone_name = zone_name

    def pre_validate(self, form: BaseForm) -> None:
        text = (self.data or "").strip()
        if not text:
            return
        self.day = saying.read_day(text, zones.day_in(self.zone_name, clock.now()))
        if self.day is None:
            raise ValidationError(
                _(
                    "We could not read “%(text)s”. Please write a day like 10月14日 or 2026-10-14.",
                    text=text,
                )
            )


class ClockField(StringField):
    """A time of day as people type it: 9:30, 上午9点. `time` holds what was understood."""

    time: clock_time | None = None

    def pre_validate(self, form: BaseForm) -> None:
        text = (self.data or "").strip()
        if not text:
            return
        self.time = saying.read_clock(text)
        if self.time is None:
            raise ValidationError(
                _(
                    "We could not read “%(text)s”. Please write a time like 9:30 or 上午9点.",
                    text=text,
                )
            )


def check_name(_form: BaseForm, field: Field) -> None:
    """A validator: the field holds a person's name."""
    if field.data and not chinese.is_name(field.data):
        raise ValidationError(_("Please write only the name, with no digits."))


def check_phone(_form: BaseForm, field: Field) -> None:
    """A validator: the field is empty or holds a phone number of China."""
    digits = chinese.phone_digits(field.data or "")
    if digits and not chinese.is_phone(digits):
        raise ValidationError(chinese.why_no_phone(digits))


__all__ = [
    "MISSING",
    "ClockField",
    "DayField",
    "MayBeEmpty",
    "SelectChoice",
    "TidyForm",
    "check_name",
    "check_phone",
    "choices",
]

MISSING = __("Please fill this in.")
