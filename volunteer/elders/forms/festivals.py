"""Whether an elder wants to be greeted on their birthday, and on which day."""

from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired

from volunteer.core.forms import MISSING, SelectChoice, TidyForm
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.elders.festivals import CalendarKind, YearlyDay

NO = "no"
NOT_CHOSEN = 0


class BirthdayForm(SeenMixin, TidyForm):
    wish = RadioField(
        __("Do they want to be greeted on their birthday?"),
        [DataRequired(MISSING)],
        choices=[
            SelectChoice(NO, __("No, or nobody has asked")),
            SelectChoice("lunar", __("Yes, by the lunar calendar")),
            SelectChoice("solar", __("Yes, by the solar calendar")),
        ],
        description=__("Only if they want it. Without the wish no day is kept."),
    )
    month = SelectField(__("In which month?"), coerce=int, render_kw={"class": "w-s"})
    day = SelectField(__("On which day?"), coerce=int, render_kw={"class": "w-s"})

    def __init__(self) -> None:
        super().__init__()
        chosen_yet = SelectChoice(NOT_CHOSEN, _("Please choose"))
        self.month.choices = [chosen_yet, *(SelectChoice(n, str(n)) for n in range(1, 13))]
        self.day.choices = [chosen_yet, *(SelectChoice(n, str(n)) for n in range(1, 32))]

    def show(self, yearly: YearlyDay | None) -> None:
        if yearly is None:
            self.process(data={"wish": NO, "month": NOT_CHOSEN, "day": NOT_CHOSEN})
        else:
            self.process(data={"wish": yearly.calendar, "month": yearly.month, "day": yearly.day})

    def validate_month(self, field: SelectField) -> None:
        if self.yearly is not None and field.data == NOT_CHOSEN:
            raise ValidationError(MISSING)

    def validate_day(self, field: SelectField) -> None:
        yearly = self.yearly
        if yearly is not None and field.data == NOT_CHOSEN:
            raise ValidationError(MISSING)
        if yearly is not None and self.month.data != NOT_CHOSEN and not yearly.exists:
            raise ValidationError(
                _("There is no such day. Please look again at the month and the day.")
            )

    @property
    def yearly(self) -> YearlyDay | None:
        """None when they do not want it."""
        # Also when it is none of the two: then the field says so, and asks no calendar.
        if self.wish.data not in set(CalendarKind):
            return None
        return YearlyDay(CalendarKind(self.wish.data), self.month.data or 0, self.day.data or 0)
