"""What may be typed by who comes or can't come, and by who would come instead."""

from collections.abc import Sequence

from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Regexp

from volunteer.activities import wording
from volunteer.activities.excuses import Reason
from volunteer.activities.models import Coming, Excuse, Signup
from volunteer.activities.wording import EXCUSES
from volunteer.core.forms import MISSING, Optional, SelectChoice, TidyForm
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen import MARK_LETTERS

UNSAID = ""
LOOK = "look"
NOT, AFTER_ALL, MISTAKEN = "no", "after_all", "mistaken"


class ExcuseForm(TidyForm):
    """Why somebody can't come, and whether we ask others. Nothing of it has to be said."""

    reason = RadioField(
        __("Why?"),
        choices=[
            SelectChoice(UNSAID, __("I'd rather not say")),
            *(SelectChoice(kind.value, words) for kind, words in EXCUSES.items()),
        ],
        default=UNSAID,
    )
    note = StringField(
        __("Anything the coordinator should know?"),
        [Optional(), Length(max=200)],
        description=__("Only coordinators read it."),
    )
    step = StringField()

    @property
    def looks_for_somebody(self) -> bool:
        return bool(self.step.data == LOOK)

    def given(self) -> Reason:
        kind = Excuse(self.reason.data) if self.reason.data else None
        return Reason(kind, self.note.data or "")


class ComingForm(TidyForm):
    """What somebody says of their own place, shortly before."""

    said = StringField(validators=[AnyOf([*Coming, NOT, AFTER_ALL, MISTAKEN])])
    person = IntegerField(validators=[Optional()])
    # Whose word is taken back.
    noted_by = IntegerField(validators=[Optional()])
    # The time and place that the page showed: Occurrence.seen_mark.
    seen = StringField(validators=[Optional(), Length(max=MARK_LETTERS)])

    @property
    def coming(self) -> Coming | None:
        """None for a no."""
        return Coming(self.said.data) if self.said.data in set(Coming) else None

    @property
    def is_mistaken(self) -> bool:
        """What somebody has noted for them was a mistake."""
        return bool(self.said.data == MISTAKEN)

    @property
    def is_after_all(self) -> bool:
        return bool(self.said.data == AFTER_ALL)


class AnswerForm(TidyForm):
    """Yes or no; and whose answer it is, when a coordinator has them on the phone."""

    answer = StringField(validators=[AnyOf(["yes", "no"])])
    person = IntegerField(validators=[Optional()])
    # The time that the page showed: Occurrence.time_mark.
    seen = StringField(validators=[Optional(), Regexp(r"\d{1,12}-\d{1,12}\Z")])

    @property
    def is_yes(self) -> bool:
        return bool(self.answer.data == "yes")


class SwapForm(TidyForm):
    other = RadioField(__("For which date?"), [DataRequired(MISSING)], coerce=int)

    def __init__(self, possible: Sequence[Signup]) -> None:
        super().__init__()
        self.other.choices = [
            SelectChoice(
                signup.id,
                wording.when(signup.occurrence),
                render_kw={
                    "description": _(
                        "The place of %(name)s: %(role)s",
                        name=signup.person.name,
                        role=signup.role.name,
                    ),
                },
            )
            for signup in possible
        ]


class SwapAnswerForm(TidyForm):
    answer = StringField(validators=[AnyOf(["yes", "no", "back"])])
