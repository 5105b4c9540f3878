"""A series that rests for some days, such as over the Spring Festival, and takes its rest back."""

from dataclasses import dataclass
from datetime import date, timedelta

from volunteer.activities import (
    clashes,
    extending,
    notices,
    planning,
    queries,
    single_date,
    swap_endings,
    waitlist,
)
from volunteer.activities.errors import AlreadyEnded, AlreadyPausing, PauseOver
from volunteer.activities.models import Activity, ActivityPause, Occurrence, OccurrenceStatus
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.people.models import Person


@dataclass(frozen=True)
class PausePlan:
    """From which day to which a series rests, both included, and why."""

    first_on: date
    last_on: date
    reason: str = ""


def foresee(activity: Activity, plan: PausePlan) -> list[Occurrence]:
    """The dates on the calendar that a pause would cancel."""
    return [
        occurrence
        for occurrence in queries.list_coming(activity, after=clock.now())
        if plan.first_on <= occurrence.day <= plan.last_on and not occurrence.is_cancelled
    ]


def pause(activity: Activity, plan: PausePlan, *, by: Person) -> ActivityPause:
    """No dates in these days: those on the calendar are cancelled, later ones are not made.

    Everybody concerned gets one message. Raises AlreadyEnded or AlreadyPausing.
    """
    with transaction():
        planning.hold(activity)
        if activity.has_ended(activity.team.today(clock.now())):
            raise AlreadyEnded
        if any(p.first_on <= plan.last_on and p.last_on >= plan.first_on for p in activity.pauses):
            raise AlreadyPausing
        rest = ActivityPause(
            activity=activity,
            first_on=plan.first_on,
            last_on=plan.last_on,
            reason=plan.reason,
            by_id=by.id,
        )
        session.add(rest)
        session.flush()
        note(rest, "activity.paused", by)
        resting = foresee(activity, plan)
        for occurrence in resting:
            was_changed = occurrence.is_changed
            single_date.call_off(occurrence, plan.reason, by)
            # By the pause, not by hand: changes of the activity go on to reach it.
            occurrence.pause_id, occurrence.is_changed = rest.id, was_changed
        swap_endings.end_offers(resting, by=by)
        planning.tell_of_dates(notices.ACTIVITY_PAUSED, activity, [o.id for o in resting])
        return rest


def take_back(rest: ActivityPause, *, by: Person) -> int:
    """From today on the series takes place again, with the people that its dates had, but for those
    who have promised to be somewhere else meanwhile.

    Everybody concerned gets one message. Answers how many dates take place again. Raises
    AlreadyEnded or PauseOver.
    """
    # Whoever presses at the same moment may take it away while we wait.
    activity, number = rest.activity, rest.id
    with transaction():
        clashes.hold_who_came(Occurrence.pause_id == number)
        planning.hold(activity)
        if rest not in activity.pauses:
            raise PauseOver
        today = activity.team.today(clock.now())
        if activity.has_ended(today):
            raise AlreadyEnded
        if rest.last_on < today:
            raise PauseOver
        note(rest, "activity.resumed", by)
        again = planning.in_order_of_locking(
            o
            for o in queries.list_coming(activity, after=clock.now())
            if o.pause_id == rest.id and o.is_cancelled
        )
        for occurrence in again:
            occurrence.status = OccurrenceStatus.PLANNED
            occurrence.pause_id = None
            occurrence.change_note = ""
            occurrence.revision += 1
        clashes.give_way(again, by=by)
        shorten(rest, today)
        activity.planned_until = None
        extending.extend(activity, today=today)
        planning.tell_of_dates(notices.ACTIVITY_RESUMED, activity, [o.id for o in again])
        # Places given back in the pause went to nobody.
        for occurrence in again:
            waitlist.promote(occurrence)
        return len(again)


def shorten(rest: ActivityPause, today: date) -> None:
    """The days that have been stay a pause; one that has not begun never was."""
    session.flush()
    if rest.first_on < today:
        rest.last_on = today - timedelta(days=1)
        return
    queries.forget_pause(rest)
    session.delete(rest)
    session.flush()
    session.expire_all()


def note(rest: ActivityPause, action: str, by: Person) -> None:
    activity = rest.activity
    trail.record(
        action,
        activity,
        by=by,
        team=activity.team,
        activity=activity.title,
        first=rest.first_on.isoformat(),
        last=rest.last_on.isoformat(),
    )
