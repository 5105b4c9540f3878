"""What somebody types who asks for help, or looks how it stands."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
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
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from volunteer.core import chinese, clock, yuan, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    DayField,
    Optional,
    PhoneField,
    SelectChoice,
    TidyForm,
    check_lies_ahead,
    choices,
)
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.help_requests import bounds
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.errors import AmountNeeded, NothingAsked, PhoneNeeded
from volunteer.help_requests.models import ForWhom, HelpKind, HelpRequest, Speech, Wanted
from volunteer.help_requests.particulars import Particulars
from volunteer.help_requests.wording import (
    FOR_WHOM,
    FOR_WHOM_ELSE,
    KIND_HINTS,
    KINDS,
    SPEECHES,
    WANTED,
    WANTED_HINTS,
)
from volunteer.network.models import Place
from volunteer.people.models import Person

LONGEST_WORDS = 2000
KIND_ICONS = {
    HelpKind.SHOPPING: "bag",
    HelpKind.CLINIC: "pulse",
    HelpKind.REPAIR: "tool",
    HelpKind.HAIRCUT: "scissors",
    HelpKind.MEAL: "bowl",
    HelpKind.TALK: "talk",
    HelpKind.CARE: "warn",
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


# What pages send along by themselves.
NOT_TYPED = {"csrf_token", "no_danger", "knows_bounds"}


class AmountField(StringField):
    """An amount of money in yuan, or nothing; `fen` holds what was understood."""

    fen: int | None = None

    def __init__(self, label: Sentence, validators: Any = (), **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "decimal", "class": "w-m"})
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: BaseForm) -> None:
        if not (self.data or "").strip():
            return
        self.fen = yuan.in_fen(self.data or "")
        if self.fen is None:
            raise ValidationError(AmountNeeded.message)


class AskForm(TidyForm):
    """Asking for help; a coordinator enters the same for somebody who called."""

    kinds = SelectMultipleField(__("What help is needed?"), choices=kinds_offered)
    words = TextAreaField(
        __("Tell us what it is about"),
        [Length(max=LONGEST_WORDS)],
        description=__("You may speak into the microphone on your phone's keyboard."),
        render_kw={"rows": 4},
    )
    shopping_list = TextAreaField(
        __("What shall be bought?"),
        [Optional(), Length(max=LONGEST_WORDS)],
        description=__("One thing a line: a pound of pork, a bunch of celery."),
        render_kw={"rows": 4},
    )
    budget = AmountField(__("How many yuan at most?"))
    hospital = StringField(__("Which hospital, which department?"), [Optional(), Length(max=60)])
    wheelchair = BooleanField(__("A wheelchair is needed"))
    broken = StringField(__("What is broken, and how does it show?"), [Optional(), Length(max=100)])
    haircut = StringField(
        __("Can they sit on a chair? Is there anything to know?"), [Optional(), Length(max=100)]
    )
    meal = StringField(
        __("For how many days, and what can't they eat?"), [Optional(), Length(max=100)]
    )
    talk = StringField(
        __("A visit or a call, and what do they like to talk about?"),
        [Optional(), Length(max=100)],
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
        __("Where is the help needed?"),
        [Optional(), Length(max=120)],
        description=__("Estate, building and door. Only whoever comes reads it."),
        render_kw={"autocomplete": "address-line1"},
    )
    community = RadioField(__("In which community?"), [InputRequired(MISSING)], coerce=int)
    wanted = RadioField(
        __("When would it suit?"),
        choices=lambda: choices(Wanted, WANTED, WANTED_HINTS),
        default=Wanted.SOON.value,
    )
    wanted_on = DayField(
        __("Is it on a certain day?"),
        [Optional(), Length(max=30)],
        description=__("“Tomorrow” is fine, and so is “14 Oct”."),
        render_kw={"class": "w-m"},
    )
    wanted_at = ClockField(
        __("At what time?"),
        [Optional(), Length(max=30)],
        description=__("“3 pm” is fine, and so is “15:00”."),
        render_kw={"class": "w-m"},
    )
    wanted_words = StringField(
        __("Is there anything to know about the time?"), [Optional(), Length(max=100)]
    )
    name = StringField(
        __("How may we call you?"),
        [Optional(), Length(max=30)],
        render_kw={"autocomplete": "name"},
    )
    phone = NeededPhoneField(
        __("Which phone shall we call?"),
        missing=PhoneNeeded.message,
        description=__("A mobile phone or a landline. We only call you back about this."),
    )
    speech = SelectField(
        __("Which language do they speak best?"),
        choices=lambda: [SelectChoice("", _("It does not matter")), *choices(Speech, SPEECHES)],
        default="",
    )
    # Sent by the page that shows 120 and 110: it has been read.
    no_danger = HiddenField()
    # Sent by the page that says what neighbours don't do: it has been read, too.
    knows_bounds = HiddenField()

    def offer_communities(self, communities: Sequence[Place], chosen: Place | None) -> None:
        """The question is only asked when there is more than one answer."""
        names = Counter(place.name for place in communities)
        # Two communities may bear one name: what they belong to tells them apart.
        self.community.choices = [
            SelectChoice(place.id, place.full_name if names[place.name] > 1 else place.name)
            for place in communities
        ]
        if self.community.data is None or len(communities) == 1:
            first = communities[0].id if len(communities) == 1 else None
            self.community.data = chosen.id if chosen else first
        if len(communities) == 1:
            # Nothing needs to be sent: one answer is no question.
            self.community.validators = []
            self.community.flags.required = False

    def ask_of_another(self) -> None:
        """Read by a coordinator who writes for somebody; the team's community is known."""
        del self.community
        self.for_whom.choices = choices(ForWhom, FOR_WHOM_ELSE)
        self.beneficiary.label.text = _("How do we call the one they ask for?")
        self.is_agreed.label.text = _("They have been asked first")
        self.is_agreed.description = _("If not, we call before anybody goes there.")
        self.name.label.text = _("How may we call whoever called or came?")
        self.phone.label.text = _("Which phone reaches them?")
        self.phone.description = _("A mobile phone or a landline.")

    def speak_of(self, name: str) -> None:
        """Filled in by who acts for this person: “myself” would be either of the two."""
        words: dict[ForWhom, Sentence] = {**FOR_WHOM, ForWhom.SELF: name}
        self.for_whom.choices = choices(ForWhom, words)

    def know(self, person: Person, latest: HelpRequest | None) -> None:
        """Who is signed in need not say again what they have told us."""
        self.name.data, self.phone.data = person.name, person.phone
        if latest is not None and latest.for_whom is ForWhom.SELF:
            self.address.data = latest.address

    def validate_words(self, field: TextAreaField) -> None:
        if not (field.data or "").strip() and not self.kinds.data:
            raise ValidationError(NothingAsked.message)

    def validate_wanted_on(self, field: DayField) -> None:
        check_lies_ahead(field)

    def validate_wanted_at(self, field: ClockField) -> None:
        """A time alone would be forgotten."""
        if field.time is not None and self.wanted_day is None:
            raise ValidationError(_("On which day at that time?"))

    @property
    def wanted_day(self) -> date | None:
        """The day they need; who writes a time alone, and that today would suit, means today."""
        is_today = self.wanted.data == Wanted.TODAY.value and self.wanted_at.time is not None
        today = zones.day_in(self.wanted_on.zone_name, clock.now()) if is_today else None
        return self.wanted_on.day or today

    def particulars(self) -> Particulars:
        """The answers of the kinds that were chosen; what was typed under another one is left."""
        said = Particulars(
            shopping_list=self.shopping_list.data or "",
            budget_fen=self.budget.fen,
            hospital=self.hospital.data or "",
            wheelchair=bool(self.wheelchair.data),
            broken=self.broken.data or "",
            haircut=self.haircut.data or "",
            meal=self.meal.data or "",
            talk=self.talk.data or "",
        )
        return said.only_of(HelpKind(value) for value in self.kinds.data or [])

    def sounds_like_care(self) -> bool:
        """Whether it may be what neighbours don't do."""
        chosen = HelpKind.CARE.value in (self.kinds.data or [])
        return chosen or bool(bounds.words_in(self.words.data or ""))

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
            wanted_on=self.wanted_day,
            wanted_at=self.wanted_at.time,
            speech=Speech(self.speech.data) if self.speech.data else None,
            particulars=self.particulars(),
            name=self.name.data or "",
            phone=chinese.phone_digits(self.phone.data or ""),
        )

    def typed(self) -> list[tuple[str, str]]:
        """Everything that was typed, as it would be sent again."""
        pairs = []
        for field in self:
            if field.name in NOT_TYPED or field.data in (None, "", False):
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
