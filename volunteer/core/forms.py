"""What our forms share: tidy input, choices from a StrEnum, days and times as people type them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from datetime import time as clock_time
from enum import StrEnum
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (  # type: ignore[attr-defined]  # its types lack SelectChoice
    Field,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    validators,
)
from wtforms.form import BaseForm
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from volunteer.core import chinese, clock, pressing, saying, zones
from volunteer.core.language import LibraryWords, Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __

MISSING = __("Please fill this in.")
A_YEAR = timedelta(days=366)
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class FormWords(LibraryWords):
    """What WTForms says by itself; only what is too long it says of "fields" and "characters",
    and not by how much."""

    def ngettext(self, one: str, many: str, num: int) -> str:
        if one == "Field cannot be longer than %(max)d character.":
            return _("This is too long: at most %(max)d signs, and you have written %(length)d.")
        return super().ngettext(one, many, num)


WORDS = FormWords(messages_path(), "wtforms")


class TidyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form whose text fields are tidied; what a field's own `tidied_by` says comes first."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all can be taken; never after a rule has refused what was sent: then the form is
        shown once more as it was filled in, and says why (core/web.py)."""
        refused = g.get("refused")
        if refused is None:
            return bool(super().validate(extra_validators))
        self.form_errors.append(str(refused.message))
        return False

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF is untyped
        def bind_field(self, form: BaseForm, unbound: Any, options: dict[str, Any]) -> Field:
            kind = unbound.field_class
            if issubclass(kind, StringField) and not issubclass(
                kind, PasswordField | PasteField | KeptField
            ):
                cleaned = getattr(kind, "tidied_by", chinese.tidy)
                options["filters"] = [
                    lambda value: cleaned(value) if isinstance(value, str) else value,
                    *options.get("filters", []),
                ]
            bound: Field = unbound.bind(form=form, **options)
            return bound

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """What was sent. A file in the place of words, which no page of ours sends, is not
            there: filters and rules would ask it for its letters."""
            sent = super().wrap_formdata(form, formdata)
            if not isinstance(sent, CombinedMultiDict):
                return sent
            asked = {field.name for field in form if isinstance(field, FileField)}
            files = [one for one in request.files.items() if one[0] in asked]
            return CombinedMultiDict((MultiDict(files), request.form))

        def get_translations(self, form: BaseForm) -> LibraryWords:
            return WORDS


class RowForm(Form):
    """A part of a form, such as a table's row: there, too, WTForms speaks the reader's language."""

    class Meta(Form.Meta):  # type: ignore[misc]  # its types say nothing of it
        def get_translations(self, form: BaseForm) -> LibraryWords:
            return WORDS


class PasteField(TextAreaField):
    """A pasted list, kept exactly as it was pasted."""


class KeptField(HiddenField):
    """What goes along from page to page, exactly as it is."""


class FormKeyField(HiddenField):
    """Which page a form was sent from; what no page of ours has in it is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = pressing.kept_key(valuelist[0]) if valuelist else None


class Optional(validators.Optional):
    """WTForms' own, which lets a blank pass for a choice: it takes back what the list has said."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if not (isinstance(field, SelectField) and any(field.raw_data or ())):
            super().__call__(form, field)


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


def weekdays() -> list[SelectChoice]:
    """What a field offers for the days of a week: "0" is Monday."""
    return [SelectChoice(str(number), saying.weekday(number)) for number in range(7)]


class NameField(StringField):
    """A person's name."""

    tidied_by = staticmethod(chinese.narrow)

    def __init__(self, label: Sentence, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "name"})
        super().__init__(label, [DataRequired(MISSING), check_name], **kwargs)


class AnyPhoneField(StringField):
    """A phone number of China, checked by its form; `data` holds its digits."""

    tidied_by = staticmethod(chinese.phone_digits)

    def _value(self) -> str:
        """A number is shown as people read it out; what is none, as they typed it."""
        digits = self.data or ""
        typed = self.raw_data[0] if self.raw_data else digits
        return chinese.phone_words(digits) if chinese.is_phone(digits) else str(typed)


class PhoneField(AnyPhoneField):
    """A phone number of China, or nothing."""

    def __init__(self, label: Sentence, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "tel", "inputmode": "tel"})
        super().__init__(label, [Optional(), check_phone], **kwargs)


class EmailField(StringField):
    """A mailbox in small letters, as it is kept, or nothing."""

    @staticmethod
    def tidied_by(text: str) -> str:
        return chinese.narrow(text).lower()

    def __init__(self, label: Sentence, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"autocomplete": "email", "inputmode": "email"})
        super().__init__(label, [Optional(), Length(max=254), check_email], **kwargs)


class SentenceField(StringField):
    """A sentence that may be longer than a phone is wide: seen whole, and kept in one line."""

    widget = TextArea()

    def __init__(self, label: Sentence, checks: list[Any], **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"rows": 2})
        super().__init__(label, checks, **kwargs)

    @staticmethod
    def tidied_by(text: str) -> str:
        return chinese.tidy(" ".join(text.splitlines()))


