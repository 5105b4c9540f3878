"""Closing a day: what is proposed, what counts, who confirms whose hours, opening again."""

from datetime import timedelta

import pytest

from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    SignupFactory,
    member_of,
)
from tests.factories.teams import CoordinatorFactory
from volunteer.activities.attendance import closing, noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.attendance.noting import Arrival
from volunteer.activities.errors import (
    CannotCount,
    DateCancelled,
    DayClosed,
    LeadMissing,
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
    OccurrenceStatus,
)
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")

CAME, NO_SHOW = AttendanceState.CAME, AttendanceState.NO_SHOW


@pytest.fixture
def ana(occurrence):
    return SignupFactory(occurrence=occurrence, person=member_of(occurrence, name="安娜")).person


@pytest.fixture
def afterwards(time_machine):
    """It is evening."""
    return lambda: time_machine.move_to("2026-10-14T12:00Z", tick=False)


def proposed(occurrence, person):
    row = attendance_queries.find_attendance(occurrence, person)
    return closing.proposed_minutes(occurrence, row)


def row_of(person):
    session.expire_all()
    return session.query(Attendance).filter_by(person_id=person.id).one()


# --- what is proposed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (0, None, 120),  # forgotten to check out: until the end
        (-90, None, 120),
        (14, None, 120),
        (40, None, 80),
        (0, 60, 60),
        (0, 110, 120),
        (0, 125, 120),
        (40, 180, 140),
        (-90, -60, 0),
    ],
)
def test_proposed_are_the_times_of_checking_in_and_out_but_for_a_quarter_of_an_hour(
    occurrence, ana, time_machine, came, left, minutes
):
    time_machine.shift(timedelta(minutes=came))
    noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    if left is not None:
        time_machine.shift(timedelta(minutes=left - came))
        noting.check_out(occurrence, ana, by=ana)

    assert proposed(occurrence, ana) == minutes


def test_a_coordinators_tap_means_the_whole_date_whenever_it_was_pressed(
    occurrence, ana, coordinator, time_machine
):
    time_machine.shift(timedelta(minutes=100))
    noting.note(occurrence, ana, by=coordinator)

    assert proposed(occurrence, ana) == 120


def test_the_times_on_the_paper_hold(occurrence, ana, coordinator):
    begin = occurrence.starts_at
    written = Arrival(ana.id, begin + timedelta(minutes=30), begin + timedelta(minutes=90))
    noting.note_sheet(occurrence, [written], by=coordinator)

    assert proposed(occurrence, ana) == 60


# --- closing ---------------------------------------------------------------------------


def test_who_leads_the_activity_was_in_charge_unless_another_is_named(
    occurrence, ana, coordinator, afterwards
):
    lead = member_of(occurrence)
    occurrence.activity.leader = lead
    session.commit()
    afterwards()

    first = closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)
    closing.reopen(occurrence, reason="另有其人", by=coordinator)
    second = closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator, led_by=ana.id)

    assert (first.led_by, second.led_by) == (lead, ana)


def test_without_a_lead_or_when_they_did_not_come_it_was_who_closes(
    occurrence, ana, coordinator, afterwards
):
    afterwards()
    nobody_leads = closing.close(occurrence, {ana.id: Mark(NO_SHOW)}, by=coordinator)
    closing.reopen(occurrence, reason="试试", by=coordinator)
    occurrence.activity.leader = ana
    session.commit()

    not_there = closing.close(occurrence, {ana.id: Mark(NO_SHOW)}, by=coordinator)

    assert nobody_leads.led_by == not_there.led_by == coordinator


def test_nobody_was_in_charge_who_was_not_there_and_then_nothing_is_closed(
    occurrence, ana, coordinator, afterwards
):
    afterwards()

    for led_by in (ana, member_of(occurrence)):
        with pytest.raises(LeadMissing, match="who was in charge"):
            closing.close(occurrence, {ana.id: Mark(NO_SHOW)}, by=coordinator, led_by=led_by.id)

    assert session.query(Closing).count() == 0


