"""Forms that change what is there already: they carry the mark of what their page showed (seen.py),
and when somebody else was quicker say beside each field what it says by now."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import g, request
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)

from volunteer.core import saying
from volunteer.core.errors import ChangedMeanwhile
from volunteer.core.language import gettext as _
from volunteer.core.seen import mark_of


class SeenMixin:
    """For a form that changes what is there already: see core/seen.py."""

    seen = HiddenField()
    # Whether somebody else has saved something since this page was opened.
    is_overtaken = False

    def remember(
        self, shown: object, show: Callable[[], object], *, is_sent: bool | None = None
    ) -> None:
        """Carry the mark of what this page shows; of what is there by now, once that was said.

        `show` fills the form with what is there by now. After a refusal it is said beside each
        field that was filled in otherwise. `is_sent`: whether this form was sent, where a page has
        several.
        """
        if is_sent is None:
            is_sent = request.method != "GET"
        is_refused = is_sent and isinstance(g.get("refused"), ChangedMeanwhile)
        if is_refused:
            self.is_overtaken = True
            say_what_is_there(self, show)
        if is_refused or not is_sent:
            self.seen.data = mark_of(shown)


def say_what_is_there(form: Any, show: Callable[[], object]) -> None:
    """Beside each field what `show` fills in, where that is not what was typed."""
    form.process()
    for field in single_fields(form):
        # Else numbers and days stand there as they were typed.
        field.raw_data = None
    show()
    there = {field.id: words_in(field) for field in single_fields(form)}
    lengths = {field.id: len(field) for field in form if isinstance(field, FieldList)}
    form.process(request.form)
    unasked = {field.id for field in single_fields(form) if not was_asked(field)}
    for rows in form:
        # Somebody has added some meanwhile: each stands there empty, and says what is in it.
        while isinstance(rows, FieldList) and len(rows) < lengths[rows.id]:
            rows.append_entry()
    for field in single_fields(form):
        by_now = there.get(field.id, "")
        if field.id not in unasked and by_now != words_in(field):
            field.errors = [_("By now it says: %(words)s", words=by_now or _("(empty)"))]


def single_fields(inside: Iterable[Field]) -> Iterator[Field]:
    """Every field that is seen and filled in, also those in rows."""
    for field in inside:
        if isinstance(field, FieldList | FormField):
            yield from single_fields(field)
        elif getattr(field.widget, "input_type", "") != "hidden":
            yield field


def was_asked(field: Field) -> bool:
    """Whether it stood on the page that was sent. What is ticked nowhere is not sent: then its row,
    or its form, was."""
    row = field.name.rpartition("-")[0]
    if isinstance(field, BooleanField | RadioField | SelectMultipleField):
        return not row or any(name.startswith(f"{row}-") for name in request.form)
    return field.name in request.form


def words_in(field: Any) -> str:
    """What stands in a field, as its page shows it."""
    if isinstance(field, BooleanField):
        return _("yes") if field.data else _("no")
    if isinstance(field, SelectField):
        offered: Any = field.iter_choices()
        return saying.listed(str(one.label) for one in offered if one.selected)
    return str(field._value()).strip()
