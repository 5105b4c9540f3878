"""What may be typed about calendars: which one."""

from wtforms import HiddenField
from wtforms.validators import DataRequired, Length

from volunteer.core.database import LARGEST_NUMBER
from volunteer.core.forms import TidyForm

# Of thousands of digits Python makes no number.
LONGEST_NUMBER = len(str(LARGEST_NUMBER))


class WhichForm(TidyForm):
    """Named as addresses.Calendar.key says; for whom the page was drawn."""

    calendar = HiddenField(validators=[DataRequired()])
    person = HiddenField(validators=[DataRequired(), Length(max=LONGEST_NUMBER)])
