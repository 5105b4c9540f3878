"""Moving, cancelling and restoring one date; the others of its activity stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from volunteer.activities import (
    asking_anew,
    clashes,
    eligibility,
    notices,
    recurrence,
    swap_endings,
    waitlist,
)
from volunteer.activities.attendance import noting
from volunteer.activities.errors import (
    AlreadyCancelled,
    AlreadyEnded,
    AlreadyStarted,
    NotCancelled,
    NotInTheFuture,
)
from volunteer.activities.models import HolidayAnswer, Occurrence, OccurrenceStatus
from volunteer.activities.recurrence import Span
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.core.seen import check_unchanged
from volunteer.network import holidays
from volunteer.people.models import Person


@dataclass(frozen=True)
class DatePlan:
    """When and where one date takes place instead; wall time in the activity's zone."""

    day: date
    starts: time
    ends: time
    place: str
    note: str = ""


def plan_of(occurrence: Occurrence) -> DatePlan:
    """When and where it takes place now."""
    hours = (occurrence.wall_starts.time(), occurrence.wall_ends.time())
    return DatePlan(occurrence.day, *hours, occurrence.place)


def move(occurrence: Occurrence, plan: DatePlan, *, by: Person, seen: str | None = None) -> bool:
    """Another time or place for this one date; everybody concerned gets one message. Who has
    promised to be somewhere else at the new time, pauses then, or is too young for it, loses the
    place: see who_is_elsewhere(). At another time offers to swap it end, and whether somebody comes
    instead is asked anew.

    Answers whether anything changed. `seen`: the mark of what their page showed of plan_of().
    Raises AlreadyStarted, AlreadyCancelled, NotInTheFuture or ChangedMeanwhile.
    """
    with transaction():
        # The activity first, as everywhere: who is elsewhere then is told of it by its number.
        lock(occurrence.activity)
        hold(occurrence)
        if occurrence.is_cancelled:
            raise AlreadyCancelled
        check_unchanged(seen, plan_of(occurrence), replace(plan, note=""))
        day, starts_at, time = occurrence.day, occurrence.starts_at, occurrence.time_mark
        was = (occurrence.wall_starts, occurrence.wall_ends)
        if not put(occurrence, plan, by):
            return False
        if time != occurrence.time_mark:
            swap_endings.end_offers([occurrence], by=by)
            asking_anew.after_move([occurrence], {occurrence.id: time}, by=by)
        noting.forget_earlier([occurrence], by=by)
        clashes.give_way([occurrence], by=by, were_at={occurrence.id: starts_at})
        answer_for_holiday(occurrence, day, HolidayAnswer.MOVED)
        notices.tell_change(
            notices.DATE_MOVED,
            occurrence,
            was_at=starts_at,
            was=was if time != occurrence.time_mark else None,
        )
        # Who could not come then, or waited behind the cut-off, may have the place now.
        waitlist.promote(occurrence)
        if occurrence.day != day:
            # Whoever moves it onto a holiday has been asked before it.
            answer_for_holiday(occurrence, occurrence.day, HolidayAnswer.GOES_ON)
            # The calendar is gone through again: who pauses on the old day comes to it now.
            occurrence.activity.planned_until = None
        return True


def who_is_elsewhere(occurrence: Occurrence, plan: DatePlan) -> list[Person]:
    """Who has a place on this date, and at the time of the plan another one, or a pause, or is too
    young for that hour; and the children who come only because of them."""
    span = span_of(occurrence, plan)
    times = [] if occurrence.is_task else [(occurrence, span.starts_at, span.ends_at)]
    away = clashes.find_away([(occurrence, occurrence.day, plan.day)])
    is_at_night = eligibility.is_at_night(span.wall_starts, span.wall_ends)
    young = clashes.find_young([occurrence]) if is_at_night and not occurrence.is_task else []
    return clashes.who_loses([*clashes.find(times), *away, *young])


def span_of(occurrence: Occurrence, plan: DatePlan) -> Span:
    return recurrence.span(plan.day, plan.starts, plan.ends, occurrence.activity.zone)


