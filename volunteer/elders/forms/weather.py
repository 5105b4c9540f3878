"""What may be typed about a round in heat or cold: its text and length, and what came of a call."""

from datetime import timedelta

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

from volunteer.core.forms import MISSING, Optional, SelectChoice, TidyForm
from volunteer.core.language import lazy_gettext as __
from volunteer.elders.models import Outcome


class RoundForm(TidyForm):
    words = TextAreaField(
        __("What are they to ask?"),
        [DataRequired(MISSING), Length(max=1000)],
        description=__("This stands above each caller's list. Change it as you like."),
        render_kw={"rows": 6},
    )
    days = RadioField(
        __("How long does the round run?"),
        choices=[
            SelectChoice("1", __("One day")),
            SelectChoice("2", __("Two days")),
            SelectChoice("3", __("Three days")),
        ],
        default="1",
        description=__("After that callers no longer see the names. You can end it earlier."),
    )
    rest = RadioField(
        __("Who calls those whom nobody looks after?"),
        choices=[
            SelectChoice("spread", __("The other volunteers, evenly"),
                         render_kw={"description": __("Nobody more than eight")}),
            SelectChoice("keep", __("I see to it myself")),
        ],
        default="spread",
    )  # fmt: skip

    @property
    def lasts(self) -> timedelta:
        return timedelta(days=int(self.days.data))


class OutcomeForm(TidyForm):
    outcome = StringField(validators=[AnyOf([o.value for o in Outcome if o != Outcome.WAITING])])
    note = StringField(validators=[Optional(), Length(max=500)])

    @property
    def came(self) -> Outcome:
        return Outcome(self.outcome.data or "")
