"""What is typed about the money of an errand."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from volunteer.core.forms import MISSING, Optional, TidyForm, choices
from volunteer.core.language import lazy_gettext as __
from volunteer.help_requests.forms.asking import AmountField
from volunteer.help_requests.models import SignedHow
from volunteer.help_requests.wording import SIGNED_HOW
from volunteer.pictures.forms import PictureField


class GivenForm(TidyForm):
    given = AmountField(
        __("How many yuan did you get?"),
        [InputRequired(MISSING)],
        description=__("Count it together, before you go."),
    )


class CountForm(TidyForm):
    """Spent and brought back; what does not fit needs a sentence."""

    spent = AmountField(__("How many yuan were spent?"), [InputRequired(MISSING)])
    returned = AmountField(__("How many yuan do you bring back?"), [InputRequired(MISSING)])
    explanation = TextAreaField(
        __("If it does not fit together: why?"),
        [Optional(), Length(max=300)],
        render_kw={"rows": 2},
    )
    receipt = PictureField(__("A photo of the receipt"))


class SignForm(TidyForm):
    how = RadioField(
        __("How do they say that it is right?"),
        [InputRequired(MISSING)],
        choices=lambda: choices(SignedHow, SIGNED_HOW),
        default=SignedHow.FINGER.value,
    )
    paper = PictureField(__("A photo of the signature on paper"))