def test_a_closer_who_was_not_there_names_somebody(occurrence, coordinator, afterwards):
    SignupFactory(occurrence=occurrence, person=coordinator)
    other = CoordinatorFactory(team=occurrence.team).person
    absent = {coordinator.id: Mark(NO_SHOW)}
    afterwards()

    with pytest.raises(LeadMissing):
        closing.close(occurrence, absent, by=coordinator)

    assert closing.close(occurrence, absent, by=coordinator, led_by=other.id).led_by == other


def test_hours_count_only_once_a_person_has_closed_the_day(
    occurrence, ana, coordinator, afterwards
):
    ben = SignupFactory(occurrence=occurrence).person
    noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    afterwards()
    before = attendance_queries.sum_of(ana)

    closing.close(occurrence, {ana.id: Mark(CAME, 120), ben.id: Mark(NO_SHOW)}, by=coordinator)

    assert (before, attendance_queries.sum_of(ana), attendance_queries.sum_of(ben)) == (0, 120, 0)
    row = row_of(ana)
    assert (row.confirmed_by_id, row.is_left_by_rule) == (coordinator.id, True)
    assert row.left_at == occurrence.ends_at
    assert row_of(ben).state is NO_SHOW
    assert session.query(Closing).one().lines == {
        str(ana.id): ["came", 120],
        str(ben.id): ["no_show", None],
    }


def test_a_day_is_closed_once(occurrence, ana, coordinator, afterwards):
    afterwards()
    closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)

    with pytest.raises(DayClosed):
        closing.close(occurrence, {ana.id: Mark(CAME, 60)}, by=coordinator)

    assert attendance_queries.sum_of(ana) == 120


def test_a_day_is_closed_after_its_end(occurrence, ana, coordinator):
    with pytest.raises(NotOverYet):
        closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)


def test_a_date_that_was_cancelled_has_no_hours_to_close(occurrence, ana, coordinator, afterwards):
    occurrence.status = OccurrenceStatus.CANCELLED
    session.commit()
    afterwards()

    with pytest.raises(DateCancelled):
        closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)

    assert attendance_queries.sum_of(ana) == 0


def test_everybody_on_the_list_needs_a_mark(occurrence, ana, coordinator, afterwards):
    noting.note(occurrence, member_of(occurrence), by=coordinator)
    afterwards()

    with pytest.raises(ListHasChanged):
        closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)

    assert attendance_queries.find_closing(occurrence) is None


# --- nobody twice, nobody too long ----------------------------------------------------------


@pytest.fixture
def counted_already(occurrence, ana, coordinator):
    """Makes another date of Ana's count, so many minutes after the beginning of ours."""

    def count(after, minutes):
        other = OccurrenceFactory(
            activity=ActivityFactory(team=occurrence.team, title="送餐"),
            starts_at=occurrence.starts_at + timedelta(minutes=after),
            ends_at=occurrence.starts_at + timedelta(minutes=after + minutes),
        )
        noting.note(other, ana, by=coordinator)
        return other

    return count


def test_hours_at_the_same_time_as_others_do_not_count_and_the_sentence_names_them(
    occurrence, ana, coordinator, counted_already, afterwards
):
    other = counted_already(60, 120)
    afterwards()
    closing.close(other, {ana.id: Mark(CAME, 120)}, by=coordinator)

    with pytest.raises(CannotCount) as refused:
        closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)
    closing.close(occurrence, {ana.id: Mark(CAME, 60)}, by=coordinator)

    reason = refused.value.reasons[ana.id]
    assert "安娜" in reason
    assert "送餐" in reason
    assert attendance_queries.sum_of(ana) == 180


