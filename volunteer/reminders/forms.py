"""What is typed about reminders and calls."""

from collections.abc import Collection, Sequence
from datetime import time
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    StringField,
    ValidationError,
)
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    StopValidation,
)

from volunteer.core import saying
from volunteer.core.forms import (
    MISSING,
    ClockField,
    CountField,
    Optional,
    RowField,
    RowForm,
    SelectChoice,
    TicksField,
    TidyForm,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.notifications.models import Channel
from volunteer.notifications.outbox import channel_for
from volunteer.people.models import Person
from volunteer.people.wording import told_apart
from volunteer.reminders.models import CallResult, Offset
from volunteer.reminders.models.plans import MOST_DAYS
from volunteer.reminders.phone_tree import callers_needed
from volunteer.reminders.plans import TeamSays

# Nobody is reminded at night, whatever somebody types.
EARLIEST, LATEST = time(8), time(21)
MOST_TIMES = 4
# Of those who could be asked, so many are ticked.
TICKED_AT_FIRST = 4
HOW = {
    Channel.EMAIL: __("by email"),
    Channel.SMS: __("by text message"),
    Channel.PUSH: __("on their phone"),
}


def check_by_day(_form: Any, field: Any) -> None:
    """A validator: an hour at which people are awake."""
    if field.time is not None and not EARLIEST <= field.time < LATEST:
        raise ValidationError(_("Please choose an hour between 8 in the morning and 9 at night."))


def check_days(form: Any, field: Any) -> None:
    """A validator: a row may be left out as a whole; a time without its days may not."""
    if field.data is None:
        if (form.at.data or "").strip() or "".join(field.raw_data or []).strip():
            raise ValidationError(MISSING)
        raise StopValidation


class OffsetForm(RowForm):
    """One time before a date; without a time it is left out."""

    days = CountField(
        __("How many days before?"),
        [check_days, NumberRange(0, MOST_DAYS, __("From 0 (the same day) to 14 days."))],
    )
    at = ClockField(__("At what time?"), [Optional(), check_by_day], render_kw={"class": "w-m"})

    @property
    def offset(self) -> Offset | None:
        if self.days.data is None or self.at.time is None:
            return None
        return Offset(self.days.data, self.at.time)


class TimesForm(SeenMixin, TidyForm):
    """Up to four times; empty rows are left out."""

    times = FieldList(FormField(OffsetForm), min_entries=MOST_TIMES, max_entries=MOST_TIMES)

    @property
    def offsets(self) -> list[Offset]:
        found = [entry.form.offset for entry in self.times]
        return [offset for offset in found if offset is not None]


def times_data(offsets: Sequence[Offset]) -> list[dict[str, Any]]:
    return [{"days": o.days, "at": saying.clock_words(o.at)} for o in offsets[:MOST_TIMES]]


class TeamTimesForm(TimesForm):
    own_line = StringField(
        __("A sentence of your own under every reminder?"),
        [Optional(), Length(max=120)],
        description=__("For example: it takes place in the rain, too."),
    )
    watch_days = CountField(
        __("How many days before a date that lacks people shall members be asked?"),
        [InputRequired(MISSING), NumberRange(0, 7, __("From 0 (never) to 7 days."))],
        description=__("A few at a time, those asked least first, never at night; 0 asks nobody."),
    )

    def show(self, says: TeamSays) -> None:
        self.process(
            data={
                "times": times_data(says.offsets),
                "own_line": says.own_line,
                "watch_days": says.watch_days,
            }
        )


class ActivityTimesForm(TimesForm):
    """Of one activity, or of one kind of its work; `shown`: what its page shows before it is filled
    in."""

    own = BooleanField(__("Times of its own, as written below"))
    shown: Sequence[Offset] = ()

    def validate_own(self, field: BooleanField) -> None:
        """Other times without the tick would be lost, and nobody would notice."""
        if field.data or self.times.errors or not self.offsets:
            return
        if self.offsets != list(self.shown):
            raise ValidationError(_("Other times are written below: please tick this as well."))

    def show(self, offsets: Sequence[Offset], *, is_own: bool) -> None:
        self.process(data={"times": times_data(offsets), "own": is_own})


class CallForm(TidyForm):
    result = StringField(validators=[AnyOf([r.value for r in CallResult if r != "waiting"])])
    note = StringField(validators=[Optional(), Length(max=200)])

    @property
    def said(self) -> CallResult:
        return CallResult(self.result.data or "")


class PhoneTreeForm(TidyForm):
    callers = TicksField(
        __("Who calls?"),
        [DataRequired(__("Please choose at least one."))],
        coerce=int,
    )
    backup = RowField(
        __("Who calls if one of them can't?"),
        description=__("They see a share once its caller hands it on, or after two hours."),
    )

    def offer(self, people: Sequence[Person], calls: int) -> None:
        names = told_apart(people)
        self.callers.choices = [SelectChoice(number, name) for number, name in names.items()]
        self.backup.offer(self.callers.choices)
        self.callers.description = _(
            "Each has at most eight calls; so at least %(number)d.", number=callers_needed(calls)
        )

    def chosen(self, people: Sequence[Person]) -> tuple[list[Person], Person]:
        by_number = {person.id: person for person in people}
        return [by_number[n] for n in self.callers.data or []], by_number[self.backup.data or 0]


class InvitingForm(TidyForm):
    people = TicksField(
        __("Who is asked?"),
        [DataRequired(__("Please choose at least one."))],
        coerce=int,
        # Whom somebody else has asked meanwhile stands on the list no more.
        validate_choice=False,
    )

    def offer(self, people: Sequence[Person]) -> None:
        self.people.choices = [
            SelectChoice(number, name, render_kw={"description": HOW[channel_for(person)]})
            for person, (number, name) in zip(people, told_apart(people).items(), strict=True)
        ]

    def tick(self, people: Sequence[Person], numbers: Collection[int]) -> None:
        """Those of these people who are meant; nobody in particular means the first few."""
        offered = [person.id for person in people]
        meant = [number for number in offered if number in numbers]
        self.people.data = meant or offered[:TICKED_AT_FIRST]
