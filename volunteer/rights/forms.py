"""What may be typed about being forgotten."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from volunteer.core.forms import Optional, TidyForm
from volunteer.core.language import lazy_gettext as __


class AskForm(TidyForm):
    words = TextAreaField(
        __("Is there anything you would like to say?"),
        [Optional(), Length(max=300)],
        description=__("You need not give a reason."),
        render_kw={"rows": 3},
    )


class AskForMemberForm(TidyForm):
    words = TextAreaField(
        __("What did they say?"),
        [Optional(), Length(max=300)],
        description=__("In their own words. They need not give a reason."),
        render_kw={"rows": 3},
    )


class RefuseForm(TidyForm):
    reason = TextAreaField(
        __("Why not?"),
        [
            DataRequired(
                __("Please say why not: they may ask somebody else whether that is right.")
            ),
            Length(max=500),
        ],
        description=__("They read it just as you write it."),
        render_kw={"rows": 4},
    )
