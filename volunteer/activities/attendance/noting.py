"""Who came: checking in and out oneself, a coordinator's tap, and a sheet typed back.

What stands here counts nothing yet; `closing.py` does, once a person has looked it over.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.errors import (
    DateCancelled,
    DayClosed,
    NotCheckedIn,
    NotInTheTeam,
    TooEarlyToCheckIn,
    TooLateToCheckIn,
)
from volunteer.activities.models import Attendance, AttendanceState, AttendanceWay, Occurrence
from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

# From when before the beginning one may check in, and until when after the end one may check out.
BEFORE = timedelta(hours=2)
AFTER = timedelta(hours=2)


def opens_at(occurrence: Occurrence) -> datetime:
    """From when on somebody may be here: a while before the beginning. A task is done at any hour
    of its day."""
    if occurrence.is_task:
        return zones.at(occurrence.day, time(), occurrence.activity.zone)
    return occurrence.starts_at - BEFORE


@dataclass(frozen=True)
class Arrival:
    """A line of the paper sheet: who came, and when they came and left if that was written."""

    person_id: int
    arrived_at: datetime | None = None
    left_at: datetime | None = None


def check_in(
    occurrence: Occurrence, person: Person, *, way: AttendanceWay, by: Person
) -> Attendance:
    """The person is here now. Pressed twice, or in two places at once, the first time stays.

    Raises DateCancelled, TooEarlyToCheckIn, TooLateToCheckIn, DayClosed or NotInTheTeam.
    `by` is who pressed: the person, or who acts for them.
    """
    with transaction():
        lock(occurrence)
        now = clock.now()
        check_has_opened(occurrence, now)
        check_is_open(occurrence)
        if now > occurrence.ends_at:
            raise TooLateToCheckIn
        check_is_in_team(occurrence, person)
        return arrive(occurrence, person, way=way, by=by, at=now)


def check_out(occurrence: Occurrence, person: Person, *, by: Person) -> Attendance:
    """The person leaves now; the first time stays. Raises NotCheckedIn, TooLateToCheckIn or
    DayClosed."""
    with transaction():
        lock(occurrence)
        check_is_open(occurrence)
        now = clock.now()
        if now > occurrence.ends_at + AFTER:
            raise TooLateToCheckIn
        found = attendance_queries.find_attendance(occurrence, person)
        if found is None or not found.has_come:
            raise NotCheckedIn
        if found.left_at is None:
            found.left_at = max(now, found.arrived_at or now)
            record("attendance.left", found, by=by)
        return found


def stay(occurrence: Occurrence, person: Person, *, by: Person) -> Attendance:
    """Leaving was pressed by mistake: they are still here. Raises NotCheckedIn or DayClosed."""
    with transaction():
        lock(occurrence)
        check_is_open(occurrence)
        found = attendance_queries.find_attendance(occurrence, person)
        if found is None or not found.has_come:
            raise NotCheckedIn
        if found.left_at is not None:
            found.left_at = None
            record("attendance.stayed", found, by=by)
        return found


def note(occurrence: Occurrence, person: Person, *, by: Person) -> Attendance:
    """A coordinator has seen the person, now or, after the end, from memory.

    Raises DateCancelled, TooEarlyToCheckIn, DayClosed or NotInTheTeam.
    """
    with transaction():
        lock(occurrence)
        now = clock.now()
        check_has_opened(occurrence, now)
        check_is_open(occurrence)
        signup = occurrence.signup_of(person)
        if signup is None:
            check_is_in_team(occurrence, person)
        expected = signup is not None and signup.is_going
        way = AttendanceWay.COORDINATOR if expected else AttendanceWay.WALK_IN
        at = now if now <= occurrence.ends_at else None
        return arrive(occurrence, person, way=way, by=by, at=at)


def undo(occurrence: Occurrence, person: Person, *, by: Person) -> None:
    """Nothing is noted of the person any more; the trail keeps that it was. Raises DayClosed."""
    with transaction():
        lock(occurrence)
        check_is_open(occurrence)
        found = attendance_queries.find_attendance(occurrence, person)
        if found is not None:
            record("attendance.undone", found, by=by)
            session.delete(found)


def forget_earlier(moved: Collection[Occurrence], *, by: Person) -> None:
    """Who was noted before the door of a date opens now had come for another hour: nothing is noted
    of them any more. The caller holds the dates."""
    for row in attendance_queries.list_noted_on(moved):
        if row.noted_at < opens_at(row.occurrence):
            record("attendance.undone", row, by=by)
            session.delete(row)


def note_sheet(occurrence: Occurrence, arrivals: Iterable[Arrival], *, by: Person) -> int:
    """Everybody on these lines of the paper came; answers how many are new.

    A time on the paper takes the place of one noted before; a line without one leaves it as it
    is. Saved twice, it is as if saved once. Raises DateCancelled, TooEarlyToCheckIn or DayClosed.
    """
    with transaction():
        lock(occurrence)
        now = clock.now()
        check_has_opened(occurrence, now)
        check_is_open(occurrence)
        known = {row.person_id: row for row in attendance_queries.list_attendances(occurrence)}
        new = 0
        for arrival in arrivals:
            row = known.get(arrival.person_id)
            if row is None:
                row = Attendance(occurrence_id=occurrence.id, person_id=arrival.person_id)
                known[arrival.person_id] = row
            elif row.has_come and arrival.arrived_at is None and arrival.left_at is None:
                continue
            new += row.state is not AttendanceState.CAME
            write_arrival(row, arrival, by=by, now=now)
            session.add(row)
        trail.record("attendance.typed", occurrence, by=by, team=occurrence.team, new=new,
                     **occurrence.for_the_trail)  # fmt: skip
        return new


def write_arrival(row: Attendance, arrival: Arrival, *, by: Person, now: datetime) -> None:
    row.state, row.way = AttendanceState.CAME, AttendanceWay.PAPER
    row.by_id, row.noted_at = by.id, now
    row.minutes = row.counted_from = None
    if arrival.arrived_at or arrival.left_at:
        # Of leaving a line with one time says nothing: when they checked out, they did.
        left = arrival.left_at or (None if row.is_left_by_rule else row.left_at)
        is_after = left and (arrival.arrived_at is None or arrival.arrived_at <= left)
        row.arrived_at, row.left_at = arrival.arrived_at, left if is_after else None
        row.is_left_by_rule = False


def arrive(
    occurrence: Occurrence, person: Person, *, way: AttendanceWay, by: Person, at: datetime | None
) -> Attendance:
    """The one row of this person; the caller holds the date."""
    row = attendance_queries.find_attendance(occurrence, person)
    if row is not None and row.has_come:
        return row
    if row is None:
        row = Attendance(occurrence=occurrence, person=person)
    row.state, row.way = AttendanceState.CAME, way
    row.arrived_at, row.left_at, row.is_left_by_rule = at, None, False
    row.minutes = row.counted_from = None
    row.by, row.noted_at = by, clock.now()
    session.add(row)
    record("attendance.noted", row, by=by)
    return row


def record(action: str, row: Attendance, *, by: Person) -> None:
    occurrence = row.occurrence
    trail.record(action, row, by=by, person=row.person, team=occurrence.team, way=row.way,
                 **occurrence.for_the_trail)  # fmt: skip


def check_has_opened(occurrence: Occurrence, now: datetime) -> None:
    if occurrence.is_cancelled:
        raise DateCancelled
    if now < opens_at(occurrence):
        raise TooEarlyToCheckIn


def check_is_open(occurrence: Occurrence) -> None:
    if attendance_queries.find_closing(occurrence) is not None:
        raise DayClosed


def check_is_in_team(occurrence: Occurrence, person: Person) -> None:
    membership = team_queries.find_membership(occurrence.team, person)
    if membership is None or not membership.is_in_team:
        raise NotInTheTeam
