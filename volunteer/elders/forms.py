"""What may be typed about elders and visits."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from volunteer.core import chinese, clock, homes, saying, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    CountField,
    DayField,
    MayBeEmpty,
    NameField,
    PhoneField,
    SelectChoice,
    TidyForm,
    check_phone,
    choices,
)
from volunteer.core.homes import Home
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.elders import wording
from volunteer.elders.care import ContactDetails, ElderDetails
from volunteer.elders.health import Health
from volunteer.elders.models import (
    Category,
    Check,
    DietTag,
    Elder,
    EndReason,
    Finding,
    Living,
    RiskLevel,
    Visit,
    VisitChannel,
    VisitStatus,
)
from volunteer.elders.visits import Found, Report
from volunteer.people import wording as people_wording
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentGiver, ConsentScope, ConsentWay, Person

LEAST_CONTACTS, MOST_CONTACTS = 3, 6
OLDEST = 125
# What people write behind the number of a building, a unit, a room.
SUFFIXES = {"building": "栋|幢|号楼|座", "unit": "单元", "room": "室|号房|号|户"}


class TicksField(SelectMultipleField):
    """Several answers, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


# --- an elder --------------------------------------------------------------------------------


class ContactForm(Form):
    """Whom to call; a row without a name is left out."""

    class Meta(TidyForm.Meta):
        csrf = False

    name = StringField(__("Name"), [MayBeEmpty(), Length(max=30)])
    relation = StringField(__("Who is that to them?"), [MayBeEmpty(), Length(max=30)])
    phone = StringField(__("Phone"), render_kw={"inputmode": "tel"})
    city = StringField(__("In which city?"), [MayBeEmpty(), Length(max=30)])
    has_key = BooleanField(__("Has a spare key"))

    def validate_phone(self, field: StringField) -> None:
        if self.name.data and not field.data:
            raise ValidationError(_("Which number? Without one nobody can call."))
        check_phone(self, field)

    def validate_name(self, field: StringField) -> None:
        if field.data and not chinese.is_name(field.data):
            raise ValidationError(_("Please write only the name, with no digits."))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.phone.data and not self.name.data:
            self.name.errors = [_("Whose number is this?")]
            return False
        return fine

    def contact(self) -> ContactDetails:
        return ContactDetails(
            name=self.name.data or "",
            phone=self.phone.data or "",
            relation=self.relation.data or "",
            city=self.city.data or "",
            has_key=bool(self.has_key.data),
        )


