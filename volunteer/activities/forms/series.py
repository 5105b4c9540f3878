"""What may be typed about the dates of an activity: its rule, and the days on which it rests."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from volunteer.activities import recurrence, wording
from volunteer.activities.forms.fields import DaysField, check_hours
from volunteer.activities.forms.needs import Outdoors, Service
from volunteer.activities.forms.words import WordsForm
from volunteer.activities.models import Activity
from volunteer.activities.patterns import Pattern
from volunteer.activities.pausing import PausePlan
from volunteer.activities.planning import DUE, DUE_UNTIL, SeriesPlan
from volunteer.activities.recurrence import MOST_DATES, ORDINALS, Frequency, Rule
from volunteer.activities.resumption import Again
from volunteer.core import clock, saying, zones
from volunteer.core.errors import DomainError
from volunteer.core.forms import (
    MISSING,
    ClockField,
    CountField,
    DayField,
    EndClockField,
    Optional,
    SelectChoice,
    TidyForm,
    check_days,
    check_within_a_year,
    choices,
    weekdays,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __

MOST_WEEKS = 52


class Repeats(StrEnum):
    """How often, as people say it; a rule follows from it and the questions that belong to it."""

    WEEKLY = "weekly"
    WEEKS = "weeks"
    WEEKDAY_OF_MONTH = "weekday_of_month"
    DAY_OF_MONTH = "day_of_month"
    LUNAR_MONTH = "lunar_month"
    LUNAR_YEAR = "lunar_year"
    ONCE = "once"


class Ending(StrEnum):
    OPEN = "open"
    UNTIL = "until"
    COUNT = "count"


REPEATS = {
    Repeats.WEEKLY: __("Every week"),
    Repeats.WEEKS: __("Every few weeks"),
    Repeats.WEEKDAY_OF_MONTH: __("Every month, by weekday"),
    Repeats.DAY_OF_MONTH: __("Every month, by date"),
    Repeats.LUNAR_MONTH: __("Every lunar month"),
    Repeats.LUNAR_YEAR: __("Every lunar year"),
    Repeats.ONCE: __("Only once"),
}
REPEATS_HINTS = {
    Repeats.WEEKLY: __("One weekday, or several"),
    Repeats.WEEKS: __("Say, every other Wednesday"),
    Repeats.WEEKDAY_OF_MONTH: __("Say, the first Saturday"),
    Repeats.DAY_OF_MONTH: __("Say, on day 15"),
    Repeats.LUNAR_MONTH: __("Say, every 初一"),
    Repeats.LUNAR_YEAR: __("Say, 重阳节"),
    Repeats.ONCE: __("On one day"),
}
ENDINGS = {
    Ending.OPEN: __("No end for now"),
    Ending.UNTIL: __("Until a day"),
    Ending.COUNT: __("So many times"),
}
HOUR_KINDS = {"no": __("At a fixed time"), "yes": __("Whenever it suits, by a day")}
# The questions that say which dates are meant.
OF_DATES = (
    "is_task", "repeats", "every", "ordinals", "weekdays", "month_day", "lunar_month", "lunar_day",
    "first_on", "starts", "ends", "ending", "last_on", "count", "extra", "left_out",
)  # fmt: skip
ON_WEEKDAYS = (Repeats.WEEKLY, Repeats.WEEKS, Repeats.WEEKDAY_OF_MONTH)


def ordinals() -> list[SelectChoice]:
    return [SelectChoice(str(number), wording.nth(number)) for number in ORDINALS if number != 5]


def month_days() -> list[SelectChoice]:
    return [SelectChoice(str(day), wording.month_day(day)) for day in [*range(1, 32), -1]]


def lunar_months() -> list[SelectChoice]:
    return [SelectChoice(str(month), wording.lunar_month(month)) for month in range(1, 13)]


def lunar_days() -> list[SelectChoice]:
    return [SelectChoice(str(day), wording.lunar_day(day)) for day in range(1, 31)]


def repeats_of(rule: Rule) -> Repeats:
    """The answer that makes such a rule."""
    if rule.is_once:
        return Repeats.ONCE
    if rule.is_lunar:
        return Repeats.LUNAR_MONTH if rule.month is None else Repeats.LUNAR_YEAR
    if rule.frequency is Frequency.MONTHLY:
        return Repeats.WEEKDAY_OF_MONTH if rule.days else Repeats.DAY_OF_MONTH
    return Repeats.WEEKLY if rule.every == 1 else Repeats.WEEKS


def typed_days(days: Collection[date], first_on: date, today: date) -> str:
    coming = [day for day in sorted(days) if day >= first_on]
    return saying.listed(saying.typed_day(day, today) for day in coming)


class SeriesForm(WordsForm):
    """An activity with its rule: what is done, and which dates that means."""

    is_task = RadioField(
        __("At a fixed time?"),
        default="no",
        choices=lambda: [SelectChoice(value, words) for value, words in HOUR_KINDS.items()],
    )
    repeats = RadioField(
        __("How often?"),
        default=Repeats.WEEKLY,
        choices=lambda: choices(Repeats, REPEATS, REPEATS_HINTS),
    )
    every = CountField(__("Every how many weeks?"), default=2)
    ordinals = SelectMultipleField(__("Which one in the month?"), choices=ordinals)
    weekdays = SelectMultipleField(__("On which day of the week?"), choices=weekdays)
    month_day = SelectField(__("On which day of the month?"), default="1", choices=month_days)
    lunar_month = SelectField(__("In which lunar month?"), default="9", choices=lunar_months)
    lunar_day = SelectField(__("On which lunar day?"), default="1", choices=lunar_days)
    first_on = DayField(
        __("From which day on?"),
        [DataRequired(MISSING)],
        description=__("You may write “next Wed” or “14 Oct”. If it is only once, write that day."),
        render_kw={"class": "w-m"},
    )
    starts = ClockField(
        __("From what time?"),
        description=__("“9 am” is fine, and so is “9:00”."), render_kw={"class": "w-m"},
    )  # fmt: skip
    ends = EndClockField(__("Until what time?"), render_kw={"class": "w-m"})
    ending = RadioField(
        __("Until when?"), default=Ending.OPEN, choices=lambda: choices(Ending, ENDINGS)
    )
    last_on = DayField(__("What is the last day?"), render_kw={"class": "w-m"})
    count = CountField(__("How many times?"))
    extra = DaysField(
        __("Days on top of that"), [Optional()],
        description=__("For example 10月3日、10月5日."),
    )  # fmt: skip
    left_out = DaysField(__("Days to leave out"), [Optional()])

    def show_pattern(self, pattern: Pattern) -> None:
        """Fill in what many teams have in common."""
        self.process(
            data={
                "title": str(pattern.title),
                "summary": str(pattern.summary),
                "starts": saying.clock_words(pattern.starts),
                "ends": saying.clock_words(pattern.ends),
                "risk_note": str(pattern.risk),
                "protection_note": str(pattern.protection),
                "bring_note": str(pattern.bring),
                "outdoors": Outdoors.YES if pattern.is_outdoors else Outdoors.NO,
                "service": Service.YES if pattern.is_service else Service.NO,
                "roles": [
                    {"name": role.name, "minimum": role.minimum, "maximum": role.maximum}
                    for role in pattern.role_plans()
                ],
            }
        )

    def show_series(
        self,
        activity: Activity,
        *,
        first_on: date,
        extra_from: date | None = None,
        done: int = 0,
    ) -> None:
        """What an activity says of itself, with its rule as it would go on from a day.

        `done`: how many of its times have been, when it has a certain number of them. `extra_from`:
        days on top before this one are none of the plan's, be it in step from earlier on.
        """
        rule = recurrence.read(activity.rule)
        today = zones.day_in(activity.zone, clock.now())
        ending = Ending.OPEN if activity.last_on is None else Ending.UNTIL
        if rule.count is not None:
            ending = Ending.COUNT
        known = {
            "is_task": "yes" if activity.is_task else "no",
            "repeats": repeats_of(rule),
            "every": rule.every if rule.every > 1 else 2,
            "ordinals": [str(ordinal) for ordinal in rule.ordinals],
            "weekdays": [str(day) for day in rule.weekdays],
            "first_on": first_on.isoformat(),
            "starts": "" if activity.is_task else saying.clock_words(activity.starts),
            "ends": "" if activity.is_task else saying.clock_words(activity.ends),
            "ending": ending,
            "last_on": activity.last_on.isoformat()
            if activity.last_on and ending is Ending.UNTIL
            else "",
            "count": max(1, (rule.count or 1) - done),
            "extra": typed_days(activity.series.extra, extra_from or first_on, today),
            "left_out": typed_days(activity.series.left_out, first_on, today),
        }
        if rule.month_days:
            known["lunar_day" if rule.is_lunar else "month_day"] = str(rule.month_days[0])
        if rule.month is not None:
            known["lunar_month"] = str(rule.month)
        self.process(data={**self.shown(activity), **known})

    def speak_of(self, zone_name: str) -> None:
        """Days are meant by the clock of this zone."""
        for field in (self.first_on, self.last_on, self.extra, self.left_out):
            field.zone_name = zone_name

    @property
    def chosen(self) -> Repeats:
        return Repeats(self.repeats.data)

    def validate_first_on(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_starts(self, field: ClockField) -> None:
        if self.is_task.data == "no" and not field.data:
            raise ValidationError(MISSING)

    def validate_ends(self, field: ClockField) -> None:
        if self.is_task.data == "no":
            if not field.data:
                raise ValidationError(MISSING)
            check_hours(self.starts, field)

    def validate_weekdays(self, field: SelectMultipleField) -> None:
        if self.repeats.data in ON_WEEKDAYS and not field.data:
            raise ValidationError(_("Please choose the day of the week, at least one."))

    def validate_ordinals(self, field: SelectMultipleField) -> None:
        if self.repeats.data == Repeats.WEEKDAY_OF_MONTH and not field.data:
            raise ValidationError(_("Please choose which one in the month, at least one."))

    def validate_every(self, field: IntegerField) -> None:
        if self.repeats.data == Repeats.WEEKS and (
            field.data is None or not 2 <= field.data <= MOST_WEEKS
        ):
            raise ValidationError(_("A number from 2 to 52, please."))

    def validate_last_on(self, field: DayField) -> None:
        # What could not be read has been said already.
        if self.ending.data == Ending.UNTIL and field.day is None and not field.errors:
            raise ValidationError(MISSING)
        if self.ending.data == Ending.UNTIL and self.repeats.data != Repeats.ONCE:
            check_days(self.first_on, field)

    def validate_count(self, field: IntegerField) -> None:
        if self.ending.data == Ending.COUNT and (
            field.data is None or not 1 <= field.data <= MOST_DATES
        ):
            raise ValidationError(_("A number from 1 to 500, please."))

    def validate_extra(self, field: DaysField) -> None:
        """A day on top lies within the plan: one outside would silently not take place."""
        is_until = self.ending.data == Ending.UNTIL and self.repeats.data != Repeats.ONCE
        first, last = self.first_on.day, self.last_on.day if is_until else None
        today = zones.day_in(field.zone_name, clock.now())
        outside = [
            saying.typed_day(day, today)
            for day in field.days
            if (first and day < first) or (last and day > last)
        ]
        if outside:
            raise ValidationError(
                _(
                    "Not between the first and the last day of the plan: %(days)s. "
                    "Please change one of them.",
                    days=saying.listed(outside),
                )
            )

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and self.is_rule_possible()

    def check_dates(self) -> bool:
        """Only what says which dates are meant: to look at them before the rest is written."""
        fine = []
        for name in OF_DATES:
            check = getattr(type(self), f"validate_{name}", None)
            fine.append(self[name].validate(self, [check] if check else []))
        return all(fine) and self.is_rule_possible()

    def is_rule_possible(self) -> bool:
        try:
            self.plan().series  # noqa: B018 - asked only for what it refuses
        except DomainError as refusal:
            self.repeats.errors = [*self.repeats.errors, str(refusal)]
            return False
        return True

    def rule(self) -> Rule:
        repeats = self.chosen
        count = self.count.data if self.ending.data == Ending.COUNT else None
        days = [int(day) for day in self.weekdays.data or ()]
        month = int(self.lunar_month.data) if repeats is Repeats.LUNAR_YEAR else None
        match repeats:
            case Repeats.ONCE:
                return recurrence.ONCE
            case Repeats.WEEKLY | Repeats.WEEKS:
                every = self.every.data if repeats is Repeats.WEEKS else 1
                return replace(recurrence.weekly(*days, every=every or 1), count=count)
            case Repeats.WEEKDAY_OF_MONTH:
                pairs = tuple((int(nth), day) for nth in self.ordinals.data or () for day in days)
                return Rule(Frequency.MONTHLY, days=pairs, count=count)
            case Repeats.DAY_OF_MONTH:
                on = (int(self.month_day.data),)
                return Rule(Frequency.MONTHLY, month_days=on, count=count)
            case Repeats.LUNAR_MONTH | Repeats.LUNAR_YEAR:
                frequency = Frequency.MONTHLY if month is None else Frequency.YEARLY
                return Rule(
                    frequency,
                    month=month,
                    month_days=(int(self.lunar_day.data),),
                    is_lunar=True,
                    count=count,
                )

    def plan(self) -> SeriesPlan:
        if self.first_on.day is None:
            raise ValueError("The form has not been checked.")
        is_task = self.is_task.data == "yes"
        return SeriesPlan(
            words=self.words(),
            rule=self.rule(),
            first_on=self.first_on.day,
            starts=DUE if is_task or self.starts.time is None else self.starts.time,
            ends=DUE_UNTIL if is_task or self.ends.time is None else self.ends.time,
            last_on=self.last_on.day if self.ending.data == Ending.UNTIL else None,
            extra=self.extra.days,
            left_out=self.left_out.days,
            is_task=is_task,
        )


class AgainForm(TidyForm):
    """From when on an activity that has ended takes place again."""

    first_on = DayField(
        __("From which day on?"),
        [DataRequired(MISSING)],
        description=__("You may write “next Wed” or “14 Oct”."),
        render_kw={"class": "w-m"},
    )
    last_on = DayField(
        __("What is the last day?"),
        description=__("Leave it empty if it goes on."),
        render_kw={"class": "w-m"},
    )

    def speak_of(self, zone_name: str) -> None:
        self.first_on.zone_name = self.last_on.zone_name = zone_name

    def validate_first_on(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_last_on(self, field: DayField) -> None:
        if field.day and self.first_on.day and field.day < self.first_on.day:
            raise ValidationError(_("It must end after it starts."))

    def again(self) -> Again:
        if self.first_on.day is None:
            raise ValueError("The form has not been checked.")
        return Again(self.first_on.day, self.last_on.day)


class PauseForm(TidyForm):
    """For which days a series rests."""

    first_on = DayField(
        __("From which day on?"),
        [DataRequired(MISSING)],
        description=__("You may write “next Wed” or “14 Oct”."),
        render_kw={"class": "w-m"},
    )
    last_on = DayField(
        __("Until which day, that day included?"),
        [DataRequired(MISSING)],
        render_kw={"class": "w-m"},
    )
    reason = StringField(
        __("Why? Everybody concerned reads it."),
        [Optional(), Length(max=60)],
        description=__("For example: 春节."),
    )

    def speak_of(self, zone_name: str) -> None:
        self.first_on.zone_name = self.last_on.zone_name = zone_name

    def validate_first_on(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_last_on(self, field: DayField) -> None:
        check_within_a_year(field)
        if field.day and self.first_on.day and field.day < self.first_on.day:
            raise ValidationError(_("It must end after it starts."))

    def plan(self) -> PausePlan:
        if self.first_on.day is None or self.last_on.day is None:
            raise ValueError("The form has not been checked.")
        return PausePlan(self.first_on.day, self.last_on.day, self.reason.data or "")
