"""What coordinators and volunteers type about a request."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length

from volunteer.core.forms import (
    MISSING,
    DayField,
    Optional,
    PhoneField,
    SelectChoice,
    TidyForm,
    at_what_time,
    check_not_far_off,
    choices,
)
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.elders.models import Elder
from volunteer.help_requests import widening
from volunteer.help_requests.errors import NotWellHow, WordsNeeded
from volunteer.help_requests.models import Helped
from volunteer.help_requests.wording import HELPED, span_of
from volunteer.teams.models import Team

LONGEST_WORDS = 2000


def words_field(
    label: str, *, needed: Sentence | None = None, description: str = ""
) -> TextAreaField:
    """An UnboundField, as WTForms makes it; `needed`: what who leaves it empty is told."""
    checks = [DataRequired(needed)] if needed else [Optional()]
    return TextAreaField(
        label,
        [*checks, Length(max=LONGEST_WORDS)],
        description=description,
        render_kw={"rows": 3},
    )


class ReopenForm(TidyForm):
    words = words_field(__("What is not well yet?"), needed=NotWellHow.message)


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
        needed=WordsNeeded.message,
        description=__("The resident reads it. Please name a place and a phone, if there is one."),
    )


class NoteForm(TidyForm):
    words = words_field(__("What is worth writing down?"), needed=MISSING)
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
                # Two may be called 王婆婆: where no building tells them apart, the name does.
                SelectChoice(e.id, f"{e.preferred_name} {e.home.to_the_building or e.person.name}")
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
        description=__("“Tomorrow” is fine, and so is “14 Oct”."),
        render_kw={"class": "w-m"},
    )
    at = at_what_time()

    def validate_day(self, field: DayField) -> None:
        check_not_far_off(field)

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


class ReferForm(TidyForm):
    """Who can do it, with a phone: an office or a line."""

    to = StringField(
        __("Who can do it?"),
        [DataRequired(MISSING), Length(max=60)],
        description=__("12345, the community health station, the home care station …"),
    )
    phone = PhoneField(__("Under which number are they called?"))
    words = words_field(
        __("What else should the resident know?"), description=__("The resident reads it.")
    )


class PassOnForm(TidyForm):
    """Up a level: the words go to the resident and to whoever sees it next."""

    words = words_field(
        __("What should the next ones know?"), description=__("The resident reads it, too.")
    )


class RaiseForm(PassOnForm):
    # The level that the button names.
    to = HiddenField()


class HandOnForm(PassOnForm):
    to_team = SelectField(__("Which team could do it?"), coerce=int)

    def offer(self, teams: Sequence[Team]) -> None:
        self.to_team.choices = [SelectChoice(team.id, team.name) for team in teams]


class MergeForm(TidyForm):
    earlier = HiddenField(validators=[DataRequired()])


class AroundForm(TidyForm):
    """How many are asked at once, and after how long some more."""

    at_once = SelectField(
        __("How many at once?"),
        coerce=int,
        choices=lambda: [SelectChoice(count, str(count)) for count in range(1, 6)],
        default=widening.AT_ONCE,
    )
    wait = SelectField(
        __("If nobody says yes, ask further around after"),
        coerce=int,
        choices=lambda: [
            SelectChoice(minutes, str(span_of(timedelta(minutes=minutes))))
            for minutes in (15, 30, 60, 180)
        ],
        default=widening.WAIT_MINUTES,
    )


class CalledForm(TidyForm):
    """What they said when somebody called afterwards."""

    helped = RadioField(
        __("Did it help?"), [InputRequired(MISSING)], choices=lambda: choices(Helped, HELPED)
    )
    words = words_field(
        __("What did they say?"),
        description=__("For the team. When it did not help, the resident reads it, too."),
    )

    def validate_words(self, field: TextAreaField) -> None:
        if self.helped.data == Helped.NO.value and not field.data:
            raise ValidationError(NotWellHow.message)
