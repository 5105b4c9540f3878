"""What may be typed about teams and members."""

import re
from collections.abc import Sequence
from datetime import time

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from volunteer.core import chinese, language, saying, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    CountField,
    EmailField,
    MayBeEmpty,
    NameField,
    Optional,
    PasteField,
    PhoneField,
    SelectChoice,
    SentenceField,
    TidyForm,
    choices,
    weekdays,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.network.models import PlaceKind
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import CompanionProof, ConsentWay, Person
from volunteer.people.profile import PersonDetails
from volunteer.teams.founding import TeamDetails
from volunteer.teams.models import STAR_HOURS, Rounding, Team

# Shorter, nobody would see it (民发〔2015〕149号); of more digits is no number of hours.
LEAST_DAYS, MOST_DAYS, FAR = 7, 60, 6
ROUNDINGS = {
    Rounding.HALF_HOUR: __("Down to half an hour"),
    Rounding.HOUR: __("Down to a whole hour"),
    Rounding.MINUTE: __("To the minute"),
}
ROUNDING_HINTS = {
    Rounding.HALF_HOUR: __("3 hours 50 minutes are 3.5 hours"),
    Rounding.HOUR: __("3 hours 50 minutes are 3 hours"),
    Rounding.MINUTE: __("3 hours 50 minutes stay as they are"),
}


def check_zone(_form: object, field: Field) -> None:
    if field.data and not zones.is_zone(field.data):
        raise ValidationError(
            _("We do not know this time zone. Asia/Shanghai is right for all of China.")
        )


