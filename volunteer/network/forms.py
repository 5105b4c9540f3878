"""What may be typed about a holiday."""

from datetime import date, timedelta
from functools import partial

from wtforms import RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from volunteer.core import clock, saying
from volunteer.core.forms import MISSING, DayField, Optional, TidyForm, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.network.models import HolidayKind

KINDS = {
    HolidayKind.HOLIDAY: __("A day off"),
    HolidayKind.MAKEUP: __("A weekend day that is worked"),
}


# The years that have a page, before this one and after it.
YEARS_AROUND = (-1, 2)
# The longest so far were nine; who mistypes the last day shall not make a month free.
MOST_DAYS = 16


class HolidayForm(TidyForm):
    """`year`: that of the page, which is meant when none is typed."""

    def __init__(self, year: int) -> None:
        super().__init__()
        self.day.reads = self.until.reads = partial(saying.read_day_in, year)

    day = DayField(__("Which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    until = DayField(
        __("Until which day?"),
        [Optional()],
        description=__("For a single day, leave it empty."),
        render_kw={"class": "w-m"},
    )
    kind = RadioField(
        __("Is it off or worked?"),
        default=HolidayKind.HOLIDAY,
        choices=lambda: choices(HolidayKind, KINDS),
    )
    name = StringField(
        __("What is it called?"),
        [DataRequired(MISSING), Length(max=30)],
        description=__("For example: 春节."),
    )

    def validate_day(self, field: DayField) -> None:
        before, after = YEARS_AROUND
        if field.day and not before <= field.day.year - clock.today().year <= after:
            raise ValidationError(_("Please choose a day of one of the years above."))

    def validate_until(self, field: DayField) -> None:
        if not (field.day and self.day.day):
            return
        if field.day < self.day.day:
            raise ValidationError(_("The last day lies before the first."))
        if (field.day - self.day.day).days >= MOST_DAYS:
            raise ValidationError(_("That is too long for one holiday."))

    @property
    def days(self) -> list[date]:
        """All of them, from the first to the last."""
        first = self.day.day
        if first is None:
            return []
        last = self.until.day or first
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]
