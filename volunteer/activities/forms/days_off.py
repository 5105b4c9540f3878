"""What may be typed when dates of a day, or of a place, are called off together."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from volunteer.activities import days_off, wording
from volunteer.activities.days_off import MOST_DAYS, DaysPlan, Outlook, Which
from volunteer.activities.models import Occurrence
from volunteer.core import clock, pressing, zones
from volunteer.core.database import LARGEST_NUMBER
from volunteer.core.forms import (
    MISSING,
    DayField,
    FormKeyField,
    Optional,
    SelectChoice,
    TicksField,
    TidyForm,
    check_days,
    check_within_a_year,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext

WHICH = {
    Which.ALL: __("All dates of the team"),
    Which.OUTDOORS: __("Only those outdoors"),
    Which.PLACE: __("Only those at one place"),
}

LONGEST_NUMBER = len(str(LARGEST_NUMBER))


class Why(StrEnum):
    WEATHER = "weather"
    CLOSED = "closed"
    ILLNESS = "illness"
    OTHER = "other"


# As it is kept: who reads it may speak another language than who chose it.
KEPT = {
    Why.WEATHER: "Bad weather",
    Why.CLOSED: "The place is closed",
    Why.ILLNESS: "Illness in the team",
}
WHY = {why: wording.CHOSEN[words] for why, words in KEPT.items()} | {
    Why.OTHER: __("Something else")
}


class DaysOffForm(TidyForm):
    """Which days, which dates, and why; then which of the dates found."""

    first_on = DayField(
        __("From which day on?"),
        [DataRequired(MISSING)],
        description=__("You may write “next Wed” or “14 Oct”."),
        render_kw={"class": "w-m"},
    )
    last_on = DayField(
        __("Until which day, that day included?"),
        [Optional()],
        description=__("For one day, leave it empty."),
        render_kw={"class": "w-m"},
    )
    which = RadioField(
        __("Which dates?"),
        choices=lambda: choices(Which, WHICH),
        default=Which.ALL.value,
    )
    place = SelectField(__("Which place?"), default="")
    reason = RadioField(
        __("Why? Everybody concerned reads it."),
        choices=lambda: choices(Why, WHY),
        default=Why.WEATHER.value,
    )
    words = StringField(__("Why, in your own words?"), [Length(max=200)])
    # Which numbers mean something, days_off.call_off() says under its lock.
    dates = TicksField(
        __("Which of them do not take place?"),
        validate_choice=False,
        choices=[],
    )
    # The mark of the dates that the page showed.
    seen = HiddenField()
    form_key = FormKeyField()

    def speak_of(self, zone_name: str, places: Sequence[str]) -> None:
        self.first_on.zone_name = self.last_on.zone_name = zone_name
        self.place.choices = [
            SelectChoice("", _("Please choose")),
            *(SelectChoice(place, place) for place in places),
        ]

    def show(self, asked: Mapping[str, str]) -> None:
        """What the address asks for; else tomorrow."""
        tomorrow = zones.day_in(self.first_on.zone_name, clock.now()) + timedelta(days=1)
        self.first_on.data = asked.get("first") or tomorrow.isoformat()
        self.last_on.data = asked.get("last", "")
        if asked.get("which") in set(Which):
            self.which.data = asked["which"]
        if asked.get("reason") in set(Why):
            self.reason.data = asked["reason"]

    def validate_first_on(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_last_on(self, field: DayField) -> None:
        check_days(self.first_on, field)
        first, last = self.first_on.day, field.day
        if first and last and (last - first).days >= MOST_DAYS:
            raise ValidationError(
                _("At most %(num)d days. For longer, let each activity pause.", num=MOST_DAYS)
            )

    def validate_place(self, field: SelectField) -> None:
        if self.which.data == Which.PLACE and not field.data:
            raise ValidationError(_("Please choose the place."))

    def validate_words(self, field: StringField) -> None:
        if self.reason.data == Why.OTHER and not field.data:
            raise ValidationError(_("Please write why."))

    def plan(self) -> DaysPlan:
        first = self.first_on.day
        if first is None:
            raise ValueError("The form has not been checked.")
        return DaysPlan(
            first,
            self.last_on.day or first,
            reason=KEPT.get(Why(self.reason.data)) or self.words.data or "",
            which=Which(self.which.data),
            place=self.place.data or "",
        )

    @property
    def chosen(self) -> set[int]:
        return {
            int(number)
            for number in self.dates.data or ()
            if number.isdecimal() and len(number) <= LONGEST_NUMBER
        }

    def offer(self, found: Sequence[Occurrence], outlook: Outlook, *, is_first: bool) -> None:
        """The dates that are meant; all of them ticked when the page is `is_first` drawn."""
        self.dates.choices = [
            SelectChoice(
                str(occurrence.id),
                f"{occurrence.title}{_(', ')}{wording.when(occurrence)}",
                render_kw={
                    "description": about(occurrence, outlook.portions.get(occurrence.id, 0))
                },
            )
            for occurrence in found
        ]
        if is_first:
            self.dates.data = [str(occurrence.id) for occurrence in found]
        self.seen.data = days_off.mark(found)
        self.form_key.data = self.form_key.data or pressing.new_form_key()


def about(occurrence: Occurrence, portions: int) -> str:
    """Where it is, who has a place, who waits, and how many lunches are booked."""
    coming = wording.coming(occurrence) if occurrence.taken else _("nobody has signed up")
    said = [occurrence.place, coming]
    if waiting := len(occurrence.active_signups) - occurrence.taken:
        said.append(ngettext("%(num)d person waits", "%(num)d people wait", waiting))
    if portions:
        said.append(ngettext("%(num)d lunch booked", "%(num)d lunches booked", portions))
    return _(", ").join(said)