class TeamForm(SeenMixin, TidyForm):
    name = StringField(__("What is the team called?"), [DataRequired(MISSING), Length(max=60)])
    purpose = SentenceField(
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

    notice_hours = CountField(
        __("How many hours before a date is it late to say “I can't come”?"),
        [NumberRange(0, 168, __("Between 0 and 168 hours."))],
        default=24,
        description=__("It only marks it as late. Saying so is always possible."),
    )

    hours_rounding = RadioField(
        __("How is the sum on a certificate of hours rounded?"),
        choices=lambda: choices(Rounding, ROUNDINGS, ROUNDING_HINTS),
        default=Rounding.HALF_HOUR.value,
        description=__(
            "Every line on it says the minutes. Certificates on paper stay as they are."
        ),
    )

    publicity_days = CountField(
        __("For how many days do the members see a certificate before it is issued?"),
        [NumberRange(0, MOST_DAYS, __("0, or 7 to 60 days."))],
        default=0,
        description=__(
            "Name and sum, and they can object. Usually at least 7 days; 0: not at all."
        ),
    )

    star_hours = StringField(
        __("From how many hours on may somebody be given a star?"),
        [DataRequired(MISSING)],
        default=" ".join(map(str, STAR_HOURS)),
        description=__("Up to five numbers, for the first star, the second and so on."),
    )

    def validate_publicity_days(self, field: CountField) -> None:
        if 0 < (field.data or 0) < LEAST_DAYS:
            raise ValidationError(_("0, or 7 to 60 days."))

    def validate_star_hours(self, _field: StringField) -> None:
        if not self.stars:
            raise ValidationError(_("One to five numbers, each larger than the one before."))

    @property
    def stars(self) -> tuple[int, ...]:
        """The hours as they are understood; none when they are not."""
        found = re.findall(r"[^\s,，、;；]+", self.star_hours.data or "")
        if not all(one.isascii() and one.isdigit() and len(one) < FAR for one in found):
            return ()
        hours = tuple(map(int, found))
        is_rising = list(hours) == sorted(set(hours)) and 0 not in hours
        return hours if is_rising and len(hours) <= len(STAR_HOURS) else ()

    def details(self) -> TeamDetails:
        return TeamDetails(
            name=self.name.data or "",
            purpose=self.purpose.data or "",
            phone=self.phone.data or "",
            zone=self.zone.data or zones.HOME_ZONE,
            notice_hours=self.notice_hours.data or 0,
            hours_rounding=Rounding(self.hours_rounding.data),
            publicity_days=self.publicity_days.data or 0,
            star_hours=self.stars,
        )

    def show(self, team: Team) -> None:
        self.process(
            data={
                "name": team.name,
                "purpose": team.purpose,
                "phone": team.phone,
                "zone": team.zone,
                "notice_hours": team.notice_hours,
                "hours_rounding": team.hours_rounding.value,
                "publicity_days": team.publicity_days,
                "star_hours": " ".join(map(str, team.star_hours)),
            }
        )


class NewTeamForm(TeamForm):
    city = StringField(__("City"), [DataRequired(MISSING), Length(max=60)])
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


class MemberForm(SeenMixin, TidyForm):
    name = NameField(__("Name"), render_kw={})
    phone = PhoneField(__("Phone"), render_kw={"inputmode": "tel"})
    email = EmailField(__("Email"), render_kw={"inputmode": "email"})

    def show(self, person: Person) -> None:
        self.process(data={"name": person.name, "phone": person.phone, "email": person.email})

    @property
    def asked(self) -> list[str]:
        """Which fields of a person this form is about; the rest stay as they are."""
        return ["name", "phone", "email"]

    def details(self) -> PersonDetails:
        return PersonDetails(
            name=self.name.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
        )


def people_to_choose(people: Sequence[Person]) -> list[tuple[str, str]]:
    """These people for a list; who bear the same name are told apart by the end of their phone."""
    return [
        ("", _("Please choose")),
        *((str(p.id), f"{p.name} …{p.phone[-4:]}" if p.phone else p.name) for p in people),
    ]


class HandoverForm(TidyForm):
    taker = SelectField(
        __("Who will coordinate the team?"),
        [InputRequired(__("Please choose somebody."))],
        description=__("Only members who are not pausing. They can say yes or no."),
    )


PROOFS = {
    CompanionProof.KNOWN: __("We know them both"),
    CompanionProof.FAMILY: __("They are family"),
    CompanionProof.LETTER: __("There is a letter"),
}
PROOF_HINTS = {
    CompanionProof.KNOWN: __("Neighbours or friends, as the coordinators have seen for long."),
    CompanionProof.FAMILY: __("Husband or wife, child, brother or sister, grandchild."),
    CompanionProof.LETTER: __("Signed by hand. It is kept with the team's papers."),
}
WAYS = {
    ConsentWay.PAPER: __("On paper"),
    ConsentWay.SPOKEN: __("Aloud"),
}
WAY_HINTS = {
    ConsentWay.PAPER: __("They signed, and the sheet is kept with the team's papers."),
    ConsentWay.SPOKEN: __("They said yes, and somebody else heard it."),
}


class CompanionForm(TidyForm):
    """Who may act for a member, how we know it, and how the member agreed."""

    companion = SelectField(__("Who will act for them?"), [MayBeEmpty()])
    # Of somebody who is not in the team; both or none.
    name = StringField(__("Their name"), [MayBeEmpty(), Length(max=chinese.LONGEST_NAME)])
    phone = StringField(
        __("Their phone"), [MayBeEmpty(), Length(max=30)], render_kw={"inputmode": "tel"}
    )
    proof = RadioField(
        __("How do we know?"),
        [InputRequired(__("Please choose how we know it."))],
        choices=choices(CompanionProof, PROOFS, PROOF_HINTS),
    )
    way = RadioField(
        __("How did they agree?"),
        [InputRequired(__("Please choose how they agreed."))],
        choices=[
            SelectChoice(way.value, words, render_kw={"description": WAY_HINTS[way]})
            for way, words in WAYS.items()
        ],
    )
    witness = StringField(
        __("Who heard it?"),
        [MayBeEmpty(), Length(max=chinese.LONGEST_NAME)],
        description=__("Only if they said it aloud. Not the one who will act for them."),
    )

    def offer(self, people: Sequence[Person]) -> None:
        """The team's members."""
        self.companion.choices = people_to_choose(people)

    def consent(self) -> ConsentDetails:
        return ConsentDetails(way=ConsentWay(self.way.data), witness=self.witness.data or "")


class NoteForm(SeenMixin, TidyForm):
    note = TextAreaField(
        __("Your remark"),
        [Optional(), Length(max=500)],
        description=__("Only coordinators see it. Nothing about anybody's health, please."),
        render_kw={"rows": 3},
    )


class CoordinatorForm(TidyForm):
    """The member who is to coordinate a team, as an operator has heard it on the phone."""

    name = NameField(
        __("What is the name of the member who will?"), render_kw={"autocomplete": "off"}
    )
    phone = StringField(
        __("Their phone, as the team knows it?"),
        [DataRequired(MISSING), Length(max=30)],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )


class JoinForm(TidyForm):
    name = NameField(__("What is your name?"))
    phone = PhoneField(
        __("Your phone number?"), description=__("So that the coordinator can answer you.")
    )
    email = EmailField(__("Your email address?"))
    consent = BooleanField(
        __("The team's coordinators may see what I write here."),
        [InputRequired(__("Please put a tick here: the coordinator has to read it."))],
    )

    def details(self) -> PersonDetails:
        """They read the answer in the language in which they asked."""
        return PersonDetails(
            name=self.name.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            language=language.current(),
        )


class ReminderForm(SeenMixin, TidyForm):
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