class ElderForm(TidyForm):
    """Everything that the team knows of an elder, but for health."""

    name = NameField(__("What is their name?"), render_kw={})
    preferred_name = StringField(
        __("How do we call them?"),
        [DataRequired(MISSING), Length(max=30)],
        description=__("As the neighbours say: 王婆婆, 李大爷."),
    )
    phone = PhoneField(__("Mobile phone"), render_kw={"inputmode": "tel"})
    landline = PhoneField(
        __("Landline"), description=__("With the area code."), render_kw={"inputmode": "tel"}
    )
    birth_year = CountField(
        __("In which year were they born?"), [Optional()], render_kw={"class": "w-s"}
    )

    estate = StringField(
        __("Which estate or courtyard?"),
        [Optional(), Length(max=80)],
        description=__("You may write the whole address here: 锦绣东方小区3栋2单元501室."),
    )
    building = StringField(__("Building"), [MayBeEmpty(), Length(max=12)])
    unit = StringField(__("Unit"), [MayBeEmpty(), Length(max=12)])
    room = StringField(__("Room"), [MayBeEmpty(), Length(max=14)])
    extra = StringField(__("How does one find it?"), [Optional(), Length(max=80)])

    living = RadioField(
        __("With whom do they live?"), [Optional()], choices=choices(Living, wording.LIVING)
    )
    categories = TicksField(
        __("What is true of them?"), [Optional()], choices=choices(Category, wording.CATEGORIES)
    )

    contacts = FieldList(
        FormField(ContactForm), min_entries=LEAST_CONTACTS, max_entries=MOST_CONTACTS
    )
    key_holder = StringField(
        __("Who has a spare key?"),
        [Optional(), Length(max=60)],
        description=__("Who, and never where it lies."),
    )

    visit_channel = RadioField(
        __("How does one usually look in on them?"),
        choices=choices(VisitChannel, wording.CHANNELS)[:3],
        default=VisitChannel.HOME.value,
    )
    interval_days = CountField(
        __("After how many days should somebody see them again?"),
        [Optional(), NumberRange(1, 366, __("A number from 1 to 366, please."))],
        description=__("Empty means what is usual for how much care they need."),
        render_kw={"class": "w-s"},
    )
    communication_note = StringField(
        __("How does one talk with them?"),
        [Optional(), Length(max=200)],
        description=__("Such as: speaks Sichuanese; knock loudly and wait."),
    )
    caution_note = StringField(
        __("What should a visitor beware of?"),
        [Optional(), Length(max=200)],
        description=__("Such as: a dog; the lamp on the stairs is dark."),
    )
    note = TextAreaField(
        __("What else should the coordinators know?"),
        [Optional(), Length(max=1000)],
        description=__("Nothing about health: that has a place of its own."),
        render_kw={"rows": 3},
    )

    def validate_birth_year(self, field: CountField) -> None:
        this_year = zones.day_in(zones.HOME_ZONE, clock.now()).year
        if field.raw_data and field.raw_data[0] and field.data is None:
            raise ValidationError(_("Please write the year with four digits, such as 1942."))
        if field.data is not None and not this_year - OLDEST <= field.data <= this_year:
            raise ValidationError(_("Please write the year with four digits, such as 1942."))

    def home(self) -> Home:
        """The parts that were filled in, or those of a whole address written into one field."""
        parts = {
            key: re.sub(rf"\s*(?:{ends})$", "", chinese.narrow(self[key].data or ""))
            for key, ends in SUFFIXES.items()
        }
        estate, extra = self.estate.data or "", self.extra.data or ""
        if estate and not any(parts.values()):
            whole = homes.read(estate)
            if whole.building:
                return Home(
                    whole.estate, whole.building, whole.unit, whole.room, extra or whole.extra
                )
        return Home(estate, **parts, extra=extra)

    def details(self) -> ElderDetails:
        return ElderDetails(
            name=self.name.data or "",
            preferred_name=self.preferred_name.data or "",
            phone=self.phone.data or "",
            landline=self.landline.data or "",
            birth_year=self.birth_year.data,
            home=self.home(),
            living=Living(self.living.data) if self.living.data else None,
            categories=[Category(value) for value in self.categories.data or []],
            communication_note=self.communication_note.data or "",
            caution_note=self.caution_note.data or "",
            key_holder=self.key_holder.data or "",
            note=self.note.data or "",
            visit_channel=VisitChannel(self.visit_channel.data),
            interval_days=self.interval_days.data,
            contacts=[row.form.contact() for row in self.contacts if row.form.name.data],
        )

    def show(self, elder: Elder) -> None:
        home = elder.home
        self.process(
            data={
                "name": elder.person.name,
                "preferred_name": elder.preferred_name,
                "phone": elder.person.phone,
                "landline": elder.landline,
                "birth_year": elder.birth_year,
                "estate": home.estate,
                "building": home.building,
                "unit": home.unit,
                "room": home.room,
                "extra": home.extra,
                "living": elder.living,
                "categories": [category.value for category in elder.special_categories],
                "communication_note": elder.communication_note,
                "caution_note": elder.caution_note,
                "key_holder": elder.key_holder,
                "note": elder.note,
                "visit_channel": elder.visit_channel.value,
                "interval_days": elder.interval_days,
                "contacts": [
                    {
                        "name": row.name,
                        "relation": row.relation,
                        "phone": row.phone,
                        "city": row.city,
                        "has_key": row.has_key,
                    }
                    for row in elder.contacts
                ],
            }
        )

    def keep_own_name(self, person: Person) -> None:
        """They are known already: nobody changes their name and phone here."""
        self.name.data, self.phone.data = person.name, person.phone or ""
        self.name.validators = []
        self.phone.validators = []


NOT_YET = "not_yet"


