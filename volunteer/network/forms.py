"""What may be typed about a holiday."""

from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from volunteer.core.forms import MISSING, DayField, TidyForm, choices
from volunteer.core.language import lazy_gettext as __
from volunteer.network.models import HolidayKind

KINDS = {
    HolidayKind.HOLIDAY: __("A day off"),
    HolidayKind.MAKEUP: __("A weekend day that is worked"),
}


class HolidayForm(TidyForm):
    day = DayField(__("Which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
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
