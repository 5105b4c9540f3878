"""What may be typed about who came: a code, the numbers of a sheet, the marks that close a day."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from wtforms import (
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from volunteer.activities import wording
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.attendance.sheet import LONGEST_TEXT, Line
from volunteer.activities.models import AttendanceState, Occurrence
from volunteer.core import saying
from volunteer.core.forms import (
    MISSING,
    CountField,
    Optional,
    RowForm,
    SelectChoice,
    TidyForm,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.deeds.models import MOST_MINUTES, Deed
from volunteer.people import wording as people_wording
from volunteer.people.models import Person

STATES = {
    AttendanceState.CAME: __("Was there"),
    AttendanceState.NO_SHOW: __("Did not come"),
    AttendanceState.EXCUSED: __("Excused"),
}
MOST_WORDS = 300


class Tap(StrEnum):
    """What one press on the list at the door says of somebody."""

    CAME = "came"
    UNDO = "undo"
    LEFT = "left"
    STAYED = "stayed"


class TapForm(TidyForm):
    """Whom a press on the list concerns, and what it says."""

    person = IntegerField(validators=[DataRequired()])
    tap = SelectField(choices=[SelectChoice(tap.value, tap.value) for tap in Tap])


class WhomForm(TidyForm):
    """For whom the page was drawn, who may act for another; and whether leaving was a mistake."""

    person = IntegerField(validators=[DataRequired()])
    stay = StringField()


class DigitsForm(TidyForm):
    person = IntegerField(validators=[Optional()], widget=HiddenInput())
    code = StringField(
        __("The six digits on the sheet at the door"),
        [DataRequired(MISSING), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "w-m"},
    )


class SheetForm(TidyForm):
    """Who came, by the numbers on the paper."""

    numbers = TextAreaField(
        __("Which numbers signed?"),
        [DataRequired(MISSING), Length(max=LONGEST_TEXT)],
        description=__(
            "For example: 1 3 4 7-9. With a time: 4 10:20, or 4 10:20-12:00. As many as you like."
        ),
        render_kw={"rows": 6, "autocomplete": "off"},
    )


class ClosingRow(RowForm):
    """One person of the list: whether they came, and the minutes that count."""

    person = CountField(widget=HiddenInput())
    # Without a mark the question below the list holds for them.
    state = RadioField(choices=lambda: choices(AttendanceState, STATES), validate_choice=False)
    minutes = CountField(__("Minutes that count"))

    @property
    def mark(self) -> AttendanceState | None:
        known = {state.value for state in AttendanceState}
        return AttendanceState(self.state.data) if self.state.data in known else None

    def validate_minutes(self, field: IntegerField) -> None:
        if self.mark is AttendanceState.CAME and field.data is None:
            raise ValidationError(_("How many minutes?"))
        if not 0 <= (field.data or 0) <= MOST_MINUTES:
            raise ValidationError(_("0 to 720 minutes, please."))


class ClosingForm(TidyForm):
    """Everybody on the list, as the coordinator sees them."""

    rows = FieldList(FormField(ClosingRow))
    rest = RadioField(__("What about those without a mark?"), validate_choice=False)
    led_by = SelectField(
        __("Who was in charge?"),
        [DataRequired(MISSING)],
        description=__("Their name stands with these hours. It must be somebody who was there."),
        render_kw={"class": "w-m"},
    )

    def __init__(self, lines: Sequence[Line], minutes: Mapping[int, int], lead: str) -> None:
        """`minutes`: what is proposed for each, by the person's number; `lead`: the number of who
        is proposed as having been in charge, if anybody is."""
        super().__init__(data={"led_by": lead})
        self.lines = {line.person.id: line for line in lines}
        self.rest.choices = [
            SelectChoice(state.value, STATES[state])
            for state in (AttendanceState.CAME, AttendanceState.NO_SHOW)
        ]
        sent = {row.form.person.data for row in self.rows}
        # At first everybody; later who was noted while the form was being filled in.
        self.added = [line for line in lines if line.person.id not in sent]
        for line in self.added:
            state = line.attendance.state.value if line.attendance else ""
            person = line.person
            self.rows.append_entry(
                {"person": person.id, "state": state, "minutes": minutes[person.id]}
            )

    def offer_leads(self, people: Sequence[Person]) -> None:
        """Whoever can have been in charge; nobody, until somebody is chosen."""
        self.led_by.choices = [SelectChoice("", _("Please choose"))] + [
            SelectChoice(str(number), name)
            for number, name in people_wording.told_apart(people).items()
        ]

    @property
    def listed(self) -> list[tuple[Line, Any]]:
        """Each person with their row of fields; rows of whom nobody knows are left out."""
        by_person = {row.form.person.data: row.form for row in self.rows}
        return [(line, by_person[number]) for number, line in self.lines.items()]

    @property
    def unmarked(self) -> int:
        return sum(row.mark is None for _line, row in self.listed)

    def validate_rest(self, field: RadioField) -> None:
        if self.added:
            raise ValidationError(
                _("Somebody was added meanwhile. Please look at the list once more.")
            )
        if self.unmarked and self.for_the_rest is None:
            raise ValidationError(
                ngettext(
                    "%(num)d person has no mark yet. Please say what holds for them.",
                    "%(num)d people have no mark yet. Please say what holds for them.",
                    self.unmarked,
                )
            )
        if self.for_the_rest is AttendanceState.CAME:
            self.ask_for_minutes()

    def ask_for_minutes(self) -> None:
        """Those whose row says nothing of itself came, too: each needs its minutes."""
        empty = [row for _line, row in self.listed if row.mark is None and row.minutes.data is None]
        for row in empty:
            row.minutes.errors = [_("How many minutes?")]
        if empty:
            raise ValidationError(_("How many minutes?"))

    @property
    def for_the_rest(self) -> AttendanceState | None:
        known = {AttendanceState.CAME.value, AttendanceState.NO_SHOW.value}
        return AttendanceState(self.rest.data) if self.rest.data in known else None

    def marks(self) -> dict[int, Mark]:
        found = {}
        for line, row in self.listed:
            state = row.mark or self.for_the_rest or AttendanceState.NO_SHOW
            found[line.person.id] = Mark(state, row.minutes.data or 0)
        return found

    def show_reasons(self, reasons: Mapping[int, str]) -> None:
        """Why these hours can't count, each beside its person."""
        for line, row in self.listed:
            if line.person.id in reasons:
                row.minutes.errors = [reasons[line.person.id]]


