"""Dates of some days, of a place or outdoors, called off together and taken back together.

What it means that a date is cancelled, or takes place after all, single_date.py says; here it is
many of them, and everybody concerned reads one message.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from volunteer.activities import (
    clashes,
    days_off_notices,
    days_off_queries,
    notices,
    queries,
    recurrence,
    single_date,
    waitlist,
)
from volunteer.activities.errors import CalendarChanged, DaysOver, NothingChosen
from volunteer.activities.models import Activity, ActivityPause, DaysOff, Occurrence
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.seen import mark_of
from volunteer.notifications import outbox
from volunteer.notifications.models import Channel
from volunteer.people.models import Person
from volunteer.teams.models import Team

# Longer than that it is a pause of each series.
MOST_DAYS = 31

PortionsOn = Callable[[Collection[int]], Mapping[int, int]]


def no_portions(_dates: Collection[int]) -> Mapping[int, int]:
    return {}


class Known:
    """What is known further up."""

    portions: PortionsOn = staticmethod(no_portions)


def portions_by(portions: PortionsOn) -> None:
    """Who says how many lunches are booked on dates, by their numbers."""
    Known.portions = staticmethod(portions)


class Which(StrEnum):
    """Which dates of the team."""

    ALL = "all"
    OUTDOORS = "outdoors"
    PLACE = "place"


@dataclass(frozen=True)
class DaysPlan:
    """From which day to which, both included, which dates, and why."""

    first_on: date
    last_on: date
    reason: str
    which: Which = Which.ALL
    place: str = ""

    def means(self, occurrence: Occurrence) -> bool:
        match self.which:
            case Which.OUTDOORS:
                return occurrence.activity.is_outdoors
            case Which.PLACE:
                return occurrence.place == self.place
            case Which.ALL:
                return True


@dataclass(frozen=True)
class Outlook:
    """Whom it concerns when these dates are called off."""

    told: Sequence[Person]
    # Those of them whom nobody can write to: a coordinator calls them.
    called: Sequence[Person]
    # How many lunches are booked, by the number of the date, chosen or not.
    portions: Mapping[int, int]


@dataclass(frozen=True)
class Back:
    """What has become of days off that were taken back."""

    again: Sequence[Occurrence]
    # Who has promised to be somewhere else meanwhile, and has lost the place.
    are_elsewhere: Sequence[Person]
    # What stays off: it has begun, or its series rests or has ended.
    left: Sequence[Occurrence]


def foresee(team: Team, plan: DaysPlan) -> list[Occurrence]:
    """The dates that are meant, soonest first."""
    found = days_off_queries.list_on_days(team, plan.first_on, plan.last_on, after=clock.now())
    return [occurrence for occurrence in found if plan.means(occurrence)]


def look_ahead(occurrences: Sequence[Occurrence], chosen: Collection[int] | None = None) -> Outlook:
    """Whom it concerns when those of these dates whose numbers are chosen are called off; all of
    them, when nothing is said of that."""
    numbers = [occurrence.id for occurrence in occurrences]
    off = [o for o in occurrences if chosen is None or o.id in chosen]
    told = [person for person, _dates in notices.dates_of_each(off)]
    called = [person for person in told if outbox.channel_for(person) is Channel.CALL]
    return Outlook(told, called, Known.portions(numbers))


def mark(occurrences: Sequence[Occurrence]) -> str:
    """The mark of what a page showed of these dates."""
    return mark_of([(o.id, o.wall_starts, o.wall_ends, o.place) for o in occurrences])


def call_off(
    team: Team,
    plan: DaysPlan,
    chosen: Collection[int],
    *,
    by: Person,
    seen: str | None = None,
    form_key: str | None = None,
) -> DaysOff:
    """Those of the dates meant whose numbers are chosen do not take place; everybody concerned gets
    one message. Sent twice from one page, it is done once.

    `seen`: the mark of the dates that the page showed. Raises NothingChosen or CalendarChanged.
    """
    with transaction():
        now = clock.now()
        days_off_queries.hold_on_days(team, plan.first_on, plan.last_on, after=now)
        if form_key and (done := days_off_queries.find_by_form(team, form_key)):
            return done
        meant = foresee(team, plan)
        if seen and mark(meant) != seen:
            raise CalendarChanged
        off = [occurrence for occurrence in meant if occurrence.id in chosen]
        if not off:
            raise NothingChosen
        together = DaysOff(
            team=team, first_on=plan.first_on, last_on=plan.last_on, reason=plan.reason,
            called_off_at=now, form_key=form_key,
        )  # fmt: skip
        session.add(together)
        # Its number is needed now: the dates carry it.
        session.flush()
        single_date.call_off_held(off, reason=plan.reason, by=by)
        for occurrence in off:
            occurrence.days_off_id = together.id
        note("days.called_off", together, len(off), by)
        days_off_notices.tell(notices.DATES_CALLED_OFF, together, off)
        return together


def can_be_taken_back(occurrence: Occurrence) -> bool:
    """Whether this date could still take place."""
    now = clock.now()
    has_ended = occurrence.activity.has_ended(occurrence.team.today(now))
    is_over = has_ended or occurrence.has_started(now)
    return occurrence.is_cancelled and not is_over and pause_of(occurrence) is None


def pause_of(occurrence: Occurrence) -> ActivityPause | None:
    """The pause of its series that lies on its day: it was set while the date was off."""
    return occurrence.activity.pause_on(occurrence.day)


def take_back(together: DaysOff, *, by: Person) -> Back:
    """Those of its dates that have not begun take place after all, but for those that somebody has
    let take place already; everybody concerned gets one message. Raises DaysOver.
    """
    with transaction():
        clashes.hold_who_came(Occurrence.days_off_id == together.id)
        lock(together)
        days_off_queries.hold_dates_of(together)
        dates = days_off_queries.list_dates_of(together)
        again = [occurrence for occurrence in dates if can_be_taken_back(occurrence)]
        if together.taken_back_at is not None or not again:
            raise DaysOver
        together.taken_back_at = clock.now()
        note("days.taken_back", together, len(again), by)
        resting = [(one, pause) for one in dates if one.is_cancelled and (pause := pause_of(one))]
        are_elsewhere: list[Person] = []
        for own in by_activity(again).values():
            are_elsewhere += single_date.put_back_on(own, by=by)
        for occurrence, pause in resting:
            # With its pause it takes place again, and with nothing else.
            occurrence.pause_id, occurrence.days_off_id = pause.id, None
        for occurrence in [*again, *(one for one, _pause in resting)]:
            # Days off were not meant for this date alone: changes of its series reach it again.
            occurrence.is_changed = not stands_as_planned(occurrence)
        session.flush()
        told = queries.list_dates(occurrence.id for occurrence in again)
        waited_for = [one for one in told if any(role.waiting for role in one.roles)]
        days_off_notices.tell(notices.DATES_BACK_ON, together, told)
        # Places given back while they were off went to nobody.
        for occurrence in sorted(waited_for, key=lambda one: one.id):
            waitlist.promote(occurrence)
        left = [occurrence for occurrence in dates if occurrence not in again]
        return Back(again, list(dict.fromkeys(are_elsewhere)), left)


def by_activity(occurrences: Sequence[Occurrence]) -> dict[Activity, list[Occurrence]]:
    found: dict[Activity, list[Occurrence]] = {}
    for occurrence in occurrences:
        found.setdefault(occurrence.activity, []).append(occurrence)
    return found


def stands_as_planned(occurrence: Occurrence) -> bool:
    """Whether it is when and where its series would have it."""
    activity = occurrence.activity
    span = recurrence.span(occurrence.planned_on, activity.starts, activity.ends, activity.zone)
    planned = (span.wall_starts, span.wall_ends, activity.place)
    return planned == (occurrence.wall_starts, occurrence.wall_ends, occurrence.place)


def note(action: str, together: DaysOff, count: int, by: Person) -> None:
    trail.record(
        action,
        together,
        by=by,
        team=together.team,
        first=together.first_on.isoformat(),
        last=together.last_on.isoformat(),
        dates=count,
    )
