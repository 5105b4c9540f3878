"""What whoever took a call writes down."""

from datetime import datetime

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from volunteer.core import clock, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    DayField,
    Optional,
    PhoneField,
    TidyForm,
    check_not_far_off,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.help_requests.calls import CallDetails

LONGEST_WORDS = 2000


class CallForm(TidyForm):
    """Left empty, it rang just now, and nothing was promised."""

    name = StringField(__("Who rang?"), [Optional(), Length(max=30)])
    phone = PhoneField(__("From which number?"))
    words = TextAreaField(
        __("What did they say?"),
        [Length(max=LONGEST_WORDS)],
        description=__("In their own words, as far as you can."),
        render_kw={"rows": 4},
    )
    rang_on = DayField(__("On which day did they ring?"), render_kw={"class": "w-m"})
    rang_at = ClockField(
        __("At what time?"), description=__("Empty: just now."), render_kw={"class": "w-m"}
    )
    back_on = DayField(
        __("Until which day did you promise to call back?"), render_kw={"class": "w-m"}
    )
    back_at = ClockField(
        __("Until what time do we call back?"), description=__("Empty: nothing was promised."),
        render_kw={"class": "w-m"},
    )  # fmt: skip

    def validate_words(self, field: TextAreaField) -> None:
        if not (field.data or "").strip():
            raise ValidationError(MISSING)

    def validate_rang_at(self, field: ClockField) -> None:
        self.check_time(self.rang_on, field)

    def validate_back_on(self, field: DayField) -> None:
        check_not_far_off(field)

    def validate_back_at(self, field: ClockField) -> None:
        self.check_time(self.back_on, field)

    def check_time(self, day: DayField, at: ClockField) -> None:
        """A day alone would be forgotten."""
        if day.day is not None and at.time is None:
            raise ValidationError(_("At what time on that day?"))

    def in_zone(self, zone: str) -> None:
        self.rang_on.zone_name = self.back_on.zone_name = self.zone = zone

    def details(self) -> CallDetails:
        return CallDetails(
            words=self.words.data or "",
            name=self.name.data or "",
            phone=self.phone.data or "",
            rang_at=self.moment(self.rang_on, self.rang_at),
            call_back_by=self.moment(self.back_on, self.back_at),
        )

    def moment(self, day: DayField, at: ClockField) -> datetime | None:
        """The time on that day; without a day today; nothing, when no time was written."""
        if at.time is None:
            return None
        today = zones.day_in(self.zone, clock.now())
        return zones.at(day.day or today, at.time, self.zone)
