"""What may be typed about help requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from volunteer.core import chinese
from volunteer.core.forms import (
    MISSING,
    ClockField,
    DayField,
    PhoneField,
    SelectChoice,
    TidyForm,
    choices,
)
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.elders.models import Elder
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.errors import NothingAsked, PhoneNeeded, WordsNeeded
from volunteer.help_requests.models import ForWhom, HelpKind, HelpRequest, Wanted
from volunteer.help_requests.wording import (
    FOR_WHOM,
    KIND_HINTS,
    KINDS,
    WANTED,
    WANTED_HINTS,
)
from volunteer.network.models import Place
from volunteer.people.models import Person

LONGEST_WORDS = 2000
KIND_ICONS = {
    HelpKind.SHOPPING: "bag",
    HelpKind.CLINIC: "shield",
    HelpKind.REPAIR: "pen",
    HelpKind.HAIRCUT: "person",
    HelpKind.MEAL: "bowl",
    HelpKind.TALK: "word",
    HelpKind.OTHER: "info",
}


def kinds_offered() -> list[SelectChoice]:
    offered = choices(HelpKind, KINDS, KIND_HINTS)
    for choice in offered:
        choice.render_kw = {**choice.render_kw, "icon": KIND_ICONS[HelpKind(choice.value)]}
    return offered


class NeededPhoneField(PhoneField):
    """A phone number that can't be left out."""

    def __init__(self, label: Sentence, *, missing: Sentence, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.flags.optional = False
        self.missing = missing

    def pre_validate(self, form: BaseForm) -> None:
        if not self.data:
            raise StopValidation(str(self.missing))


class AskForm(TidyForm):
    """Asking for help; a coordinator enters the same for somebody who called."""

    kinds = SelectMultipleField(__("What help is needed?"), choices=kinds_offered)
    words = TextAreaField(
        __("Tell us what it is about"),
        [Length(max=LONGEST_WORDS)],
        description=__("You may speak into the microphone on your phone's keyboard."),
        render_kw={"rows": 4},
    )
    for_whom = RadioField(
        __("Who needs the help?"),
        choices=lambda: choices(ForWhom, FOR_WHOM),
        default=ForWhom.SELF.value,
    )
    beneficiary = StringField(
        __("How do we call the one you ask for?"), [Optional(), Length(max=30)]
    )
    is_agreed = BooleanField(
        __("I have asked them first"),
        description=__("If not, we call you before anybody goes there."),
    )
    address = StringField(
        __("Where does whoever needs help live?"),
        [Optional(), Length(max=120)],
        description=__("Estate, building and door. Only who comes reads it."),
        render_kw={"autocomplete": "street-address"},
    )
    wanted = RadioField(
        __("When would it suit?"),
        choices=lambda: choices(Wanted, WANTED, WANTED_HINTS),
        default=Wanted.SOON.value,
    )
    wanted_words = StringField(
        __("Is there anything to know about the time?"), [Optional(), Length(max=100)]
    )
    phone = NeededPhoneField(
        __("Which phone shall we call?"),
        missing=PhoneNeeded.message,
        description=__("A mobile phone or a landline. We only call you back about this."),
    )
    name = StringField(
        __("How may we call you?"),
        [Optional(), Length(max=30)],
        render_kw={"autocomplete": "name"},
    )
    community = RadioField(__("In which community?"), [InputRequired(MISSING)], coerce=int)
    # Sent by the page that shows 120 and 110: it has been read.
    no_danger = HiddenField()

    def offer_communities(self, communities: Sequence[Place], chosen: Place | None) -> None:
        """The question is only asked when there is more than one answer."""
        self.community.choices = [SelectChoice(place.id, place.name) for place in communities]
        if self.community.data is None or len(communities) == 1:
            first = communities[0].id if len(communities) == 1 else None
            self.community.data = chosen.id if chosen else first
        if len(communities) == 1:
            # Nothing needs to be sent: one answer is no question.
            self.community.validators = []
            self.community.flags.required = False

    def without_communities(self) -> None:
        """For a team, whose community is known."""
        del self.community

    def know(self, person: Person, latest: HelpRequest | None) -> None:
        """Who is signed in need not say again what they have told us."""
        self.name.data, self.phone.data = person.name, person.phone
        if latest is not None and latest.for_whom is ForWhom.SELF:
            self.address.data = latest.address

    def validate_words(self, field: TextAreaField) -> None:
        if not (field.data or "").strip() and not self.kinds.data:
            raise ValidationError(NothingAsked.message)

    def details(self) -> HelpDetails:
        return HelpDetails(
            kinds=[HelpKind(value) for value in self.kinds.data or []],
            words=self.words.data or "",
            for_whom=ForWhom(self.for_whom.data),
            beneficiary=self.beneficiary.data or "",
            address=self.address.data or "",
            is_agreed=bool(self.is_agreed.data),
            wanted=Wanted(self.wanted.data),
            wanted_words=self.wanted_words.data or "",
            name=self.name.data or "",
            phone=chinese.phone_digits(self.phone.data or ""),
        )

    def typed(self) -> list[tuple[str, str]]:
        """Everything that was typed, as it would be sent again."""
        pairs = []
        for field in self:
            if field.name in {"csrf_token", "no_danger"} or field.data in (None, "", False):
                continue
            values = field.data if isinstance(field.data, list) else [field.data]
            pairs += [(field.name, "y" if value is True else str(value)) for value in values]
        return pairs


class FindForm(TidyForm):
    """The number on the paper, and the phone."""

    number = StringField(
        __("Which number did you write down?"),
        [DataRequired(MISSING), Length(max=20)],
        description=__("Four or five digits. You got it when you asked."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "w-m"},
    )
    phone = NeededPhoneField(
        __("Which phone number did you leave?"),
        missing=MISSING,
        description=__("The one that we should call."),
    )


def words_needed(form: TidyForm, field: TextAreaField) -> None:
    """A validator: a sentence that the resident reads."""
    if not (field.data or "").strip():
        raise ValidationError(WordsNeeded.message)


def words_field(label: str, *, needed: bool = False, description: str = "") -> TextAreaField:
    """An UnboundField, as WTForms makes it."""
    checks = [words_needed] if needed else [Optional()]
    return TextAreaField(
        label,
        [*checks, Length(max=LONGEST_WORDS)],
        description=description,
        render_kw={"rows": 3},
    )


class ReopenForm(TidyForm):
    words = words_field(__("What is not well yet?"), needed=True)


class AnswerForm(TidyForm):
    """What the resident reads when the team takes it on."""

    words = words_field(
        __("What do you tell the resident?"),
        description=__("What you said on the phone, what happens next. The resident reads it."),
    )


class RefusalForm(TidyForm):
    """Who else can do it, or why nobody can: never without words."""

    words = words_field(
        __("To whom do you refer it, or why can't it be done?"),
        needed=True,
        description=__("The resident reads it. Please name a place and a phone, if there is one."),
    )


class NoteForm(TidyForm):
    words = words_field(__("What is worth writing down?"), needed=True)
    reader = RadioField(
        __("Who reads it?"),
        choices=lambda: [
            SelectChoice("team", _("Only the coordinators")),
            SelectChoice("resident", _("The resident, too")),
        ],
        default="team",
    )


class ElderForm(TidyForm):
    elder = SelectField(__("Which elder is it for?"), coerce=int)

    def offer(self, elders: Sequence[Elder], chosen: int | None) -> None:
        self.elder.choices = [
            SelectChoice(0, _("none of the team's elders")),
            *(
                SelectChoice(e.id, " ".join([e.preferred_name, e.home.to_the_building]).strip())
                for e in elders
            ),
        ]
        if self.elder.raw_data is None or not self.elder.raw_data:
            self.elder.data = chosen or 0


class BriefForm(TidyForm):
    brief = words_field(
        __("What should a volunteer know before saying yes?"),
        description=__("Without a name and without an address. What to bring, how long it takes."),
    )


class TimeForm(TidyForm):
    """When the volunteer comes."""

    day = DayField(
        __("On which day?"),
        [DataRequired(MISSING)],
        description=__("“Tomorrow” is fine, and so is “10月14日”."),
        render_kw={"class": "w-m"},
    )
    at = ClockField(
        __("At what time?"),
        [DataRequired(MISSING)],
        description=__("“3 pm” is fine, and so is “15:00”."),
        render_kw={"class": "w-m"},
    )

    @property
    def wall(self) -> datetime:
        if self.day.day is None or self.at.time is None:
            raise ValueError("The form has not been checked.")
        return datetime.combine(self.day.day, self.at.time)


class DoneForm(TidyForm):
    words = words_field(
        __("How did it go?"), description=__("The resident reads it. You may leave it empty.")
    )


class AskVolunteerForm(TidyForm):
    person = HiddenField(validators=[DataRequired()])
