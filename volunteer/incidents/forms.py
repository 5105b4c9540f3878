"""What may be typed about an incident: what happened, a photo, the insurer, what was done."""

from collections.abc import Sequence
from datetime import datetime

from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from volunteer.core import clock, saying, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    FormKeyField,
    Optional,
    PastDayField,
    SelectChoice,
    TicksField,
    TidyForm,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.incidents import wording
from volunteer.incidents.models import Called
from volunteer.incidents.origins import Origin
from volunteer.incidents.reporting import Told
from volunteer.people.models import Person
from volunteer.people.wording import told_apart
from volunteer.pictures.forms import PictureField

TOLD, NOT_NEEDED = "told", "not_needed"
NOTE, CLOSE = "note", "close"
# What is typed, each in a field of its name.
TYPED = ("words", "place", "injuries", "first_aid", "called_words", "hurt_names", "there_names")


class WhenForm(TidyForm):
    """A day and a time that have been, by the team's clock."""

    day = PastDayField(__("On which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    at = ClockField(__("At what time?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})

    def begin_at(self, wall: datetime) -> None:
        """What stands there before anybody types."""
        self.day.data, self.at.data = wall.date().isoformat(), saying.clock_words(wall)

    def wall_time(self) -> datetime:
        if self.day.day is None or self.at.time is None:
            raise ValueError("The form has not been checked.")
        return datetime.combine(self.day.day, self.at.time)

    def validate_at(self, field: ClockField) -> None:
        # A day to come is said once, at the day.
        if self.day.errors or self.day.day is None or field.time is None:
            return
        if zones.to_moment(self.wall_time(), self.day.zone_name) > clock.now():
            raise ValidationError(_("This time is still to come."))


class ToldForm(WhenForm):
    """What happened. Whoever could be there is offered by name; others are typed."""

    place = StringField(__("Where?"), [Optional(), Length(max=200)])
    words = TextAreaField(
        __("What happened?"),
        [DataRequired(__("Please write it in your own words.")), Length(max=2500)],
        description=__("What you saw, one thing after the other. Whose fault it was is not asked."),
        render_kw={"rows": 5},
    )
    hurt = TicksField(__("Who was hurt?"), coerce=int, choices=[])
    hurt_names = StringField(
        __("Who was hurt? Write the name"),
        [Optional(), Length(max=200)],
        description=__(
            "Leave it empty when nobody was: what nearly happened is worth writing, too."
        ),
    )
    injuries = StringField(
        __("What is hurt?"),
        [Optional(), Length(max=500)],
        description=__("As far as one can see: left hand, a cut."),
    )
    first_aid = StringField(
        __("What first aid was given, and by whom?"), [Optional(), Length(max=500)]
    )
    called = TicksField(__("Who was called?"), choices=choices(Called, wording.CALLED))
    called_words = StringField(__("Who else, and when?"), [Optional(), Length(max=200)])
    there = TicksField(__("Who else was there?"), coerce=int, choices=[])
    there_names = StringField(
        __("Who else was there? Write the name"), [Optional(), Length(max=200)]
    )

    def offer(self, origin: Origin, named: Sequence[Person] = ()) -> None:
        """`named`: who is in it already."""
        self.day.zone_name = origin.team.zone
        self.people = {person.id: person for person in [*origin.people, *named]}
        names = told_apart(self.people.values())
        offered = [SelectChoice(number, name) for number, name in names.items()]
        for field in (self.hurt, self.there):
            field.choices = offered
        if not offered:
            del self.hurt, self.there
            return
        for typed in (self.hurt_names, self.there_names):
            typed.label.text = _("Somebody else? Write the name")

    def chosen(self, name: str) -> tuple[Person, ...]:
        return tuple(self.people[number] for number in self[name].data) if name in self else ()

    def told(self) -> Told:
        return Told(
            wall_at=self.wall_time(),
            hurt=self.chosen("hurt"),
            there=self.chosen("there"),
            called=tuple(Called(value) for value in self.called.data or ()),
            **{name: self[name].data or "" for name in TYPED},
        )


class ReportForm(ToldForm):
    photo = PictureField(__("A photo"), [Optional()])
    form_key = FormKeyField()


class CorrectForm(SeenMixin, ToldForm):
    """What was written, to be written anew."""

    def show(self, told: Told) -> None:
        self.begin_at(told.wall_at)
        for name in TYPED:
            self[name].data = getattr(told, name)
        self.called.data = [one.value for one in told.called]
        for name in ("hurt", "there"):
            if name in self:
                self[name].data = [person.id for person in getattr(told, name)]


class PhotoForm(TidyForm):
    photo = PictureField(__("Which photo?"), [DataRequired(__("Please choose a photo."))])


class InsurerForm(WhenForm):
    insurer = RadioField(
        __("Has the insurer been told?"),
        [DataRequired(__("Please choose what fits best."))],
        choices=[
            SelectChoice(TOLD, __("Yes, they were told")),
            SelectChoice(NOT_NEEDED, __("No, and they need not be")),
        ],
    )
    words = StringField(
        __("With whom did you speak, and what is the number of the case?"),
        [Optional(), Length(max=300)],
        description=__("Or why they need not be told."),
    )

    @property
    def is_told(self) -> bool:
        return bool(self.insurer.data == TOLD)


class StepForm(TidyForm):
    words = TextAreaField(
        __("What was done?"),
        [DataRequired(__("Please write what was done.")), Length(max=2000)],
        description=__("Who called whom, what the doctor and the insurer said, how they are now."),
        render_kw={"rows": 4},
    )
    step = RadioField(
        __("Is it at its end?"),
        choices=[
            SelectChoice(NOTE, __("No, it goes on")),
            SelectChoice(CLOSE, __("Yes, I close it")),
        ],
        default=NOTE,
    )

    @property
    def closes(self) -> bool:
        return bool(self.step.data == CLOSE)
