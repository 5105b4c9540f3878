"""What may be typed about one date: another time or place, a reason, a place taken."""

from wtforms import (
    IntegerField,
    StringField,
)
from wtforms.validators import DataRequired, Length, Optional

from volunteer.activities.forms.fields import check_order, check_within_a_year
from volunteer.activities.models import Occurrence
from volunteer.activities.planning import DUE, DUE_UNTIL
from volunteer.activities.single_date import DatePlan
from volunteer.core import saying
from volunteer.core.forms import (
    MISSING,
    ClockField,
    DayField,
    TidyForm,
)
from volunteer.core.language import lazy_gettext as __


class DateForm(TidyForm):
    """Another time or place for one date."""

    day = DayField(__("On which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    starts = ClockField(__("From what time?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    ends = ClockField(__("Until what time?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    place = StringField(__("Where?"), [DataRequired(MISSING), Length(max=120)])
    note = StringField(
        __("Why? Everybody concerned reads it."), [Optional(), Length(max=200)],
    )  # fmt: skip

    def validate_day(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_ends(self, field: ClockField) -> None:
        check_order(self.starts, field)

    def leave_out_hours(self) -> None:
        """A task has a day and no hour."""
        del self.starts, self.ends

    def show(self, occurrence: Occurrence) -> None:
        self.process(
            data={
                "day": f"{occurrence.day:%Y-%m-%d}",
                "starts": saying.clock_words(occurrence.wall_starts),
                "ends": saying.clock_words(occurrence.wall_ends),
                "place": occurrence.place,
            }
        )

    def plan(self) -> DatePlan:
        hours = (self.starts.time, self.ends.time) if "starts" in self else (DUE, DUE_UNTIL)
        if hours[0] is None or hours[1] is None or self.day.day is None:
            raise ValueError("The form has not been checked.")
        return DatePlan(
            day=self.day.day,
            starts=hours[0],
            ends=hours[1],
            place=self.place.data or "",
            note=self.note.data or "",
        )


class CancelForm(TidyForm):
    reason = StringField(
        __("Why? Everybody concerned reads it."), [Optional(), Length(max=200)],
    )  # fmt: skip


class SignUpForm(TidyForm):
    """Which role; and for whom, when a coordinator asks."""

    role = IntegerField(validators=[DataRequired()])
    person = IntegerField(validators=[Optional()])
