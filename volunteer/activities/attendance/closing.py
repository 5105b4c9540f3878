"""Closing a day: a coordinator looks over who came and for how long, and only then hours count.

The written rules:
- Proposed are the times by the person's own check-in or the paper; a coordinator's tap, or
  nothing at all, means the whole date. A quarter of an hour at either end makes no difference.
- Who forgot to check out left when the date ended; the row says that it is by rule.
- Nobody's hours count twice at the same time, nor more than twelve on one day (counting.py).
- One's own hours are confirmed by another coordinator, when the team has one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.activities import queries
from volunteer.activities.attendance import counting, in_charge, sheet
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.noting import check_is_open
from volunteer.activities.attendance.sheet import Line
from volunteer.activities.errors import (
    CannotCount,
    DateCancelled,
    ListHasChanged,
    NotClosed,
    NotOverYet,
    OwnHours,
    ReasonMissing,
)
from volunteer.activities.models import (
    Attendance,
    AttendanceState,
    AttendanceWay,
    Closing,
    Occurrence,
)
from volunteer.activities.models.attendance import WAYS_WITH_A_TIME
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.deeds.models import MOST_MINUTES
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

GRACE = timedelta(minutes=15)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    """What a coordinator says of one person: whether they came, and the minutes that count."""

    state: AttendanceState
    minutes: int = 0


# --- what is proposed --------------------------------------------------------------------------


def counted_from(occurrence: Occurrence, row: Attendance | None) -> datetime:
    """From when the person's time counts."""
    if row is None or row.way not in WAYS_WITH_A_TIME or row.arrived_at is None:
        return occurrence.starts_at
    is_late = row.arrived_at > occurrence.starts_at + GRACE
    return min(row.arrived_at, occurrence.ends_at) if is_late else occurrence.starts_at


def counted_until(occurrence: Occurrence, row: Attendance | None) -> datetime:
    """Until when it counts; who did not say when they left was there to the end."""
    if row is None or row.left_at is None or row.is_left_by_rule:
        return occurrence.ends_at
    is_near = abs(row.left_at - occurrence.ends_at) <= GRACE
    return occurrence.ends_at if is_near else row.left_at


