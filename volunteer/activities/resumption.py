"""An activity that has ended is taken up again from a day on, by the rule that it had."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from volunteer.activities import (
    clashes,
    extending,
    insurance,
    notices,
    planning,
    queries,
    recurrence,
    waitlist,
)
from volunteer.activities.errors import GoesOnAlready, NoDatesAgain
from volunteer.activities.models import Activity, ActivityPause, Occurrence, OccurrenceStatus
from volunteer.activities.recurrence import Series
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.people.models import Person


@dataclass(frozen=True)
class Again:
    """From which day on it takes place again, and until which; open end without one."""

    first_on: date
    last_on: date | None = None


@dataclass(frozen=True)
class Foreseen:
    """Which days get a date, the dates that its end had cancelled, and those that stay cancelled,
    soonest first."""

    days: Sequence[date]
    back: Sequence[Occurrence]
    off: Sequence[Occurrence]


def foresee(activity: Activity, again: Again) -> Foreseen:
    """What comes on the calendar, of the weeks that it shows. Raises NoDatesAgain."""
    now = clock.now()
    first = max(again.first_on, activity.team.today(now))
    found = series_of(activity, again).days(first=first, last=first + recurrence.WINDOW)
    there = {one.planned_on: one for one in queries.list_coming(activity, after=now)}
    days = [
        day
        for day in found
        if (there[day].is_off_by_end if day in there else is_to_come(activity, day))
    ]
    if not days:
        raise NoDatesAgain
    back = [there[day] for day in days if day in there]
    known = [there[day] for day in found if day in there]
    return Foreseen(days, back, [o for o in known if o.is_cancelled and o not in back])


def series_of(activity: Activity, again: Again) -> Series:
    """The rule goes on as if it had never ended: every second week stays that week."""
    return replace(activity.series_without_pauses, last_on=again.last_on)


def is_to_come(activity: Activity, day: date) -> bool:
    return extending.span_of(activity, day).starts_at > clock.now()


def take_up(activity: Activity, again: Again, *, by: Person) -> None:
    """It goes on from that day, with who comes every week; the days since its end stay a pause.
    What its end had cancelled of the days behind takes place after all, with the people it had, but
    for those who have promised to be somewhere else meanwhile: they get one message.

    Raises GoesOnAlready, InsuranceNeeded, RiskNoteNeeded or NoDatesAgain.
    """
    with transaction():
        clashes.hold_who_came(Occurrence.activity_id == activity.id)
        planning.hold(activity)
        today = activity.team.today(clock.now())
        if not activity.has_ended(today):
            raise GoesOnAlready
        insurance.check_publishable(
            activity.team, activity.danger_level, activity.risk_note, today=today
        )
        foreseen = foresee(activity, again)
        rest_until(activity, again.first_on, by)
        activity.last_on, activity.planned_until = again.last_on, None
        trail.record("activity.taken_up", activity, by=by, team=activity.team,
                     activity=activity.title, first=again.first_on.isoformat())  # fmt: skip
        back = planning.in_order_of_locking(foreseen.back)
        for occurrence in back:
            occurrence.status, occurrence.change_note = OccurrenceStatus.PLANNED, ""
            occurrence.revision += 1
        clashes.give_way(back, by=by)
        extending.extend(activity, today=today)
        planning.tell_of_dates(notices.ACTIVITY_RESUMED, activity, [o.id for o in back])
        # Places given back while it was off went to nobody.
        for occurrence in back:
            waitlist.promote(occurrence)


def rest_until(activity: Activity, day: date, by: Person) -> None:
    """The days between its end and the new beginning get no dates, however often the calendar is
    gone through, unless somebody takes this pause back."""
    if activity.last_on is None or activity.last_on + timedelta(days=1) >= day:
        return
    first_on, last_on = activity.last_on + timedelta(days=1), day - timedelta(days=1)
    rest = ActivityPause(activity=activity, first_on=first_on, last_on=last_on, by_id=by.id)
    session.add(rest)
    session.flush()
    for occurrence in queries.list_coming(activity, after=clock.now()):
        if occurrence.is_off_by_end and first_on <= occurrence.planned_on <= last_on:
            occurrence.pause_id = rest.id