class DayField(StringField):
    """A day as people type it: 10月14日, 下周三, tomorrow. `day` holds what was understood."""

    day: date | None = None
    reads: Callable[[str, date], date | None] = staticmethod(saying.read_day)

    def __init__(self, *args: Any, zone_name: str = zones.HOME_ZONE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone_name = zone_name

    def _value(self) -> str:
        """What we put in is shown as people read it, what they typed as they typed it."""
        text = str(self.data or "")
        if not self.raw_data and ISO_DAY.fullmatch(text):
            with suppress(ValueError):
                today = zones.day_in(self.zone_name, clock.now())
                return saying.typed_day(date.fromisoformat(text), today)
        return text

    def pre_validate(self, form: BaseForm) -> None:
        text = (self.data or "").strip()
        if not text:
            return
        self.day = self.reads(text, zones.day_in(self.zone_name, clock.now()))
        if self.day is None:
            raise ValidationError(
                _(
                    "We could not read “%(text)s”. Please write a day like 14 Oct or 2026-10-14.",
                    text=text,
                )
            )


class PastDayField(DayField):
    """A day that has been: without a year it is the last such day, not the next."""

    reads = staticmethod(saying.read_past_day)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.day is not None and self.day > zones.day_in(self.zone_name, clock.now()):
            raise ValidationError(_("This day is still to come."))


class ClockField(StringField):
    """A time of day as people type it: 9:30, 上午9点. `time` holds what was understood."""

    time: clock_time | None = None

    def pre_validate(self, form: BaseForm) -> None:
        text = (self.data or "").strip()
        if not text:
            return
        self.time = self.understood(text)
        if self.time is None:
            raise ValidationError(
                _(
                    "We could not read “%(text)s”. Please write a time like 9:30 or 9 am.",
                    text=text,
                )
            )

    def understood(self, text: str) -> clock_time | None:
        return saying.read_clock(text)


def at_what_time() -> Any:
    """The question for the hour of something that is agreed; a field of its own for each form."""
    return ClockField(
        __("At what time?"),
        [DataRequired(MISSING)],
        description=__("“3 pm” is fine, and so is “15:00”."),
        render_kw={"class": "w-m"},
    )


class EndClockField(ClockField):
    """At what time something ends: 24:00 too, which is midnight."""

    def understood(self, text: str) -> clock_time | None:
        return saying.read_end(text)


class CountField(IntegerField):
    """A whole number; what is none is left to the validators, which say what is asked for."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        with suppress(ValueError):
            super().process_formdata(valuelist)


def check_name(_form: BaseForm, field: Field) -> None:
    """A validator: the field holds a person's name."""
    if len(field.data or "") > chinese.LONGEST_NAME:
        most = chinese.LONGEST_NAME
        raise ValidationError(_("That is too long for a name: at most %(num)d letters.", num=most))
    if field.data and not chinese.is_name(field.data):
        raise ValidationError(_("Please write only the name, with no digits."))


def check_email(_form: BaseForm, field: Field) -> None:
    """A validator: something that can be a mailbox; only a mail tells whether it is one."""
    if not EMAIL.fullmatch(field.data or ""):
        raise ValidationError(_("An email address looks like name@example.cn."))


def check_phone(_form: BaseForm, field: Field) -> None:
    """A validator: the field is empty or holds a phone number of China."""
    digits = chinese.phone_digits(field.data or "")
    if digits and not chinese.is_phone(digits):
        raise ValidationError(chinese.why_no_phone(digits))


class DaysAwayForm(TidyForm):
    """From this day to that one somebody stays away, both included."""

    first_on = DayField(__("From which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    last_on = DayField(__("Until which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})

    def __init__(self, zone: str) -> None:
        super().__init__()
        self.first_on.zone_name = self.last_on.zone_name = zone

    def validate_first_on(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_last_on(self, field: DayField) -> None:
        check_days(self.first_on, field)
        check_within_a_year(field)

    def days(self) -> tuple[date, date]:
        if self.first_on.day is None or self.last_on.day is None:
            raise ValueError("The form has not been checked.")
        return self.first_on.day, self.last_on.day


def check_days(first: DayField, last: DayField) -> None:
    if first.day and last.day and last.day < first.day:
        raise ValidationError(_("The last day must not lie before the first."))


def check_within_a_year(field: DayField) -> None:
    today = zones.day_in(field.zone_name, clock.now())
    if field.day and field.day < today:
        raise ValidationError(_("Please choose a day from today on, within a year."))
    check_not_far_off(field)


def check_lies_ahead(field: DayField) -> None:
    """A day to come, if any, within a year."""
    if field.day and field.day < zones.day_in(field.zone_name, clock.now()):
        raise ValidationError(_("This day is over already. Please choose a later one."))
    check_not_far_off(field)


def check_not_far_off(field: DayField) -> None:
    """A year that was mistyped would put what was promised where nobody looks for it."""
    today = zones.day_in(field.zone_name, clock.now())
    if field.day and field.day > today + A_YEAR:
        raise ValidationError(_("Please choose a day from today on, within a year."))


class RowField(SelectField):
    """One row of a table, from a list that begins with none: who overlooks the question must not
    have chosen whoever stands first. `data` is the row's number, or None."""

    def __init__(self, label: Sentence, **kwargs: Any) -> None:
        super().__init__(label, [DataRequired(MISSING)], coerce=number_chosen, **kwargs)

    def offer(self, rows: Iterable[SelectChoice]) -> None:
        self.choices = [SelectChoice("", _("Please choose")), *rows]


def number_chosen(sent: str | int) -> int | None:
    return int(sent) if sent else None


class TicksField(SelectMultipleField):
    """Several answers, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


__all__ = [
    "EMAIL",
    "MISSING",
    "ClockField",
    "CountField",
    "DayField",
    "DaysAwayForm",
    "EmailField",
    "FormKeyField",
    "KeptField",
    "MayBeEmpty",
    "NameField",
    "Optional",
    "PastDayField",
    "PasteField",
    "PhoneField",
    "RowField",
    "SelectChoice",
    "TicksField",
    "TidyForm",
    "check_days",
    "check_lies_ahead",
    "check_not_far_off",
    "check_phone",
    "check_within_a_year",
    "choices",
    "weekdays",
]