def proposed_minutes(occurrence: Occurrence, row: Attendance | None) -> int:
    """What the closing page offers: what was set before, or what the times say."""
    if row is not None and row.minutes is not None:
        return row.minutes
    span = counted_until(occurrence, row) - counted_from(occurrence, row)
    return max(0, min(MOST_MINUTES, int(span.total_seconds()) // 60))


def forgot_to_leave(line: Line) -> bool:
    """Checked in by themselves and never out: shown to whoever closes the day."""
    row = line.attendance
    return (
        row is not None
        and row.has_come
        and row.way in {AttendanceWay.WALL, AttendanceWay.CODE}
        and (row.left_at is None or row.is_left_by_rule)
    )


# --- closing -----------------------------------------------------------------------------------


def close(
    occurrence: Occurrence, marks: Mapping[int, Mark], *, by: Person, led_by: int | None = None
) -> Closing:
    """Count the hours of this date as marked, by the person's number; `led_by`: that of who was in
    charge, else who is proposed (in_charge.py).

    Raises DateCancelled, NotOverYet, DayClosed, ListHasChanged when somebody on the list has no
    mark, LeadMissing, or CannotCount with the reason for each person whose hours can't count; then
    nothing is counted. The closer's own hours wait for another coordinator, if there is one.
    """
    with transaction():
        hold(marks.keys())
        lock(occurrence)
        # Again and whole: the lock forgot it, and each of sixty names would be asked for alone.
        occurrence = queries.get_occurrence(occurrence.id)
        check_is_over(occurrence)
        check_is_open(occurrence)
        noted = attendance_queries.list_attendances(occurrence)
        on_list = sheet.lines(occurrence, noted)
        check_marks(on_list, marks)
        absent = absent_by(marks)
        lead = in_charge.choose(occurrence, on_list, led_by, absent=absent, by=by)
        rows = [write(occurrence, line, marks[line.person.id], by=by) for line in on_list]
        closes_own = not has_another_coordinator(occurrence, by)
        counted = [row for row in rows if row.has_come and (closes_own or row.person_id != by.id)]
        check_can_count(occurrence, counted)
        count(counted, by=by)
        closing = Closing(occurrence=occurrence, by=by, led_by=lead, lines=kept_lines(rows))
        session.add(closing)
        trail.record("date.closed", occurrence, by=by, team=occurrence.team, came=len(counted),
                     minutes=sum(row.minutes or 0 for row in counted),
                     **occurrence.for_the_trail)  # fmt: skip
        return closing


def hold(people: Iterable[int]) -> None:
    """Nobody else counts hours of these people until we are done. Everybody holds people in this
    order and before dates, so that two never wait for each other."""
    session.execute(
        select(Person.id)
        .where(Person.id.in_(list(people)))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )


def check_is_over(occurrence: Occurrence) -> None:
    if occurrence.is_cancelled:
        raise DateCancelled
    if clock.now() < occurrence.ends_at:
        raise NotOverYet


def check_marks(on_list: Sequence[Line], marks: Mapping[int, Mark]) -> None:
    """Everybody has one, and none says more than a day may hold."""
    if any(line.person.id not in marks for line in on_list):
        raise ListHasChanged
    too_long = {
        line.person.id: counting.too_much(line.person, marks[line.person.id].minutes)
        for line in on_list
        if marks[line.person.id].minutes > MOST_MINUTES
    }
    if too_long:
        raise CannotCount(too_long)


def absent_by(marks: Mapping[int, Mark]) -> set[int]:
    """The numbers of those who did not come."""
    return {number for number, mark in marks.items() if mark.state is not AttendanceState.CAME}


def write(occurrence: Occurrence, line: Line, mark: Mark, *, by: Person) -> Attendance:
    """The row of this person as the coordinator marked it; a new one when nothing was noted."""
    row = line.attendance
    if row is None:
        row = Attendance(occurrence=occurrence, person=line.person, by=by, noted_at=clock.now(),
                         way=AttendanceWay.COORDINATOR)  # fmt: skip
    row.state = mark.state
    row.minutes = row.counted_from = None
    if mark.state is AttendanceState.CAME:
        row.counted_from, row.minutes = counted_from(occurrence, row), mark.minutes
        if row.left_at is None:
            row.left_at, row.is_left_by_rule = occurrence.ends_at, True
    else:
        row.arrived_at = row.left_at = None
        row.is_left_by_rule = False
    session.add(row)
    return row


def count(rows: Iterable[Attendance], *, by: Person) -> None:
    for row in rows:
        row.confirmed_by, row.confirmed_at = by, clock.now()


def kept_lines(rows: Iterable[Attendance]) -> dict[str, list[int | str | None]]:
    """What was closed, so that a later correction does not wipe it out."""
    return {str(row.person_id): [row.state.value, row.minutes] for row in rows}


def has_another_coordinator(occurrence: Occurrence, person: Person) -> bool:
    return any(
        membership.person_id != person.id
        for membership in team_queries.list_coordinators(occurrence.team)
    )


def check_can_count(occurrence: Occurrence, rows: Sequence[Attendance]) -> None:
    """Raises CannotCount with a sentence for each person who would be in two places at once, or
    at work for more than twelve hours of one day."""
    others = counting.counted_near(
        [row.person_id for row in rows],
        occurrence.starts_at - A_DAY,
        occurrence.ends_at + A_DAY,
        beside=occurrence,
    )
    reasons = {
        row.person_id: reason
        for row in rows
        if (reason := counting.why_not(row.person, counting.of_date(row), others[row.person_id]))
    }
    if reasons:
        raise CannotCount(reasons)


# --- afterwards ----------------------------------------------------------------------------------


def confirm(occurrence: Occurrence, person: Person, *, by: Person) -> None:
    """Count the hours of who closed the day, as the four eyes of another coordinator.

    Pressed twice it counts once. Raises NotClosed, OwnHours or CannotCount.
    """
    with transaction():
        hold([person.id])
        lock(occurrence)
        row = attendance_queries.find_attendance(occurrence, person)
        if attendance_queries.find_closing(occurrence) is None or row is None or not row.has_come:
            raise NotClosed
        if row.is_counted:
            return
        if person.id == by.id and has_another_coordinator(occurrence, by):
            raise OwnHours
        check_can_count(occurrence, [row])
        count([row], by=by)
        trail.record("hours.confirmed", row, by=by, person=person, team=occurrence.team,
                     minutes=row.minutes, **occurrence.for_the_trail)  # fmt: skip


def reopen(occurrence: Occurrence, *, reason: str, by: Person) -> Closing:
    """Open a closed date again, so that it can be corrected; until then none of it counts.

    What was closed is kept with the reason. Raises NotClosed or ReasonMissing.
    """
    with transaction():
        lock(occurrence)
        closing = attendance_queries.find_closing(occurrence)
        if closing is None:
            raise NotClosed
        if not reason.strip():
            raise ReasonMissing
        closing.reopened_by, closing.reopened_at = by, clock.now()
        closing.reopen_reason = reason.strip()
        for row in attendance_queries.list_attendances(occurrence):
            row.confirmed_by = row.confirmed_at = None
        trail.record("date.reopened", occurrence, by=by, team=occurrence.team,
                     **occurrence.for_the_trail)  # fmt: skip
        return closing
