"""What is answered about the dates of a new series that will fall on public holidays."""

from collections.abc import Sequence
from datetime import date

from wtforms import FieldList, FormField, HiddenField, RadioField, ValidationError
from wtforms.validators import InputRequired

from volunteer.activities.holiday_questions import Decision
from volunteer.activities.models import HolidayAnswer
from volunteer.core import saying
from volunteer.core.forms import MISSING, DayField, RowForm, TidyForm, check_within_a_year, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __

ANSWERS = {
    HolidayAnswer.GOES_ON: __("Goes on"),
    HolidayAnswer.MOVED: __("Move"),
    HolidayAnswer.CANCELLED: __("Cancel"),
}


class HolidayForm(RowForm):
    """One date on a holiday: does it go on, is it moved, is it cancelled?"""

    day = HiddenField()
    answer = RadioField(choices=lambda: choices(HolidayAnswer, ANSWERS))
    moved_to = DayField(__("To which day?"), render_kw={"class": "w-m"})

    def validate_moved_to(self, field: DayField) -> None:
        # What could not be read has been said already.
        if self.answer.data != HolidayAnswer.MOVED or field.errors:
            return
        if field.day is None:
            raise ValidationError(MISSING)
        check_within_a_year(field)
        if field.day.isoformat() == self.day.data:
            raise ValidationError(_("Please choose another day than the holiday."))


class HolidaysForm(TidyForm):
    """All of them, each with a row; asked anew when the plan means other days by now."""

    holidays = FieldList(FormField(HolidayForm))

    def __init__(self, named: Sequence[tuple[date, str]], zone_name: str) -> None:
        super().__init__()
        rows = [{"day": day.isoformat()} for day, _name in named]
        if [row.form.day.data for row in self.holidays] != [row["day"] for row in rows]:
            super().__init__(formdata=None, data={"holidays": rows})
        self.named = named
        for row, (day, name) in zip(self.holidays, named, strict=True):
            words = saying.day_words(day)
            row.form.moved_to.zone_name = zone_name
            row.form.answer.label.text = _(
                "%(day)s is a holiday: %(holiday)s", day=words, holiday=name
            )
            missing = _("What becomes of %(day)s? Please choose one.", day=words)
            row.form.answer.validators = [InputRequired(missing)]

    def decisions(self) -> list[Decision]:
        return [
            Decision(
                day=day,
                answer=HolidayAnswer(row.form.answer.data),
                holiday=name,
                moved_to=row.form.moved_to.day,
            )
            for row, (day, name) in zip(self.holidays, self.named, strict=True)
        ]