class NewElderForm(ElderForm):
    """Taking somebody in: what is known, how much care they need, and whether they agreed."""

    risk = RadioField(
        __("How much care do they need?"),
        choices=choices(RiskLevel, wording.RISKS, wording.RISK_HINTS),
        default=RiskLevel.GENERAL.value,
    )
    risk_reason = StringField(__("Why?"), [Length(max=200)], description=wording.WHY_RISK)
    agreed = RadioField(
        __("Have they agreed to be looked after?"),
        [DataRequired(__("Please choose one. “Not yet” is fine too."))],
        choices=[
            SelectChoice("paper", __("Yes, on paper"), render_kw={"icon": "pen"}),
            SelectChoice("spoken", __("Yes, they said so"), render_kw={"icon": "talk"}),
            SelectChoice(
                NOT_YET,
                __("Not yet"),
                render_kw={"icon": "wait", "description": __("Nobody visits them before that.")},
            ),
        ],
    )
    witness = StringField(
        __("Who heard it?"),
        [Optional(), Length(max=60)],
        description=__("Only when they said so: the name of who was there."),
    )

    def validate_risk_reason(self, field: StringField) -> None:
        check_risk_reason(self.risk.data, field)

    def validate_agreed(self, field: RadioField) -> None:
        if field.data == "spoken" and not self.witness.data:
            raise ValidationError(_("Who heard it? Please write the name below."))

    def consent(self) -> ConsentDetails | None:
        if self.agreed.data == NOT_YET:
            return None
        return ConsentDetails(way=ConsentWay(self.agreed.data), witness=self.witness.data or "")


def check_risk_reason(level: str | None, field: StringField) -> None:
    if level != RiskLevel.GENERAL.value and not field.data:
        raise ValidationError(
            _("Please write the reason. Somebody else must be able to understand it later.")
        )


class RiskForm(TidyForm):
    level = RadioField(
        __("How much care do they need?"),
        [DataRequired(MISSING)],
        choices=choices(RiskLevel, wording.RISKS, wording.RISK_HINTS),
    )
    reason = StringField(__("Why?"), [Length(max=200)], description=wording.WHY_RISK)

    def validate_reason(self, field: StringField) -> None:
        check_risk_reason(self.level.data, field)


class PauseForm(TidyForm):
    note = StringField(
        __("Where are they, and for how long?"),
        [Optional(), Length(max=200)],
        description=__("Such as: with the daughter until the Spring Festival."),
    )


class EndForm(TidyForm):
    reason = RadioField(
        __("Why?"), [DataRequired(MISSING)], choices=choices(EndReason, wording.END_REASONS)
    )


class ConsentForm(TidyForm):
    """What somebody has agreed to, and how they said so."""

    scope = RadioField(
        __("What do they agree to?"),
        [DataRequired(MISSING)],
        choices=[
            SelectChoice(scope.value, words)
            for scope, words in people_wording.SCOPES.items()
            if scope is not ConsentScope.COMPANION
        ],
    )
    way = RadioField(
        __("How did they say so?"),
        [DataRequired(MISSING)],
        choices=choices(ConsentWay, people_wording.WAYS)[:2],
    )
    given_by = RadioField(
        __("Who said so?"),
        choices=choices(ConsentGiver, people_wording.GIVERS),
        default=ConsentGiver.SELF.value,
    )
    witness = StringField(
        __("Who heard it, or who spoke for them?"),
        [Optional(), Length(max=60)],
        description=__("A name. Not needed when they signed a paper themselves."),
    )
    given_on = DayField(
        __("On which day?"),
        [Optional()],
        description=__("Empty means today."),
        render_kw={"class": "w-m"},
    )
    expires_on = DayField(
        __("Until which day?"),
        [Optional()],
        description=__("Empty means: until they say otherwise."),
        render_kw={"class": "w-m"},
    )

    def validate_given_on(self, field: DayField) -> None:
        if field.day and field.day > zones.day_in(field.zone_name, clock.now()):
            raise ValidationError(_("This day has not come yet."))

    def validate_expires_on(self, field: DayField) -> None:
        if field.day and field.day < zones.day_in(field.zone_name, clock.now()):
            raise ValidationError(_("This day is over already."))

    def details(self) -> ConsentDetails:
        return ConsentDetails(
            way=ConsentWay(self.way.data),
            given_by=ConsentGiver(self.given_by.data),
            witness=self.witness.data or "",
            given_on=self.given_on.day,
            expires_on=self.expires_on.day,
        )


