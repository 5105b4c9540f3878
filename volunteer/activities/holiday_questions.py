"""A date on a public holiday: does it go on, is it moved or cancelled? The team is asked once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from volunteer.activities import queries, recurrence, single_date
from volunteer.activities.errors import AlreadyCancelled
from volunteer.activities.models import HolidayAnswer, Occurrence
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.network import holidays
from volunteer.network import queries as network_queries
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
    today = team.today(clock.now())
    calendar = holidays.Calendar({}, frozenset(network_queries.list_holiday_years()))
    missing = calendar.missing_years(today, today + recurrence.WINDOW)
    return Questions(list_open(team), missing)


def list_open(team: Team) -> Sequence[Question]:
    """What is to be decided on the team's calendar, soonest first."""
    today = team.today(clock.now())
    last = today + recurrence.WINDOW + timedelta(days=1)
    named = {h.day: h.name for h in network_queries.list_holidays(today, last) if h.is_free}
    found = queries.list_undecided(team, named, after=clock.now()) if named else []
    return [Question(occurrence, named[occurrence.day]) for occurrence in found]


def foresee(days: Sequence[date]) -> tuple[list[tuple[date, str]], list[int]]:
    """Which of these days are holidays, with their names; and the years nobody has entered."""
    if not days:
        return [], []
    calendar = holidays.load(days[0], days[-1])
    named = [(day, name) for day in days if (name := calendar.name_on(day))]
    return named, calendar.missing_years(days[0], days[-1])


def go_on(occurrence: Occurrence, *, by: Person) -> None:
    """It takes place, holiday or not. Raises AlreadyStarted or AlreadyCancelled."""
    with transaction():
        single_date.hold(occurrence)
        if occurrence.is_cancelled:
            raise AlreadyCancelled
        occurrence.holiday_answer = HolidayAnswer.GOES_ON
        trail.record(
            "date.goes_on", occurrence, by=by, team=occurrence.team, **occurrence.for_the_trail
        )
