"""What may be typed when nobody answers: what was done, and that all is well."""

from wtforms import RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from volunteer.core.forms import MISSING, Optional, SelectChoice, TidyForm, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.elders import wording
from volunteer.elders.errors import NotSafeYet
from volunteer.elders.models import Ending, StepKind

REACHED, NOT_REACHED = "yes", "no"


class StepForm(TidyForm):
    """One of the steps, with one of its two buttons."""

    kind = RadioField(choices=choices(StepKind, wording.STEPS))
    reached = RadioField(
        choices=[SelectChoice(REACHED, __("Somebody answered")),
                 SelectChoice(NOT_REACHED, __("Nobody answered"))],
    )  # fmt: skip
    words = StringField(__("Whom, and what did they say?"), [Optional(), Length(max=300)])

    @property
    def was_reached(self) -> bool:
        return bool(self.reached.data == REACHED)


SPOKE = SelectChoice(Ending.SPOKE.value, wording.ENDINGS[Ending.SPOKE], render_kw={"icon": "yes"})
HANDED_OVER = SelectChoice(
    Ending.HANDED_OVER.value, wording.ENDINGS[Ending.HANDED_OVER], render_kw={"icon": "swap"}
)


class SafeForm(TidyForm):
    """How somebody has made sure that an elder is safe."""

    ending = RadioField(
        __("What has become clear?"),
        [DataRequired(MISSING)],
        choices=[SPOKE, HANDED_OVER],
    )
    words = StringField(
        __("How are they?"),
        [Length(max=300)],
        description=__("Such as: was at the market, is well."),
    )
    handed_to = StringField(
        __("Who takes care of it now?"),
        [Length(max=60)],
        description=__(
            "A name: somebody who goes on until they know. Only when it is handed over."
        ),
    )

    def keep_to_speaking(self) -> None:
        """Who stands at the door says only that they have spoken with them."""
        self.ending.choices = [SPOKE]
        del self.handed_to

    def validate_words(self, field: StringField) -> None:
        if self.ending.data == Ending.SPOKE.value and not field.data:
            raise ValidationError(str(NotSafeYet.message))

    def validate_handed_to(self, field: StringField) -> None:
        if self.ending.data == Ending.HANDED_OVER.value and not field.data:
            raise ValidationError(_("To whom? Please write the name."))
