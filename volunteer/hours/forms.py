"""What may be typed about a certificate."""

from collections.abc import Sequence
from datetime import date

from wtforms import SelectField, StringField, TextAreaField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length

from volunteer.core import clock, saying, zones
from volunteer.core.forms import MISSING, DayField, Optional, SelectChoice, TidyForm, check_days
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.hours.certificates import Issuer
from volunteer.hours.records import Span
from volunteer.teams.models import Team

LONGEST_NAME = 30


class PastDayField(DayField):
    """A day that has been: without a year it is the last such day, not the next."""

    reads = staticmethod(saying.read_past_day)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.day is not None and self.day > zones.day_in(self.zone_name, clock.now()):
            raise ValidationError(_("This day is still to come."))


class SpanForm(TidyForm):
    """Days that have been, from one to another."""

    first_on = PastDayField(
        __("From which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"}
    )
    last_on = PastDayField(
        __("Until which day?"),
        [DataRequired(MISSING)],
        description=__("Written as 2026-01-31 or 31 Jan."),
        render_kw={"class": "w-m"},
    )

    def speak_of(self, zone_name: str) -> None:
        """Where it is tomorrow already, that day may be named."""
        self.first_on.zone_name = self.last_on.zone_name = zone_name

    def show(self, first_on: date) -> None:
        """From this day until today."""
        today = zones.day_in(self.last_on.zone_name, clock.now())
        self.first_on.data, self.last_on.data = first_on.isoformat(), today.isoformat()

    def validate_last_on(self, field: DayField) -> None:
        check_days(self.first_on, field)

    def span(self) -> Span:
        if self.first_on.day is None or self.last_on.day is None:
            raise ValueError("The form has not been checked.")
        return Span(self.first_on.day, self.last_on.day)


class AskForm(SpanForm):
    """For which days, and by which team."""

    team = SelectField(__("Of which team?"), coerce=int)

    def offer(self, teams: Sequence[tuple[Team, date]]) -> None:
        """The teams, each with the day from which there are hours; one alone is not asked about."""
        self.teams = {team.id: team for team, _first in teams}
        self.team.choices = [SelectChoice(team.id, team.name) for team, _first in teams]
        if len(teams) == 1:
            self.only_team = teams[0][0]
            self.speak_of(self.only_team.zone)
            del self.team

    @property
    def chosen_team(self) -> Team:
        return self.teams[self.team.data] if self.team else self.only_team


class IssueForm(TidyForm):
    """Who records and who signs."""

    unit = StringField(
        __("Who records these hours?"),
        [DataRequired(MISSING), Length(max=60)],
        description=__("As a rule the residents' committee: it stamps the paper."),
    )
    in_charge = StringField(
        __("Who is in charge there?"),
        [Optional(), Length(max=LONGEST_NAME)],
        description=__("Left empty, there is a line to sign on."),
    )
    handler = StringField(__("Who has seen to it?"), [Optional(), Length(max=LONGEST_NAME)])
    contact = StringField(
        __("Which phone may people call about it?"),
        [Optional(), Length(max=30)],
        render_kw={"type": "tel", "class": "w-m"},
    )

    def issuer(self) -> Issuer:
        return Issuer(
            unit=self.unit.data or "",
            in_charge=self.in_charge.data or "",
            handler=self.handler.data or "",
            contact=self.contact.data or "",
        )


def reason(question: Sentence) -> TextAreaField:
    """In words that the holder reads."""
    return TextAreaField(
        question,
        [DataRequired(MISSING), Length(max=300)],
        description=__("They read it just as you write it."),
        render_kw={"rows": 3},
    )


class RefuseForm(TidyForm):
    reason = reason(__("Why not?"))


class RevokeForm(TidyForm):
    reason = reason(__("Why is it not good any more?"))


class CheckForm(TidyForm):
    """The number on the paper."""

    number = StringField(
        __("Which number stands on the certificate?"),
        [DataRequired(MISSING), Length(max=40)],
        description=__("For example 2026-0007-4839-2617."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "w-l"},
    )