class HealthForm(TidyForm):
    """What a visitor or a cook must know."""

    note = StringField(
        __("What must a visitor know?"),
        [Optional(), Length(max=120)],
        description=__("Short: hard of hearing, falls easily, may lose the way."),
    )
    diet_tags = TicksField(
        __("What must a cook know?"), [Optional()], choices=choices(DietTag, wording.DIETS)
    )
    allergies = StringField(__("What must they never eat?"), [Optional(), Length(max=120)])
    ability_level = StringField(
        __("Has somebody trained judged how well they manage?"),
        [Optional(), Length(max=60)],
        description=__("Only what stands on the paper. We never judge it ourselves."),
    )
    ability_source = StringField(__("Who judged it, and when?"), [Optional(), Length(max=60)])

    def show(self, health: Health) -> None:
        self.process(
            data={
                "note": health.note,
                "diet_tags": [tag.value for tag in health.diet_tags],
                "allergies": health.allergies,
                "ability_level": health.ability_level,
                "ability_source": health.ability_source,
            }
        )

    def health(self) -> Health:
        return Health(
            note=self.note.data or "",
            diet_tags=[DietTag(value) for value in self.diet_tags.data or []],
            allergies=self.allergies.data or "",
            ability_level=self.ability_level.data or "",
            ability_source=self.ability_source.data or "",
        )


# --- visits ----------------------------------------------------------------------------------


class VisitTimeForm(TidyForm):
    day = DayField(
        __("On which day?"),
        [DataRequired(MISSING)],
        description=__("You may write “next Tue” or “10月14日”."),
        render_kw={"class": "w-m"},
    )
    at = ClockField(
        __("At what time?"),
        [DataRequired(MISSING)],
        description=__("“下午3点” is fine, and so is “15:00”."),
        render_kw={"class": "w-m"},
    )

    def validate_at(self, field: ClockField) -> None:
        wall = self.wall_time()
        if wall and zones.to_moment(wall, self.day.zone_name) <= clock.now():
            raise ValidationError(_("This time is over already. Please choose a later one."))

    def wall_time(self) -> datetime | None:
        """Day and time together; None while one of them can't be read."""
        if self.day.day is None or self.at.time is None:
            return None
        return datetime.combine(self.day.day, self.at.time)

    @property
    def chosen(self) -> datetime:
        wall = self.wall_time()
        if wall is None:
            raise ValueError("The form has not been checked.")
        return wall

    def show(self, visit: Visit) -> None:
        self.process(
            data={"day": f"{visit.day:%Y-%m-%d}", "at": saying.clock_words(visit.wall_starts)}
        )


class PlanForm(VisitTimeForm):
    """A visit: how, when, who goes."""

    channel = RadioField(
        __("How?"),
        choices=choices(VisitChannel, wording.CHANNELS)[:3],
        default=VisitChannel.HOME.value,
    )
    people = TicksField(
        __("Who goes?"), [DataRequired(__("Please choose who goes."))], coerce=int, choices=[]
    )
    alone_reason = StringField(
        __("If only one goes to the home: why is that all right?"),
        [Optional(), Length(max=200)],
        description=__("Two go to a home. For an exception you answer, and it is kept here."),
    )

    def offer(self, people: Sequence[Person], paired: set[int]) -> None:
        """Who may go; those who look after the elder stand first."""
        names = Counter(person.name for person in people)
        self.people.choices = []
        for person in sorted(people, key=lambda person: person.id not in paired):
            # Two may bear one name: their numbers tell them apart.
            number = chinese.phone_words(person.phone or "") if names[person.name] > 1 else ""
            words = [_("looks after them") if person.id in paired else "", number]
            said = _(", ").join(word for word in words if word)
            more = {"description": said} if said else None
            self.people.choices.append(SelectChoice(person.id, person.name, render_kw=more))

    def validate_alone_reason(self, field: StringField) -> None:
        is_home = self.channel.data == VisitChannel.HOME.value
        if is_home and len(self.people.data or []) == 1 and not field.data:
            raise ValidationError(
                _("Two people go to a home. Choose a second one, or write why one goes alone.")
            )


FINDINGS = [
    SelectChoice("fine", wording.FINDINGS[Finding.FINE], render_kw={"icon": "yes"}),
    SelectChoice("watch", wording.FINDINGS[Finding.WATCH],
                 render_kw={"icon": "info", "kind": "warn"}),
    SelectChoice("act", wording.FINDINGS[Finding.ACT],
                 render_kw={"icon": "warn", "kind": "need"}),
]  # fmt: skip