class ReopenForm(TidyForm):
    reason = StringField(__("Why is it opened again?"), [DataRequired(MISSING), Length(max=200)])


class MistakeForm(TidyForm):
    """What is wrong with which date or deed, in one's own words."""

    person = IntegerField(validators=[Optional()], widget=HiddenInput())
    about = SelectField(__("Which date is it about?"))
    words = TextAreaField(
        __("What is not right?"),
        [DataRequired(MISSING), Length(max=MOST_WORDS)],
        description=__("For example: I was there until 12. The coordinators of the team read it."),
        render_kw={"rows": 3},
    )

    def offer(self, noted: Sequence[Occurrence | Deed]) -> None:
        self.noted = {key_of(one): one for one in noted}
        self.about.choices = [
            SelectChoice(key, _("%(day)s, %(title)s", day=saying.day_words(one.day),
                                title=wording.noted_title(one)))
            for key, one in self.noted.items()
        ]  # fmt: skip

    @property
    def chosen(self) -> Occurrence | Deed:
        return self.noted[self.about.data]


def key_of(one: Occurrence | Deed) -> str:
    """How the form names a date or a deed: both have numbers."""
    return f"deed-{one.id}" if isinstance(one, Deed) else f"date-{one.id}"


class AnswerForm(TidyForm):
    note = IntegerField(validators=[DataRequired()])
    words = StringField(__("Your answer"), [DataRequired(MISSING), Length(max=MOST_WORDS)])
