"""What may be typed about an elder: the record, risk, pause and end."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange

from volunteer.core import chinese, clock, homes, saying
from volunteer.core.forms import (
    MISSING,
    AnyPhoneField,
    CountField,
    DayField,
    MayBeEmpty,
    NameField,
    Optional,
    PhoneField,
    RowForm,
    SelectChoice,
    TicksField,
    TidyForm,
    check_name,
    check_phone,
    choices,
)
from volunteer.core.homes import Home
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.elders import wording
from volunteer.elders.ages import ask_about_year, is_seldom
from volunteer.elders.details import ContactDetails, ElderDetails, chosen_interval, details_of
from volunteer.elders.models import (
    OF_HEALTH,
    Category,
    Elder,
    EndReason,
    Living,
    MajorChange,
    RiskLevel,
    VisitChannel,
)
from volunteer.people import wording as people_wording
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, ConsentWay, Person

LEAST_CONTACTS, MOST_CONTACTS = 3, 6


OLDEST = 125


# What people write behind the number of a building, a unit, a room.
SUFFIXES = {"building": "栋|幢|号楼|座", "unit": "单元", "room": "室|号房|号|户"}


class ContactForm(RowForm):
    """Whom to call; a row without a name is left out."""

    class Meta(TidyForm.Meta):
        csrf = False

    name = StringField(__("Name"), [MayBeEmpty(), Length(max=30)])
    relation = StringField(__("Who is that to them?"), [MayBeEmpty(), Length(max=30)])
    phone = AnyPhoneField(__("Phone"), render_kw={"inputmode": "tel"})
    city = StringField(__("In which city?"), [MayBeEmpty(), Length(max=30)])
    has_key = BooleanField(__("Has a spare key"))

    def validate_phone(self, field: StringField) -> None:
        if self.name.data and not field.data:
            raise ValidationError(_("Which number? Without one nobody can call."))
        check_phone(self, field)

    def validate_name(self, field: StringField) -> None:
        check_name(self, field)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.phone.data and not self.name.data:
            self.name.errors = [_("Whose number is this?")]
            return False
        if not self.name.data and (self.relation.data or self.city.data or self.has_key.data):
            self.name.errors = [_("Who is it? Please write the name and the number.")]
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


class ReachForm(SeenMixin, TidyForm):
    """Who they are and how to reach them: all that is shown before they have agreed."""

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

    known: ElderDetails

    def show(self, elder: Elder) -> None:
        known = details_of(elder)
        self.process(
            data={
                "name": known.name,
                "preferred_name": known.preferred_name,
                "phone": known.phone,
                "landline": known.landline,
            }
        )

    def keep_to(self, elder: Elder, _agreed: Collection[ConsentScope]) -> None:
        self.known = details_of(elder)

    def changed(self) -> ElderDetails:
        return replace(
            self.known,
            name=self.name.data or "",
            preferred_name=self.preferred_name.data or "",
            phone=self.phone.data or "",
            landline=self.landline.data or "",
        )

    def keep_own_name(self, person: Person) -> None:
        """They are known already: nobody changes their name and phone here."""
        self.name.data, self.phone.data = person.name, person.phone or ""
        self.name.validators = []
        self.phone.validators = []


class ElderForm(ReachForm):
    """Everything that the team knows of an elder, but for health."""

    birth_year = CountField(
        __("In which year were they born?"), [Optional()], render_kw={"class": "w-s"}
    )
    # Asked only where they would be young for this list; then it has the year that it is about.
    asks_about_year = False
    known_year: int | None = None
    is_year_right = BooleanField(__("Yes, the year is right"))

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
        description=__("Only who has it, never where it is kept."),
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

    scopes: Collection[ConsentScope]

    def validate_birth_year(self, field: CountField) -> None:
        this_year = clock.today().year
        if field.raw_data and field.raw_data[0] and field.data is None:
            raise ValidationError(_("Please write the year with four digits, such as 1942."))
        if field.data is not None and not this_year - OLDEST <= field.data <= this_year:
            raise ValidationError(_("Please write the year with four digits, such as 1942."))
        if field.data in {None, self.known_year} or not is_seldom(field.data, this_year):
            return
        self.asks_about_year = True
        if not self.is_year_right.data:
            raise ValidationError(ask_about_year(field.data, this_year))

    def home(self) -> Home:
        """The parts that were filled in, or those of a whole address written into one field."""
        parts = {
            key: re.sub(
                rf"\s*(?:{ends})$", "", saying.with_digits(chinese.narrow(self[key].data or ""))
            )
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
                "interval_days": chosen_interval(elder),
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

    def keep_to(self, elder: Elder, agreed: Collection[ConsentScope]) -> None:
        """What they have not agreed to is not shown here, and stays as it is."""
        self.known, self.scopes = details_of(elder), agreed
        self.known_year = elder.birth_year
        if ConsentScope.HEALTH not in agreed:
            shown = [value for value in Category if value not in OF_HEALTH]
            self.categories.choices = [
                SelectChoice(value.value, wording.CATEGORIES[value]) for value in shown
            ]

    def changed(self) -> ElderDetails:
        """What is to be put down; what was not shown, as it was."""
        details = self.details()
        if ConsentScope.CONTACTS not in self.scopes:
            details = replace(details, contacts=self.known.contacts)
        if ConsentScope.HEALTH not in self.scopes:
            hidden = [value for value in self.known.categories if value in OF_HEALTH]
            details = replace(details, categories=[*details.categories, *hidden])
        return details


NOT_YET = "not_yet"
# What one asks for along with the first consent; nothing is ticked beforehand.
ASKED_ALONG = (
    ConsentScope.HEALTH,
    ConsentScope.CONTACTS,
    ConsentScope.PHONE_CARE,
    ConsentScope.PHOTO_INSIDE,
)


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
    also = TicksField(
        __("What else have they agreed to?"),
        [MayBeEmpty()],
        choices=[SelectChoice(scope.value, people_wording.SCOPES[scope]) for scope in ASKED_ALONG],
        description=__("Each by itself: who says no to one is looked after all the same."),
    )
    witness = StringField(
        __("Who heard it?"),
        [Optional(), Length(max=60)],
        description=__("Only if they agreed aloud: the name of somebody who was there."),
    )

    # Asked only where somebody of this name is known.
    is_another = BooleanField(__("No, this is somebody else"))

    def validate_risk_reason(self, field: StringField) -> None:
        check_risk_reason(self.risk.data, field)

    def validate_agreed(self, field: RadioField) -> None:
        if field.data == "spoken" and not self.witness.data:
            raise ValidationError(_("Who heard it? Please write the name below."))

    def agreed_along(self) -> list[ConsentScope]:
        return [ConsentScope(value) for value in self.also.data or []]

    def validate_also(self, field: TicksField) -> None:
        if field.data and self.agreed.data == NOT_YET:
            raise ValidationError(_("First comes that they are looked after at all."))

    def consent(self) -> ConsentDetails | None:
        if self.agreed.data == NOT_YET:
            return None
        return ConsentDetails(way=ConsentWay(self.agreed.data), witness=self.witness.data or "")


def check_risk_reason(level: str | None, field: StringField) -> None:
    if level != RiskLevel.GENERAL.value and not field.data:
        raise ValidationError(
            _("Please write the reason. Somebody else must be able to understand it later.")
        )


class RiskForm(SeenMixin, TidyForm):
    level = RadioField(
        __("How much care do they need?"),
        [DataRequired(MISSING)],
        choices=choices(RiskLevel, wording.RISKS, wording.RISK_HINTS),
    )
    reason = StringField(__("Why?"), [Length(max=200)], description=wording.WHY_RISK)
    review_on = DayField(
        __("On which day does somebody look again?"),
        [Optional()],
        description=__("Empty means in half a year, which is the latest."),
        render_kw={"class": "w-m"},
    )

    def validate_reason(self, field: StringField) -> None:
        check_risk_reason(self.level.data, field)

    def show(self, elder: Elder) -> None:
        self.process(data={"level": elder.risk_level.value, "reason": elder.risk_reason})


class ChangeForm(TidyForm):
    """Something has happened to them."""

    change = RadioField(
        __("What has happened?"),
        [DataRequired(MISSING)],
        choices=choices(MajorChange, wording.CHANGES),
    )
    words = StringField(
        __("What should whoever goes know?"),
        [Optional(), Length(max=200)],
        description=__("Nothing about illness: that has a place of its own."),
    )


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