class CheckForm(Form):
    """One of the five things that a visitor looks at."""

    class Meta(TidyForm.Meta):
        csrf = False

    finding = RadioField(choices=FINDINGS, default=Finding.FINE.value)
    words = TextAreaField(__("What is it?"), [Length(max=500)], render_kw={"rows": 3})

    def validate_words(self, field: TextAreaField) -> None:
        if self.finding.data == Finding.ACT.value and not field.data:
            raise ValidationError(_("Please write what has to be done."))

    @property
    def is_marked(self) -> bool:
        """Whether something was noted here that is more than “fine”."""
        return self.finding.data != Finding.FINE.value or bool(self.words.data)

    def found(self) -> Found:
        return Found(Finding(self.finding.data), self.words.data or "")


class RecordForm(TidyForm):
    """How a visit went, on one screen."""

    outcome = RadioField(
        __("Did you see them?"),
        choices=[
            SelectChoice("done", wording.OUTCOMES[VisitStatus.DONE], render_kw={"icon": "yes"}),
            SelectChoice("no_answer", wording.OUTCOMES[VisitStatus.NO_ANSWER],
                         render_kw={"icon": "door", "kind": "need"}),
            SelectChoice("postponed", wording.OUTCOMES[VisitStatus.POSTPONED],
                         render_kw={"icon": "clock"}),
            SelectChoice("declined", wording.OUTCOMES[VisitStatus.DECLINED],
                         render_kw={"icon": "no"}),
        ],
        default=VisitStatus.DONE.value,
    )  # fmt: skip
    body = FormField(CheckForm)
    food = FormField(CheckForm)
    mood = FormField(CheckForm)
    home = FormField(CheckForm)
    family = FormField(CheckForm)
    left = ClockField(__("At what time did you leave?"), [Optional()], render_kw={"class": "w-m"})
    next_on = DayField(
        __("On which day does somebody come next?"),
        [Optional()],
        description=__("You may write “next Tue” or “10月14日”."),
        render_kw={"class": "w-m"},
    )
    told_family = BooleanField(__("We told the family about it"))
    note = TextAreaField(
        __("Anything else?"),
        [Optional(), Length(max=1000)],
        description=__("You may speak: press the microphone on your phone's keyboard."),
        render_kw={"rows": 3},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for check, row in self.checks:
            row.finding.label.text = str(wording.CHECKS[check])

    @property
    def checks(self) -> list[tuple[Check, CheckForm]]:
        return [(check, self[check.value].form) for check in Check]

    def validate_outcome(self, field: RadioField) -> None:
        if field.data != VisitStatus.DONE.value and any(f.is_marked for _check, f in self.checks):
            raise ValidationError(
                _("You marked something at the five things below. Did you see them after all?")
            )

    def validate_next_on(self, field: DayField) -> None:
        if field.day and field.day < zones.day_in(field.zone_name, clock.now()):
            raise ValidationError(_("This day is over already. Please choose a later one."))

    def take_all_as_fine(self) -> bool:
        """The one button for a visit at which all was well; False when something was marked."""
        if any(check.is_marked for _check, check in self.checks):
            self.outcome.errors = [
                _("Something below is marked or written down. Please press Save, or mark it Fine.")
            ]
            return False
        self.outcome.data = VisitStatus.DONE.value
        return True

    def report(self, visit: Visit) -> Report:
        status = VisitStatus(self.outcome.data)
        is_seen = status is VisitStatus.DONE
        return Report(
            status=status,
            findings={check: form.found() for check, form in self.checks} if is_seen else {},
            note=self.note.data or "",
            left=datetime.combine(visit.day, self.left.time) if self.left.time else None,
            told_family=bool(self.told_family.data),
            next_on=self.next_on.day,
        )


class SafeForm(TidyForm):
    """How somebody has made sure that an elder is safe."""

    how = RadioField(
        __("What has become clear?"),
        [DataRequired(MISSING)],
        choices=[
            SelectChoice("spoke", __("Somebody spoke with them"), render_kw={"icon": "yes"}),
            SelectChoice("handed_over", __("Somebody else takes care of it now"),
                         render_kw={"icon": "swap"}),
        ],
    )  # fmt: skip
    words = StringField(
        __("How are they, or who takes care of it now?"),
        [Length(max=300)],
        description=__("Such as: was at the market, is well. Or: the son, and the community."),
    )
