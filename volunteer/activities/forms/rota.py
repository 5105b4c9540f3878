"""What may be typed about a rota: its terms, who has a seat, what a member wishes."""

from collections.abc import Mapping, Sequence

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, NumberRange

from volunteer.activities.models import RotaDraft, RotaWish
from volunteer.activities.models.rota import LARGEST_MOST, LARGEST_REST
from volunteer.activities.rota.board import Option
from volunteer.activities.rota.problem import Blocker, Terms
from volunteer.activities.rota.reasons import sentence
from volunteer.activities.rota.wishes import Wishes
from volunteer.core.forms import MISSING, CountField, Optional, SelectChoice, TidyForm
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin

# So many of whom a seat suits are shown as cards; everybody else stands in a list.
SUGGESTED = 6

BLOCKERS: dict[Blocker, Sentence] = {
    Blocker.AWAY: __("is away then"),
    Blocker.DECLINED: __("gave a place on this date back"),
    Blocker.NOT_FREE: __("has said no time then"),
    Blocker.UNTRAINED: __("has not had the training"),
    Blocker.LEADS: __("leads it"),
    Blocker.RESTING: __("comes on a day near it"),
    Blocker.ENOUGH: __("comes often enough this month"),
}


class TermsForm(TidyForm):
    """On which terms a month is proposed."""

    most_a_month = CountField(
        __("How often a month at most, for each person?"),
        [DataRequired(MISSING), NumberRange(1, LARGEST_MOST, __("A number from 1 to 31, please."))],
        default=4,
        description=__("Whoever wishes to come less often is asked less often."),
    )
    rest_days = CountField(
        __("How many free days between two times?"),
        [NumberRange(0, LARGEST_REST, __("A number from 0 to 6, please."))],
        default=1,
    )
    up_to_most = BooleanField(
        __("Fill every place"),
        description=__("Otherwise only as many as are needed, and the others can still sign up."),
    )
    afresh = HiddenField(validators=[Optional()])

    def show(self, draft: RotaDraft) -> None:
        self.process(
            data={
                "most_a_month": draft.most_a_month,
                "rest_days": draft.rest_days,
                "up_to_most": draft.up_to_most,
            }
        )

    def terms(self) -> Terms:
        return Terms(
            most_a_month=self.most_a_month.data or 1,
            rest_days=self.rest_days.data or 0,
            up_to_most=bool(self.up_to_most.data),
        )


class SeatForm(TidyForm):
    """Who has a seat: somebody whom it suits, somebody else, or nobody."""

    KEEP_EMPTY, LEAVE_OPEN, OTHER = "empty", "open", "other"

    choice = RadioField(__("Who shall be invited?"), [DataRequired(MISSING)])
    other = SelectField(__("Somebody else"), [Optional()])

    def offer(
        self, fitting: Sequence[Option], others: Sequence[Option], names: Mapping[int, str]
    ) -> None:
        """Put the people into the form, the first of whom it suits as cards."""
        cards = [
            card(option.person.id, names[option.person.id], sentence(option.reasons, names))
            for option in fitting[:SUGGESTED]
        ]
        rest = [
            *((str(o.person.id), names[o.person.id]) for o in fitting[SUGGESTED:]),
            *(
                (
                    str(o.person.id),
                    _("%(name)s: %(why)s", name=o.person.name, why=BLOCKERS[o.blocker]),
                )
                for o in others
                if o.blocker
            ),
        ]
        more = [card(self.OTHER, _("Somebody else"), _("Choose them below."))] if rest else []
        self.choice.choices = [
            *cards,
            *more,
            card(
                self.LEAVE_OPEN, _("Let it be proposed again"), _("The next proposal may fill it.")
            ),
            card(self.KEEP_EMPTY, _("Keep it empty"), _("Nobody is proposed for it.")),
        ]
        self.other.choices = [("", _("Please choose")), *rest]

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if valid and self.choice.data == self.OTHER and not self.other.data:
            self.other.errors = [str(MISSING)]
            return False
        return valid

    @property
    def person_id(self) -> int | None:
        """Whom they chose; None for nobody."""
        if self.choice.data == self.OTHER:
            return int(self.other.data)
        return int(self.choice.data) if str(self.choice.data).isdigit() else None


def card(value: object, label: str, hint: str) -> SelectChoice:
    return SelectChoice(str(value), label, render_kw={"description": hint})


class WishesForm(SeenMixin, TidyForm):
    """What a member wishes for the rota."""

    most_a_month = CountField(
        __("How often a month at most?"),
        [Optional(), NumberRange(0, LARGEST_MOST, __("A number from 0 to 31, please."))],
        description=__("Leave it empty if it does not matter. 0 means: do not propose me."),
    )
    works = SelectMultipleField(__("Which work do you like?"), [Optional()])
    beside = SelectField(__("With whom do you like to go?"), [Optional()])
    also_beside = SelectField(__("And with whom else?"), [Optional()])

    def offer(self, works: Sequence[str], people: Mapping[int, str]) -> None:
        # What they liked before stays to be chosen, though no coming date has it.
        kept = [work for work in self.works.data or () if work not in works]
        self.works.choices = [(work, work) for work in [*works, *kept]]
        named = [("", _("Nobody in particular"))]
        named += [(str(number), name) for number, name in people.items()]
        self.beside.choices = self.also_beside.choices = named

    def show(self, wish: RotaWish) -> None:
        first, second, *_more = [*map(str, wish.beside), "", ""]
        self.process(
            data={
                "most_a_month": wish.most_a_month,
                "works": wish.works,
                "beside": first,
                "also_beside": second,
            }
        )

    def wishes(self) -> Wishes:
        chosen = {int(field.data): None for field in (self.beside, self.also_beside) if field.data}
        return Wishes(self.most_a_month.data, self.works.data or [], list(chosen))
