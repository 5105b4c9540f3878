"""What may be typed about a certificate, and about the hours of visits and help."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from wtforms import (
    FieldList,
    FloatField,
    FormField,
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from volunteer.core import clock, saying, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    CountField,
    DayField,
    Optional,
    PastDayField,
    RowField,
    RowForm,
    SelectChoice,
    TidyForm,
    check_days,
    choices,
)
from volunteer.core.language import Sentence, ngettext
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.deeds.models import MOST_MINUTES, Deed
from volunteer.hours.certificates import Issuer
from volunteer.hours.records import Span
from volunteer.hours.wording import QUALITIES
from volunteer.teams.models import Quality, Team

LONGEST_NAME = 30


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

    team = RowField(__("Of which team?"))

    def offer(self, teams: Sequence[tuple[Team, date]]) -> None:
        """The teams, each with the day from which there are hours; one alone is not asked about."""
        self.teams = {team.id: team for team, _first in teams}
        self.team.offer(SelectChoice(team.id, team.name) for team, _first in teams)
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

    remark = TextAreaField(
        __("Shall something else stand on it?"),
        [Optional(), Length(max=200)],
        render_kw={"rows": 2},
    )

    def issuer(self) -> Issuer:
        return Issuer(
            unit=self.unit.data or "",
            in_charge=self.in_charge.data or "",
            handler=self.handler.data or "",
            contact=self.contact.data or "",
            remark=self.remark.data or "",
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


class ObjectForm(TidyForm):
    words = TextAreaField(
        __("What is not right?"),
        [DataRequired(MISSING), Length(max=300)],
        description=__("Only the coordinators read it, and that it is from you."),
        render_kw={"rows": 3},
    )


class AnswerForm(TidyForm):
    """What the coordinators say to an objection, as they read it (core/seen.py)."""

    seen = HiddenField()

    words = TextAreaField(
        __("Your answer"),
        [DataRequired(MISSING), Length(max=300)],
        description=__("They read it just as you write it."),
        render_kw={"rows": 3},
    )


class StarForm(TidyForm):
    """Which star, and how well they served."""

    level = RadioField(__("Which star?"), coerce=int)
    quality = RadioField(
        __("How well do they serve?"),
        [InputRequired(__("Please choose one."))],
        choices=lambda: choices(Quality, QUALITIES),
    )
    words = TextAreaField(
        __("A word of thanks"),
        [Optional(), Length(max=200)],
        description=__("They read it just as you write it."),
        render_kw={"rows": 3},
    )

    def offer(self, levels: Iterable[int]) -> None:
        offered = list(levels)
        self.level.choices = [
            SelectChoice(level, ngettext("%(num)d star", "%(num)d stars", level))
            for level in offered
        ]
        if offered and not self.is_submitted():
            self.level.data = offered[-1]


class CheckForm(TidyForm):
    """The number on the paper."""

    number = StringField(
        __("Which number stands on the certificate?"),
        [DataRequired(MISSING), Length(max=40)],
        description=__("For example 2026-0007-4839-2617."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "w-l"},
    )


class DeedRow(RowForm):
    """One deed, the minutes of it that count, and when it began."""

    deed = CountField(widget=HiddenInput())
    minutes = CountField(__("Minutes that count"))
    day = PastDayField(__("Which day was it?"), [Optional()], render_kw={"class": "w-m"})
    begins = ClockField(__("From what time?"), [Optional()], render_kw={"class": "w-s"})

    def show(self, deed: Deed) -> None:
        self.day.data = deed.day.isoformat()
        self.begins.data = saying.clock_words(deed.wall_starts.time())

    def corrected(self, deed: Deed) -> datetime | None:
        """When it began by the clock on the wall, if that is another time than was written down;
        what is left empty stays."""
        at = self.begins.time
        if at is None or at == deed.wall_starts.time().replace(second=0, microsecond=0):
            at = deed.wall_starts.time()
        wall = datetime.combine(self.day.day or deed.day, at)
        return None if wall == deed.wall_starts else wall

    def validate_minutes(self, field: CountField) -> None:
        if field.data is None:
            raise ValidationError(_("How many minutes?"))
        if not 0 <= field.data <= MOST_MINUTES:
            raise ValidationError(_("0 to 720 minutes, please."))


class DeedsForm(TidyForm):
    """The deeds of a week, as they were put down; whoever confirms them may change each."""

    rows = FieldList(FormField(DeedRow))
    # When the page was drawn, in seconds.
    shown = FloatField(validators=[Optional()], widget=HiddenInput())

    def __init__(self, deeds: Sequence[Deed]) -> None:
        super().__init__()
        self.reasons: Mapping[int, str] = {}
        self.deeds = {deed.id: deed for deed in deeds if self.is_as_shown(deed)}
        if not self.is_submitted():
            self.shown.data = clock.now().timestamp()
            for deed in deeds:
                self.rows.append_entry({"deed": deed.id, "minutes": deed.minutes})
                self.rows[-1].form.show(deed)
        for deed, row in self.listed:
            row.day.zone_name = deed.team.zone

    def is_as_shown(self, deed: Deed) -> bool:
        """Whether nobody has opened it again since."""
        at = self.shown.data
        return at is None or deed.reopened_at is None or deed.reopened_at.timestamp() <= at

    @property
    def listed(self) -> list[tuple[Deed, DeedRow]]:
        """Each deed with its fields; what was confirmed or opened again meanwhile is left out."""
        rows = (row.form for row in self.rows)
        return [(self.deeds[row.deed.data], row) for row in rows if row.deed.data in self.deeds]

    def minutes(self) -> dict[int, int]:
        return {deed.id: row.minutes.data or 0 for deed, row in self.listed}

    def begins(self) -> dict[int, datetime]:
        """When they began, where it was corrected."""
        found = {deed.id: row.corrected(deed) for deed, row in self.listed}
        return {number: wall for number, wall in found.items() if wall is not None}

    def leave_out(self, numbers: Collection[int]) -> None:
        """These deeds wait on, whatever was typed about them."""
        self.rows.entries = [row for row in self.rows.entries if row.form.deed.data not in numbers]

    def show_reasons(self, reasons: Mapping[int, str]) -> None:
        """Why these hours can't count, each beside its deed."""
        self.reasons = reasons
        for deed, row in self.listed:
            if deed.id in reasons:
                row.minutes.errors = [reasons[deed.id]]
        # The list above the form is drawn when its fields say that something is wrong.
        self.rows.errors = [row.errors for row in self.rows if row.errors]
