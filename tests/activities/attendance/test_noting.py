"""Who came: checking in and out, a coordinator's tap, and the sheet typed back."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from volunteer.activities.attendance import closing, noting
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.attendance.noting import Arrival
from volunteer.activities.errors import (
    DateCancelled,
    DayClosed,
    NotCheckedIn,
    NotInTheTeam,
    TooEarlyToCheckIn,
    TooLateToCheckIn,
)
from volunteer.activities.models import (
    Attendance,
    AttendanceState,
    AttendanceWay,
    OccurrenceStatus,
)
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def occurrence(time_machine, database):
    """A date from 10 to 12 in Chengdu; it is ten to ten."""
    time_machine.move_to("2026-10-14T01:50Z", tick=False)
    begin = clock.now() + timedelta(minutes=10)
    return OccurrenceFactory(starts_at=begin, roles=[("帮厨", 1, 9)])


def actions():
    return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]


def test_who_checks_in_is_noted_with_the_time_and_pressing_again_changes_nothing(
    occurrence, time_machine
):
    ana = SignupFactory(occurrence=occurrence).person
    arrived = clock.now()

    first = noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    time_machine.shift(timedelta(minutes=40))
    again = noting.check_in(occurrence, ana, way=AttendanceWay.CODE, by=ana)

    assert again.id == first.id
    assert (again.state, again.way) == (AttendanceState.CAME, AttendanceWay.WALL)
    assert again.arrived_at == arrived
    assert actions() == ["attendance.noted"]


def test_a_member_who_did_not_sign_up_checks_in_all_the_same(occurrence):
    ana = member_of(occurrence)

    assert noting.check_in(occurrence, ana, way=AttendanceWay.CODE, by=ana).has_come


def test_a_stranger_can_not_check_in(occurrence):
    stranger = PersonFactory()

    with pytest.raises(NotInTheTeam):
        noting.check_in(occurrence, stranger, way=AttendanceWay.WALL, by=stranger)


@pytest.mark.parametrize(("minutes", "error"), [(-111, TooEarlyToCheckIn), (131, TooLateToCheckIn)])
def test_checking_in_has_its_hours(occurrence, time_machine, minutes, error):
    ana = SignupFactory(occurrence=occurrence).person
    time_machine.shift(timedelta(minutes=minutes))

    with pytest.raises(error):
        noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)


def test_nobody_checks_in_at_a_date_that_was_cancelled(occurrence):
    ana = SignupFactory(occurrence=occurrence).person
    occurrence.status = OccurrenceStatus.CANCELLED
    session.commit()

    with pytest.raises(DateCancelled):
        noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)


def test_leaving_keeps_the_first_time_and_can_be_taken_back(occurrence, time_machine):
    ana = SignupFactory(occurrence=occurrence).person
    noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    time_machine.shift(timedelta(hours=1))
    left = clock.now()

    noting.check_out(occurrence, ana, by=ana)
    time_machine.shift(timedelta(minutes=20))
    row = noting.check_out(occurrence, ana, by=ana)
    first_time = row.left_at
    noting.stay(occurrence, ana, by=ana)

    assert first_time == left
    assert row.left_at is None
    assert actions() == ["attendance.noted", "attendance.left", "attendance.stayed"]


def test_who_never_came_can_not_leave(occurrence):
    ana = SignupFactory(occurrence=occurrence).person

    with pytest.raises(NotCheckedIn):
        noting.check_out(occurrence, ana, by=ana)


def test_a_coordinators_tap_says_who_tapped_and_can_be_undone_as_often_as_one_likes(
    occurrence, coordinator
):
    ana = SignupFactory(occurrence=occurrence).person

    tapped = noting.note(occurrence, ana, by=coordinator)
    ways = (tapped.way, tapped.by_id)
    noting.undo(occurrence, ana, by=coordinator)
    noting.undo(occurrence, ana, by=coordinator)

    assert ways == (AttendanceWay.COORDINATOR, coordinator.id)
    assert session.query(Attendance).count() == 0
    assert actions() == ["attendance.noted", "attendance.undone"]


def test_who_came_without_signing_up_is_a_walk_in(occurrence, coordinator):
    walk_in = noting.note(occurrence, member_of(occurrence), by=coordinator)

    assert walk_in.way is AttendanceWay.WALK_IN


def test_who_is_noted_after_the_end_has_no_time_of_arrival(occurrence, coordinator, time_machine):
    ana = SignupFactory(occurrence=occurrence).person
    time_machine.shift(timedelta(days=3))

    assert noting.note(occurrence, ana, by=coordinator).arrived_at is None


def test_a_sheet_saved_twice_is_as_if_saved_once_and_its_times_hold(occurrence, coordinator):
    ana, ben = (SignupFactory(occurrence=occurrence).person for _each in range(2))
    noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    late = occurrence.starts_at + timedelta(minutes=30)
    lines = [Arrival(ana.id), Arrival(ben.id, late)]

    counts = [noting.note_sheet(occurrence, lines, by=coordinator) for _twice in range(2)]

    rows = {row.person_id: row for row in session.query(Attendance)}
    assert counts == [1, 0]
    assert rows[ana.id].way is AttendanceWay.WALL
    assert (rows[ben.id].way, rows[ben.id].arrived_at) == (AttendanceWay.PAPER, late)
    assert rows[ben.id].by_id == coordinator.id


def test_a_time_of_coming_on_the_paper_leaves_alone_when_they_checked_out(
    occurrence, coordinator, time_machine
):
    ana, ben = (SignupFactory(occurrence=occurrence).person for _each in range(2))
    for person in (ana, ben):
        noting.check_in(occurrence, person, way=AttendanceWay.WALL, by=person)
    time_machine.shift(timedelta(minutes=20))
    left = clock.now()
    for person in (ana, ben):
        noting.check_out(occurrence, person, by=person)
    before, after = (left + timedelta(minutes=minutes) for minutes in (-10, 10))

    noting.note_sheet(occurrence, [Arrival(ana.id, before), Arrival(ben.id, after)], by=coordinator)

    rows = {row.person_id: row for row in session.query(Attendance)}
    assert (rows[ana.id].arrived_at, rows[ana.id].left_at) == (before, left)
    assert (rows[ben.id].arrived_at, rows[ben.id].left_at) == (after, None)


def test_after_closing_nothing_is_noted_any_more(occurrence, coordinator, time_machine):
    ana = SignupFactory(occurrence=occurrence).person
    time_machine.shift(timedelta(hours=3))
    closing.close(occurrence, {ana.id: Mark(AttendanceState.NO_SHOW)}, by=coordinator)

    for late in (
        lambda: noting.note(occurrence, ana, by=coordinator),
        lambda: noting.undo(occurrence, ana, by=coordinator),
        lambda: noting.stay(occurrence, ana, by=coordinator),
        lambda: noting.note_sheet(occurrence, [Arrival(ana.id)], by=coordinator),
    ):
        with pytest.raises(DayClosed):
            late()


def test_who_was_marked_as_not_having_come_can_not_stay_but_can_still_be_noted(
    occurrence, coordinator, time_machine
):
    ana = SignupFactory(occurrence=occurrence).person
    noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    time_machine.move_to(occurrence.ends_at + timedelta(hours=1), tick=False)
    no_show = {ana.id: Mark(AttendanceState.NO_SHOW)}
    closing.close(occurrence, no_show, by=coordinator)
    closing.reopen(occurrence, reason="她来了", by=coordinator)

    with pytest.raises(NotCheckedIn):
        noting.stay(occurrence, ana, by=ana)
    row = noting.note(occurrence, ana, by=coordinator)

    assert (row.has_come, row.way) == (True, AttendanceWay.COORDINATOR)


def test_a_time_of_leaving_on_the_paper_is_written_down_for_who_has_come(occurrence, coordinator):
    ana = SignupFactory(occurrence=occurrence).person
    row = noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    left = occurrence.starts_at + timedelta(hours=1)

    noting.note_sheet(occurrence, [Arrival(ana.id, left_at=left)], by=coordinator)

    assert row.left_at == left


def test_who_is_on_the_paper_without_a_time_checks_out(occurrence, coordinator, time_machine):
    ana = SignupFactory(occurrence=occurrence).person
    noting.note_sheet(occurrence, [Arrival(ana.id)], by=coordinator)
    time_machine.shift(timedelta(hours=1))

    row = noting.check_out(occurrence, ana, by=ana)

    assert (row.arrived_at, row.left_at) == (None, clock.now())