def test_at_most_twelve_hours_of_one_day_count(
    occurrence, ana, coordinator, counted_already, time_machine
):
    other = counted_already(120, 601)
    time_machine.move_to("2026-10-15T02:00Z", tick=False)
    closing.close(other, {ana.id: Mark(CAME, 601)}, by=coordinator)

    with pytest.raises(CannotCount):
        closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)
    closing.close(occurrence, {ana.id: Mark(CAME, 119)}, by=coordinator)

    assert attendance_queries.sum_of(ana) == 720


def test_more_than_a_day_holds_is_refused_at_once(occurrence, ana, coordinator, afterwards):
    afterwards()

    with pytest.raises(CannotCount):
        closing.close(occurrence, {ana.id: Mark(CAME, 721)}, by=coordinator)


# --- four eyes ---------------------------------------------------------------------------


def test_who_closes_the_day_has_their_own_hours_confirmed_by_another(
    occurrence, ana, coordinator, afterwards
):
    second = CoordinatorFactory(team=occurrence.team).person
    SignupFactory(occurrence=occurrence, person=coordinator)
    afterwards()

    marks = {ana.id: Mark(CAME, 120), coordinator.id: Mark(CAME, 120)}
    closing.close(occurrence, marks, by=coordinator)
    closed = attendance_queries.sum_of(ana), attendance_queries.sum_of(coordinator)
    with pytest.raises(OwnHours):
        closing.confirm(occurrence, coordinator, by=coordinator)
    for _twice in range(2):
        closing.confirm(occurrence, coordinator, by=second)

    assert closed == (120, 0)
    assert attendance_queries.sum_of(coordinator) == 120
    assert row_of(coordinator).confirmed_by_id == second.id
    confirmed = session.query(AuditEntry).filter_by(action="hours.confirmed").all()
    assert len(confirmed) == 1


def test_the_only_coordinator_confirms_their_own_hours_and_the_record_says_so(
    occurrence, coordinator, afterwards
):
    SignupFactory(occurrence=occurrence, person=coordinator)
    afterwards()

    closing.close(occurrence, {coordinator.id: Mark(CAME, 120)}, by=coordinator)

    assert attendance_queries.sum_of(coordinator) == 120
    assert row_of(coordinator).confirmed_by_id == coordinator.id


def test_hours_of_a_day_that_is_open_are_not_confirmed_one_by_one(occurrence, ana, coordinator):
    noting.note(occurrence, ana, by=coordinator)

    with pytest.raises(NotClosed):
        closing.confirm(occurrence, ana, by=coordinator)


# --- opening again ---------------------------------------------------------------------------


def test_opened_again_nothing_counts_and_what_was_closed_is_kept_with_the_reason(
    occurrence, ana, coordinator, afterwards
):
    afterwards()
    closing.close(occurrence, {ana.id: Mark(CAME, 90)}, by=coordinator)

    closing.reopen(occurrence, reason="安娜留到了最后", by=coordinator)
    between = attendance_queries.sum_of(ana)
    offered = proposed(occurrence, ana)
    closing.close(occurrence, {ana.id: Mark(CAME, 120)}, by=coordinator)

    old, new = session.query(Closing).order_by(Closing.id)
    assert (between, offered, attendance_queries.sum_of(ana)) == (0, 90, 120)
    assert (old.lines, new.lines) == ({str(ana.id): ["came", 90]}, {str(ana.id): ["came", 120]})
    assert (old.reopen_reason, old.reopened_by_id) == ("安娜留到了最后", coordinator.id)


def test_opening_again_needs_a_reason_and_something_closed(
    occurrence, ana, coordinator, afterwards
):
    afterwards()
    with pytest.raises(NotClosed):
        closing.reopen(occurrence, reason="看看", by=coordinator)
    closing.close(occurrence, {ana.id: Mark(CAME, 90)}, by=coordinator)

    with pytest.raises(ReasonMissing):
        closing.reopen(occurrence, reason="  ", by=coordinator)

    assert attendance_queries.sum_of(ana) == 90
