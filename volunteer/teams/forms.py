"""What may be typed about teams and members."""

from datetime import time

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from volunteer.core import language, saying, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    EmailField,
    NameField,
    PasteField,
    PhoneField,
    SelectChoice,
    TidyForm,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.network.models import PlaceKind
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.teams.founding import TeamDetails
from volunteer.teams.models import Team


def check_zone(_form: object, field: Field) -> None:
    if field.data and not zones.is_zone(field.data):
        raise ValidationError(
            _("We do not know this time zone. Asia/Shanghai is right for all of China.")
        )


class TeamForm(TidyForm):
    name = StringField(__("What is the team called?"), [DataRequired(MISSING), Length(max=60)])
    purpose = StringField(
        __("What does it do?"),
        [Optional(), Length(max=200)],
        description=__("One sentence, such as: every Wednesday we cook lunch together."),
    )
    phone = PhoneField(
        __("Which number may people call?"),
        description=__("Everybody can see it. A landline is fine."),
        render_kw={"inputmode": "tel"},
    )
    zone = StringField(
        __("In which time zone?"), [DataRequired(MISSING), check_zone], default=zones.HOME_ZONE
    )

    def details(self) -> TeamDetails:
        return TeamDetails(
            name=self.name.data or "",
            purpose=self.purpose.data or "",
            phone=self.phone.data or "",
            zone=self.zone.data or zones.HOME_ZONE,
        )

    def show(self, team: Team) -> None:
        self.process(
            data={
                "name": team.name,
                "purpose": team.purpose,
                "phone": team.phone,
                "zone": team.zone,
            }
        )


class NewTeamForm(TeamForm):
    city = StringField(__("City"), [DataRequired(MISSING), Length(max=60)], default="成都市")
    district = StringField(__("District"), [DataRequired(MISSING), Length(max=60)])
    subdistrict = StringField(__("Sub-district"), [Optional(), Length(max=60)])
    community = StringField(__("Community"), [DataRequired(MISSING), Length(max=60)])
    estate = StringField(__("Estate"), [Optional(), Length(max=60)])

    def steps(self) -> list[tuple[PlaceKind, str]]:
        """From the city down, without the levels that were left empty."""
        fields = (self.city, self.district, self.subdistrict, self.community, self.estate)
        return [
            (kind, field.data.strip())
            for kind, field in zip(PlaceKind, fields, strict=True)
            if field.data and field.data.strip()
        ]


class PasteForm(TidyForm):
    text = PasteField(
        __("Paste the list here"),
        [DataRequired(MISSING)],
        description=__(
            "One person a line: name, phone, a remark. Commas, tabs or spaces between them."
        ),
        render_kw={"rows": 12},
    )


class MemberForm(TidyForm):
    name = NameField(__("Name"), render_kw={})
    phone = PhoneField(__("Phone"), render_kw={"inputmode": "tel"})
    email = EmailField(__("Email"), render_kw={"inputmode": "email"})

    def show(self, person: Person) -> None:
        self.process(data={"name": person.name, "phone": person.phone, "email": person.email})

    def details(self, person: Person) -> PersonDetails:
        """What was typed, and the rest as the person has it."""
        return PersonDetails(
            name=self.name.data or "",
            phone=self.phone.data or "",
            phone_owner=person.phone_owner,
            email=self.email.data or "",
            language=person.language,
            free_slots=person.free_slots,
        )


class NoteForm(TidyForm):
    note = TextAreaField(
        __("Your remark"),
        [Optional(), Length(max=500)],
        description=__("Only coordinators see it. Nothing about anybody's health, please."),
        render_kw={"rows": 3},
    )


class JoinForm(TidyForm):
    name = NameField(__("What is your name?"))
    phone = PhoneField(
        __("Your phone number?"), description=__("So that the coordinator can answer you.")
    )
    email = EmailField(__("Your email address?"))
    consent = BooleanField(
        __("The team's coordinators may see what I write here."), [InputRequired(MISSING)]
    )

    def details(self) -> PersonDetails:
        """They read the answer in the language in which they asked."""
        return PersonDetails(
            name=self.name.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            language=language.current(),
        )


def weekdays() -> list[SelectChoice]:
    return [SelectChoice(str(number), saying.weekday(number)) for number in range(7)]


class ReminderForm(TidyForm):
    weekday = RadioField(__("On which day?"), choices=weekdays)
    at = ClockField(__("At what time?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})

    def show(self, team: Team) -> None:
        self.process(
            data={
                "weekday": str(team.reminder_weekday),
                "at": saying.clock_words(team.reminder_time),
            }
        )

    @property
    def chosen(self) -> tuple[int, time]:
        return int(self.weekday.data), self.at.time or time(18, 0)