def put(occurrence: Occurrence, plan: DatePlan, by: Person) -> bool:
    """Where it takes place from now on, without telling anybody; answers whether that is another
    time or place. Raises NotInTheFuture."""
    span = span_of(occurrence, plan)
    if span.starts_at <= clock.now():
        raise NotInTheFuture
    new = (span.wall_starts, span.wall_ends, plan.place)
    if new == (occurrence.wall_starts, occurrence.wall_ends, occurrence.place):
        return False
    occurrence.wall_starts, occurrence.wall_ends, occurrence.place = new
    occurrence.starts_at, occurrence.ends_at = span.starts_at, span.ends_at
    change(occurrence, "date.moved", plan.note, by)
    return True


def cancel(occurrence: Occurrence, *, reason: str, by: Person) -> None:
    """This one date does not take place; everybody concerned gets one message.

    Raises AlreadyStarted or AlreadyCancelled.
    """
    with transaction():
        hold(occurrence)
        if occurrence.is_cancelled:
            raise AlreadyCancelled
        call_off_held([occurrence], reason=reason, by=by)
        notices.tell_change(notices.DATE_CANCELLED, occurrence)


def call_off_held(occurrences: Sequence[Occurrence], *, reason: str, by: Person) -> None:
    """These dates, which are held, do not take place; nobody is told yet."""
    answer_for_holidays(occurrences, HolidayAnswer.CANCELLED)
    for occurrence in occurrences:
        call_off(occurrence, reason, by)
    swap_endings.end_offers(occurrences, by=by)


def call_off(occurrence: Occurrence, reason: str, by: Person) -> None:
    occurrence.status = OccurrenceStatus.CANCELLED
    for signup in occurrence.signups:
        # Nobody can answer now: should it be on again, they are asked anew, and not passed over.
        signup.answer_by = None
    change(occurrence, "date.cancelled", reason, by)


def restore(occurrence: Occurrence, *, by: Person) -> list[Person]:
    """A cancelled date takes place after all, with the people it had, but for those who have
    promised to be somewhere else meanwhile: answers who they are.

    Raises AlreadyStarted, NotCancelled, or AlreadyEnded when the whole activity has ended.
    """
    with transaction():
        clashes.hold_who_came(Occurrence.id == occurrence.id)
        # The activity first, as everywhere: it must not end meanwhile.
        lock(occurrence.activity)
        hold(occurrence)
        if not occurrence.is_cancelled:
            raise NotCancelled
        if occurrence.activity.has_ended(occurrence.team.today(clock.now())):
            raise AlreadyEnded
        are_elsewhere = put_back_on([occurrence], by=by)
        notices.tell_change(notices.DATE_RESTORED, occurrence)
        # Places given back while it was off went to nobody.
        waitlist.promote(occurrence)
        return are_elsewhere


def put_back_on(occurrences: Sequence[Occurrence], *, by: Person) -> list[Person]:
    """These dates of one activity, which are held as it is, take place after all; only those are
    told who have promised to be somewhere else meanwhile: answers who they are."""
    for occurrence in occurrences:
        occurrence.status = OccurrenceStatus.PLANNED
        occurrence.pause_id = occurrence.days_off_id = None
        if occurrence.holiday_answer is not None:
            occurrence.holiday_answer = HolidayAnswer.GOES_ON
        change(occurrence, "date.restored", "", by)
        # The calendar is gone through again: who began meanwhile to come every week comes to it.
        occurrence.activity.planned_until = None
    return clashes.give_way(occurrences, by=by)


def answer_for_holiday(occurrence: Occurrence, day: date, answer: HolidayAnswer) -> None:
    """A date that stood on a holiday is not asked about again: this is the answer."""
    if holidays.load(day, day).name_on(day):
        occurrence.holiday_answer = answer


def answer_for_holidays(occurrences: Sequence[Occurrence], answer: HolidayAnswer) -> None:
    """The same of dates that stand where they did."""
    days = [occurrence.day for occurrence in occurrences]
    calendar = holidays.load(min(days), max(days))
    for occurrence in occurrences:
        if calendar.name_on(occurrence.day):
            occurrence.holiday_answer = answer


def hold(occurrence: Occurrence) -> None:
    lock(occurrence)
    if occurrence.has_started(clock.now()):
        raise AlreadyStarted


def change(occurrence: Occurrence, action: str, note: str, by: Person) -> None:
    occurrence.is_changed = True
    occurrence.revision += 1
    occurrence.change_note = note
    trail.record(action, occurrence, by=by, team=occurrence.team, **occurrence.for_the_trail)
