"""What may be typed about calendars: which one."""

from wtforms import HiddenField
from wtforms.validators import DataRequired

from volunteer.core.forms import TidyForm


class WhichForm(TidyForm):
    """Named as addresses.Calendar.key says; for whom the page was drawn."""

    calendar = HiddenField(validators=[DataRequired()])
    person = HiddenField(validators=[DataRequired()])
