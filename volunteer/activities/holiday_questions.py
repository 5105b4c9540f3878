"""Dates on public holidays: each goes on, is moved, or is cancelled.

The team is asked once: before a new series is published, before a date is moved onto one, or when
the date comes on the calendar later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from volunteer.activities import days_off_queries, planning, queries, recurrence, single_date
from volunteer.activities.errors import AlreadyCancelled
from volunteer.activities.models import Activity, HolidayAnswer, Occurrence
from volunteer.activities.planning import SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import transaction
from volunteer.network import holidays
from volunteer.people.models import Person
from volunteer.teams.models import Team


@dataclass(frozen=True)
class Question:
    """A date that nobody has decided on yet, and the holiday that it falls on."""

    occurrence: Occurrence
    holiday: str


@dataclass(frozen=True)
class Questions:
    """What a team is asked, and the years of which no holiday is known."""

    open: Sequence[Question]
    missing_years: Sequence[int]


def of_team(team: Team) -> Questions:
    """What is to be decided on the team's calendar, and which years are missing."""
    today, last = days_ahead(team)
    calendar = holidays.load(today, last)
    missing = calendar.missing_years(today, today + recurrence.WINDOW)
    return Questions(open_on(team, calendar), missing)


def days_ahead(team: Team) -> tuple[date, date]:
    """The first and the last day on which a date of this team can be."""
    today = team.today(clock.now())
    return today, today + recurrence.WINDOW + timedelta(days=1)


def open_on(team: Team, calendar: holidays.Calendar) -> list[Question]:
    """What is to be decided on the team's calendar, soonest first."""
    named = calendar.names(*days_ahead(team))
    found = queries.list_undecided(team, named, after=clock.now()) if named else []
    return [Question(occurrence, named[occurrence.day]) for occurrence in found]


def open_among(dates: Iterable[Occurrence], calendar: holidays.Calendar) -> list[Question]:
    """What is to be decided of these dates that take place."""
    return [
        Question(occurrence, holiday)
        for occurrence in dates
        if occurrence.holiday_answer is None and (holiday := calendar.name_on(occurrence.day))
    ]


def foresee(days: Sequence[date]) -> tuple[list[tuple[date, str]], list[int]]:
    """Which of these days are holidays, with their names; and the years nobody has entered."""
    if not days:
        return [], []
    calendar = holidays.load(days[0], days[-1])
    named = [(day, name) for day in days if (name := calendar.name_on(day))]
    return named, calendar.missing_years(days[0], days[-1])


@dataclass(frozen=True)
class FreeDay:
    """Why a day is none for a date, perhaps: a holiday by its name, dates that are off by why."""

    holiday: str
    off: str


def find_free_day(occurrence: Occurrence, day: date) -> FreeDay | None:
    """What speaks against moving a date to this other day, if anything does."""
    if day == occurrence.day:
        return None
    holiday = holidays.load(day, day).name_on(day) or ""
    off = days_off_queries.find_on(occurrence.team, day)
    return FreeDay(holiday, off.reason if off else "") if holiday or off else None


@dataclass(frozen=True)
class Decision:
    """What becomes of a date of a new series that falls on a holiday; `moved_to` when it moves."""

    day: date
    answer: HolidayAnswer
    holiday: str = ""
    moved_to: date | None = None


def days_to_come(plan: SeriesPlan, zone: str) -> list[date]:
    """The days on which a plan will put dates on the calendar at once."""
    now = clock.now()
    today = zones.day_in(zone, now)
    return [
        day
        for day in plan.series.days(first=today, last=today + recurrence.WINDOW)
        if recurrence.span(day, plan.starts, plan.ends, zone).starts_at > now
    ]


def plan_series(
    team: Team, plan: SeriesPlan, decisions: Sequence[Decision], *, by: Person
) -> Activity:
    """A new series with what was decided about its dates on holidays, all at once: nobody ever
    sees the date as the rule would have it. What nobody decided is asked later.

    Raises what planning.plan_series() does, and NotInTheFuture for a date moved into the past.
    """
    with transaction():
        activity = planning.plan_series(team, plan, by=by)
        dates = {o.planned_on: o for o in queries.list_coming(activity, after=clock.now())}
        for decision in decisions:
            # Pressed twice, it was carried out already.
            if decision.day in dates and dates[decision.day].holiday_answer is None:
                carry_out(decision, dates[decision.day], plan, by)
        return activity


def carry_out(decision: Decision, occurrence: Occurrence, plan: SeriesPlan, by: Person) -> None:
    """Nobody is told: nobody has heard of the date yet."""
    occurrence.holiday_answer = decision.answer
    if decision.answer is HolidayAnswer.MOVED and decision.moved_to is not None:
        there = DatePlan(decision.moved_to, plan.starts, plan.ends, occurrence.place)
        single_date.put(occurrence, there, by)
    elif decision.answer is HolidayAnswer.CANCELLED:
        single_date.call_off(occurrence, decision.holiday, by)
    else:
        note_going_on(occurrence, by)


def go_on(occurrence: Occurrence, *, by: Person) -> None:
    """It takes place, holiday or not. Raises AlreadyStarted or AlreadyCancelled."""
    with transaction():
        single_date.hold(occurrence)
        if occurrence.is_cancelled:
            raise AlreadyCancelled
        occurrence.holiday_answer = HolidayAnswer.GOES_ON
        note_going_on(occurrence, by)


def note_going_on(occurrence: Occurrence, by: Person) -> None:
    trail.record(
        "date.goes_on", occurrence, by=by, team=occurrence.team, **occurrence.for_the_trail
    )
