"""What may be typed about a visit: planning and recording."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    FormField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from volunteer.core import chinese, clock, saying, zones
from volunteer.core.forms import (
    MISSING,
    ClockField,
    DayField,
    Optional,
    PastDayField,
    RowForm,
    SelectChoice,
    TicksField,
    TidyForm,
    at_what_time,
    check_lies_ahead,
    check_not_far_off,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.elders import wording
from volunteer.elders.models import (
    Check,
    Finding,
    Visit,
    VisitChannel,
    VisitStatus,
)
from volunteer.elders.recording import Found, Report
from volunteer.people.models import Person

# A day further back is more likely a slip of the pen than a paper that lay about.
TYPED_IN_WITHIN = timedelta(days=31)


class VisitTimeForm(SeenMixin, TidyForm):
    day = DayField(
        __("On which day?"),
        [DataRequired(MISSING)],
        description=__("You may write “next Tue” or “14 Oct”."),
        render_kw={"class": "w-m"},
    )
    at = at_what_time()

    def validate_day(self, field: DayField) -> None:
        check_not_far_off(field)

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

    # How many of those offered look after the elder; they stand first.
    known = 0
    channel = RadioField(
        __("How?"),
        choices=choices(VisitChannel, wording.CHANNELS)[:3],
        default=VisitChannel.HOME.value,
    )
    minutes = RadioField(
        __("About how long?"),
        choices=[
            SelectChoice("30", __("Half an hour")),
            SelectChoice("60", __("One hour")),
            SelectChoice("90", __("An hour and a half")),
            SelectChoice("120", __("Two hours")),
        ],
        default="60",
    )
    people = TicksField(
        __("Who goes?"), [DataRequired(__("Please choose who goes."))], coerce=int, choices=[]
    )
    alone_reason = StringField(
        __("If only one goes to the home: why is that all right?"),
        [Length(max=200)],
        description=__("Two go to a home. For an exception you answer, and it is kept here."),
    )

    def offer(self, people: Sequence[Person], paired: set[int], away: Mapping[int, date]) -> None:
        """Who may go; those who look after the elder stand first. `away`: until when who is away
        now."""
        names = Counter(person.name for person in people)
        self.known = sum(person.id in paired for person in people)
        self.people.choices = []
        for person in sorted(people, key=lambda person: person.id not in paired):
            # Two may bear one name: their numbers tell them apart.
            number = chinese.phone_words(person.phone or "") if names[person.name] > 1 else ""
            until = away.get(person.id)
            words = [
                _("looks after them") if person.id in paired else "",
                _("away until %(day)s", day=saying.short_day(until)) if until else "",
                number,
            ]
            said = _(", ").join(word for word in words if word)
            more = {"description": said} if said else None
            self.people.choices.append(SelectChoice(person.id, person.name, render_kw=more))

    def validate_alone_reason(self, field: StringField) -> None:
        is_home = self.channel.data == VisitChannel.HOME.value
        if is_home and len(self.people.data or []) == 1 and not field.data:
            raise ValidationError(
                _("Two people go to a home. Choose a second one, or write why one goes alone.")
            )


class PaperForm(PlanForm):
    """A visit that has been, as its paper says."""

    day = PastDayField(
        __("On which day?"),
        [DataRequired(MISSING)],
        description=__("Written as 2026-01-31 or 31 Jan."),
        render_kw={"class": "w-m"},
    )
    # Once more, for it is checked together with the day, which must have been read before.
    at = at_what_time()
    channel = RadioField(
        __("How?"),
        choices=choices(VisitChannel, wording.CHANNELS),
        default=VisitChannel.HOME.value,
    )
    people = TicksField(
        __("Who was there?"), [DataRequired(__("Please choose who was there."))], coerce=int,
        choices=[],
    )  # fmt: skip
    alone_reason = StringField(
        __("If only one was in the home: why was that all right?"), [Length(max=200)]
    )

    def validate_day(self, field: DayField) -> None:
        today = zones.day_in(field.zone_name, clock.now())
        if field.day and field.day < today - TYPED_IN_WITHIN:
            raise ValidationError(_("Please choose a day of the last 31 days."))

    def validate_at(self, field: ClockField) -> None:
        wall = self.wall_time()
        if wall and zones.to_moment(wall, self.day.zone_name) > clock.now():
            raise ValidationError(_("This time is still to come."))


FINDINGS = [
    SelectChoice("fine", wording.FINDINGS[Finding.FINE], render_kw={"icon": "yes"}),
    SelectChoice("watch", wording.FINDINGS[Finding.WATCH],
                 render_kw={"icon": "info", "kind": "warn"}),
    SelectChoice("act", wording.FINDINGS[Finding.ACT],
                 render_kw={"icon": "warn", "kind": "need"}),
]  # fmt: skip


class CheckForm(RowForm):
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


NOT_SEEN = [
    SelectChoice("no_answer", wording.OUTCOMES[VisitStatus.NO_ANSWER],
                 render_kw={"icon": "door", "kind": "need"}),
    SelectChoice("postponed", wording.OUTCOMES[VisitStatus.POSTPONED],
                 render_kw={"icon": "clock"}),
    SelectChoice("declined", wording.OUTCOMES[VisitStatus.DECLINED], render_kw={"icon": "no"}),
]  # fmt: skip


class RecordForm(TidyForm):
    """How a visit went, on one screen."""

    outcome = RadioField(
        __("Did you see them?"),
        [DataRequired(__("Did you see them? Please choose one."))],
        choices=[
            SelectChoice("done", wording.OUTCOMES[VisitStatus.DONE], render_kw={"icon": "yes"}),
            *NOT_SEEN,
        ],
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
        description=__("You may write “next Tue” or “14 Oct”."),
        render_kw={"class": "w-m"},
    )
    told_family = BooleanField(__("We told the family about it"))
    note = TextAreaField(
        __("Anything else?"),
        [Optional(), Length(max=1000)],
        description=__("You may speak: press the microphone on your phone's keyboard."),
        render_kw={"rows": 3},
    )

    is_call = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for check, row in self.checks:
            row.finding.label.text = str(wording.CHECKS[check])

    def ask_about_call(self) -> None:
        """Who phones sees nobody."""
        self.is_call = True
        self.outcome.label.text = _("Did you reach them?")
        self.outcome.validators = [DataRequired(_("Did you reach them? Please choose one."))]
        reached = SelectChoice("done", wording.REACHED, render_kw={"icon": "phone"})
        self.outcome.choices = [reached, *NOT_SEEN]

    @property
    def checks(self) -> list[tuple[Check, CheckForm]]:
        return [(check, self[check.value].form) for check in Check]

    def validate(self, extra_validators: Any = None) -> bool:
        """Nobody is seen by a slip of the thumb on Save; who marks one of the five things, or
        presses the button for all of them, has said it."""
        if not self.outcome.data and (self.is_all_fine or self.is_marked):
            self.outcome.data = VisitStatus.DONE.value
        return super().validate(extra_validators)

    @property
    def is_all_fine(self) -> bool:
        return "all_fine" in request.form

    @property
    def is_marked(self) -> bool:
        return any(check.is_marked for _check, check in self.checks)

    def validate_outcome(self, field: RadioField) -> None:
        if field.data != VisitStatus.DONE.value and self.is_marked:
            raise ValidationError(
                _("You marked something at the five things below. Did you reach them after all?")
                if self.is_call
                else _("You marked something at the five things below. Did you see them after all?")
            )

    def validate_next_on(self, field: DayField) -> None:
        check_lies_ahead(field)

    def take_all_as_fine(self) -> bool:
        """The one button for a visit at which all was well; False when something was marked."""
        if self.is_marked:
            self.outcome.errors = [
                _("Something below is marked or written down. Please press Save, or mark it Fine.")
            ]
            return False
        self.outcome.data = VisitStatus.DONE.value
        return True

    def left_from(self, visit: Visit) -> datetime | None:
        """When they left: whoever went in the evening may have left after midnight."""
        if self.left.time is None:
            return None
        that_day = datetime.combine(visit.day, self.left.time)
        next_day = that_day + timedelta(days=1)
        now = zones.to_wall(clock.now(), visit.team.zone)
        is_next = next_day - visit.wall_starts < visit.wall_starts - that_day and next_day <= now
        return next_day if is_next else that_day

    def report(self, visit: Visit) -> Report:
        status = VisitStatus(self.outcome.data)
        is_seen = status is VisitStatus.DONE
        return Report(
            status=status,
            findings={check: form.found() for check, form in self.checks} if is_seen else {},
            note=self.note.data or "",
            left=self.left_from(visit),
            told_family=bool(self.told_family.data),
            next_on=self.next_on.day,
        )
