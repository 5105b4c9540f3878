"""What has happened to an elder is forgotten only by who has seen them since."""

from datetime import date, timedelta

import pytest

from tests.factories.elders import ElderFactory, VisitFactory, volunteer_of
from tests.factories.people import PersonFactory
from tests.factories.weather import WeatherCallFactory
from volunteer import wiring
from volunteer.core import clock
from volunteer.elders import care, recording, safe_exit, weather
from volunteer.elders.models import MajorChange, Outcome
from volunteer.elders.models import VisitStatus as Status
from volunteer.elders.recording import Report

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


def test_this_mornings_visit_written_down_after_the_fall_does_not_forget_it(time_machine):
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3))
    morning = VisitFactory(elder=elder, starts_at=clock.now() - timedelta(hours=6))
    care.note_change(elder, MajorChange.FALL, by=PersonFactory())

    time_machine.shift(timedelta(hours=1))
    recording.record(morning, Report(Status.DONE), by=morning.going[0])

    assert elder.last_seen_on == TODAY
    assert elder.change is MajorChange.FALL
    assert elder.due_on == TODAY + timedelta(days=1)


def test_a_call_that_is_undone_leaves_the_fall_as_it_was():
    call = WeatherCallFactory(caller=None)
    elder, by = call.elder, volunteer_of(call.team)
    care.note_change(elder, MajorChange.FALL, "在卫生间", by=by)
    see_by = elder.see_by

    weather.note(call, Outcome.FINE, by=by)
    weather.undo(call, by=by)

    assert (elder.change, elder.change_words) == (MajorChange.FALL, "在卫生间")
    assert elder.see_by == see_by
    assert elder.due_on == TODAY + timedelta(days=1)


def test_who_had_left_before_the_fall_does_not_forget_it_though_the_visit_was_to_last_longer():
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3))
    began = clock.now() - timedelta(minutes=50)
    visit = VisitFactory(elder=elder, starts_at=began)
    care.note_change(elder, MajorChange.FALL, by=PersonFactory())

    left = visit.wall_starts + timedelta(minutes=20)
    recording.record(visit, Report(Status.DONE, left=left), by=visit.going[0])

    assert elder.last_seen_on == TODAY
    assert elder.change is MajorChange.FALL


def test_who_was_safely_out_before_the_fall_does_not_forget_it(time_machine):
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3))
    visit = VisitFactory(elder=elder, starts_at=clock.now() - timedelta(minutes=20))
    safe_exit.leave(visit, by=visit.going[0])

    time_machine.shift(timedelta(minutes=10))
    care.note_change(elder, MajorChange.FALL, by=PersonFactory())
    recording.record(visit, Report(Status.DONE), by=visit.going[0])

    assert elder.change is MajorChange.FALL


def test_who_left_after_the_fall_was_noted_has_seen_them_since():
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3))
    visit = VisitFactory(elder=elder, starts_at=clock.now() - timedelta(minutes=90))
    care.note_change(elder, MajorChange.FALL, by=PersonFactory())

    left = visit.wall_starts + timedelta(minutes=100)
    recording.record(visit, Report(Status.DONE, left=left), by=visit.going[0])

    assert elder.change is None


def test_nobody_answered_at_first_and_what_is_written_down_later_does_not_forget_the_fall(
    time_machine,
):
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3))
    visit = VisitFactory(elder=elder, starts_at=clock.now())
    alarm = recording.nobody_answers(visit, by=visit.going[0])
    time_machine.shift(timedelta(hours=3))
    care.note_change(elder, MajorChange.FALL, by=PersonFactory())

    time_machine.shift(timedelta(hours=1))
    left = visit.wall_starts + timedelta(minutes=50)
    recording.record(visit, Report(Status.DONE, left=left), by=visit.going[0])

    assert not alarm.is_open
    assert elder.change is MajorChange.FALL


def test_nobody_answered_at_first_and_they_were_seen_on_the_day_of_the_visit(time_machine):
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3))
    visit = VisitFactory(elder=elder, starts_at=clock.now())
    alarm = recording.nobody_answers(visit, by=visit.going[0])

    time_machine.shift(timedelta(days=2))
    recording.record(visit, Report(Status.DONE), by=visit.going[0])

    assert not alarm.is_open
    assert elder.last_seen_on == TODAY


def test_a_call_typed_in_from_paper_after_the_round_does_not_forget_the_fall(time_machine):
    call = WeatherCallFactory(caller=None)
    elder, by = call.elder, volunteer_of(call.team)
    VisitFactory(elder=elder, in_days=-1, status=Status.DONE)
    weather.end(call.round, by=by)
    time_machine.shift(timedelta(hours=20))
    care.note_change(elder, MajorChange.FALL, by=by)

    visit = weather.note(call, Outcome.FINE, by=by)

    assert elder.change is MajorChange.FALL
    assert (elder.last_seen_on, visit.day) == (TODAY, TODAY)
    assert elder.due_on == TODAY + timedelta(days=2)
