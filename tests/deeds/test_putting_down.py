"""What comes in of visits and of help, and how long it is thought to have taken."""

from datetime import timedelta

import pytest

from tests.factories.elders import VisitFactory
from tests.factories.help_requests import done, matched
from tests.factories.teams import CoordinatorFactory
from tests.factories.weather import WeatherCallFactory, WeatherRoundFactory
from volunteer import wiring
from volunteer.activities.attendance import mistakes
from volunteer.activities.models import MistakeNote
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.deeds.models import Deed, DeedKind
from volunteer.elders import recording, visits, weather
from volunteer.elders.models import Outcome, VisitChannel, VisitStatus
from volunteer.elders.recording import Report
from volunteer.help_requests import closing
from volunteer.help_requests.models import HelpStatus, OfferStatus


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to("2026-10-12T04:00Z", tick=False)
    wiring.wire()


def put_down():
    session.expire_all()
    return session.query(Deed).order_by(Deed.id).all()


def noted():
    return [(deed.minutes, deed.is_guessed) for deed in put_down()]


@pytest.fixture
def visit(database):
    """Of two, yesterday, planned for an hour."""
    return VisitFactory(in_days=-1)


def test_of_a_visit_each_who_went_has_what_was_written_down(visit):
    left = visit.wall_starts + timedelta(minutes=45)

    recording.record(visit, Report(VisitStatus.DONE, left=left), by=visit.going[0])

    found = put_down()
    assert [deed.person for deed in found] == visit.going
    assert {deed.kind for deed in found} == {DeedKind.VISIT}
    assert {(deed.starts_at, deed.minutes, deed.is_guessed) for deed in found} == {
        (visit.starts_at, 45, False)
    }
    assert not any(deed.is_confirmed for deed in found)


def test_who_had_given_the_visit_back_has_nothing_of_it(visit):
    first, second = visit.going
    visits.withdraw(visit, second, by=second)

    recording.record(visit, Report(VisitStatus.DONE), by=first)

    assert [deed.person for deed in put_down()] == [first]


@pytest.mark.parametrize(
    ("status", "minutes"),
    [
        (VisitStatus.DONE, [60, 60]),
        (VisitStatus.NO_ANSWER, [30, 30]),
        (VisitStatus.DECLINED, [30, 30]),
        (VisitStatus.POSTPONED, []),
    ],
)
def test_where_nobody_wrote_down_when_they_left_it_is_guessed(visit, status, minutes):
    recording.record(visit, Report(status), by=visit.going[0])

    assert noted() == [(number, True) for number in minutes]


@pytest.mark.parametrize("hours", [-1, 9])
def test_a_time_of_leaving_that_cannot_be_is_no_time(visit, hours):
    left = visit.wall_starts + timedelta(hours=hours)

    recording.record(visit, Report(VisitStatus.DONE, left=left), by=visit.going[0])

    assert noted() == [(60, True)] * 2


@pytest.mark.parametrize(
    ("status", "arrived", "left", "noted"),
    [
        (VisitStatus.DONE, 0, 9, (0, 60, True)),
        (VisitStatus.DONE, 0, 10, (0, 10, False)),
        (VisitStatus.DONE, 0, 8 * 60, (0, 8 * 60, False)),
        (VisitStatus.DONE, 20, 50, (20, 30, False)),
        (VisitStatus.DONE, 20, None, (20, 60, True)),
        (VisitStatus.NO_ANSWER, 0, 0, (0, 30, True)),
        (VisitStatus.NO_ANSWER, 0, 1, (0, 1, False)),
    ],
)
def test_of_a_likely_time_each_minute_counts(visit, status, arrived, left, noted):
    """In minutes after the visit was to begin."""
    visit.arrived_at = visit.starts_at + timedelta(minutes=arrived)
    session.commit()
    told = None if left is None else visit.wall_starts + timedelta(minutes=left)

    recording.record(visit, Report(status, left=told), by=visit.going[0])

    deed = put_down()[0]
    began = (deed.starts_at - visit.starts_at) // timedelta(minutes=1)
    assert (began, deed.minutes, deed.is_guessed) == noted


def test_what_is_written_down_goes_before_the_press_on_leaving(visit):
    visit.safe_out_at = visit.starts_at + timedelta(minutes=20)
    session.commit()
    left = visit.wall_starts + timedelta(minutes=45)

    recording.record(visit, Report(VisitStatus.DONE, left=left), by=visit.going[0])

    assert noted() == [(45, False)] * 2


def test_at_a_closed_door_nobody_is_thought_to_stay_longer_than_was_planned(database):
    visit = VisitFactory(in_days=-1, minutes=20)

    recording.record(visit, Report(VisitStatus.NO_ANSWER), by=visit.going[0])

    assert set(noted()) == {(20, True)}


def test_who_says_on_leaving_that_they_have_come_and_gone_was_there_as_planned(visit):
    visit.arrived_at = visit.starts_at + timedelta(minutes=58)
    visit.safe_out_at = visit.arrived_at + timedelta(seconds=50)
    session.commit()

    recording.record(visit, Report(VisitStatus.DONE), by=visit.going[0])

    assert {(deed.starts_at, deed.minutes, deed.is_guessed) for deed in put_down()} == {
        (visit.starts_at, 60, True)
    }


@pytest.mark.parametrize("channel", [VisitChannel.PHONE, VisitChannel.MET])
def test_a_talk_that_nobody_has_timed_is_a_short_one(database, channel):
    visit = VisitFactory(in_days=-1, channel=channel)

    recording.record(visit, Report(VisitStatus.DONE), by=visit.going[0])

    assert set(noted()) == {(10, True)}


def test_a_call_that_was_a_slip_is_nobodys_hours(coordinator):
    found = WeatherRoundFactory(team=coordinator.team)
    call = WeatherCallFactory(round=found, caller=coordinator.person)
    weather.note(call, Outcome.FINE, by=call.caller)
    before = len(put_down())

    weather.undo(call, by=call.caller)

    assert (before, put_down()) == (1, [])


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def help_request(coordinator):
    """Said to be done by its volunteer; the resident has not spoken yet."""
    return done(coordinator.team, coordinator.person)


def agree(help_request, before):
    help_request.wall_agreed = help_request.wall(clock.now() - before)
    session.commit()


def test_help_is_put_down_once_both_sides_say_that_it_is_done(help_request):
    agree(help_request, timedelta(minutes=40))
    before = noted()

    closing.confirm(help_request, by=None)

    (deed,) = put_down()
    assert before == []
    assert (deed.person, deed.team) == (help_request.volunteer, help_request.team)
    assert (deed.kind, deed.minutes, deed.is_guessed) == (DeedKind.HELP, 40, False)


@pytest.mark.parametrize(
    ("agreed", "noted"),
    [
        (None, (60, 60, True)),
        (-3, (60, 60, True)),
        (9, (60, 60, True)),
        (10, (10, 10, False)),
        (4 * 60, (4 * 60, 4 * 60, False)),
        (4 * 60 + 1, (4 * 60 + 1, 60, True)),
    ],
)
def test_of_help_that_nobody_has_timed_an_hour_is_guessed(help_request, agreed, noted):
    """In minutes before it was said to be done."""
    if agreed is not None:
        agree(help_request, timedelta(minutes=agreed))

    closing.confirm(help_request, by=None)

    (deed,) = put_down()
    began = (help_request.done_at - deed.starts_at) // timedelta(minutes=1)
    assert (began, deed.minutes, deed.is_guessed) == noted


def test_help_ends_when_it_is_said_to_be_done_however_late_the_resident_is_content(
    help_request, time_machine
):
    agree(help_request, timedelta(minutes=40))
    time_machine.shift(timedelta(hours=2))

    closing.confirm(help_request, by=None)

    assert noted() == [(40, False)]


def test_who_helps_themselves_has_no_hours_of_it(help_request):
    help_request.asker_id = help_request.volunteer.id
    session.commit()

    closing.confirm(help_request, by=None)

    assert put_down() == []


def test_opened_again_it_is_gone_and_done_again_it_stands_there_once(help_request, coordinator):
    closing.confirm(help_request, by=None)
    closing.reopen(help_request, "又坏了", by=None)
    gone = noted()
    help_request.offers[0].status = OfferStatus.ACCEPTED
    session.commit()
    closing.finish(help_request, by=coordinator.person)

    closing.confirm(help_request, by=None)

    assert (gone, len(noted())) == ([], 1)


@pytest.fixture
def do_again(help_request, coordinator):
    """Opened again, done anew by the same volunteer, and the resident is content."""

    def step():
        closing.reopen(help_request, "又坏了", by=None)
        help_request.offers[0].status = OfferStatus.ACCEPTED
        session.commit()
        closing.finish(help_request, by=coordinator.person)
        closing.confirm(help_request, by=None)

    return step


@pytest.mark.parametrize("step", ["confirmed", "reopened"])
def test_what_counts_or_was_opened_again_to_correct_it_stays_when_the_request_is_done_again(
    help_request, coordinator, do_again, step
):
    closing.confirm(help_request, by=None)
    (deed,) = put_down()
    setattr(deed, f"{step}_by", coordinator.person)
    setattr(deed, f"{step}_at", clock.now())
    session.commit()

    do_again()

    assert put_down() == [deed]


def test_of_another_request_that_the_same_volunteer_has_done_nothing_goes(
    help_request, coordinator
):
    other = matched(coordinator.team, coordinator.person, help_request.volunteer).help_request
    closing.finish(other, by=coordinator.person)
    for one in (help_request, other):
        closing.confirm(one, by=None)
    before = len(put_down())

    closing.reopen(help_request, "又坏了", by=None)

    assert (before, [deed.help_request_id for deed in put_down()]) == (2, [other.id])


def test_what_its_volunteer_said_of_it_goes_with_it(help_request):
    closing.confirm(help_request, by=None)
    (deed,) = put_down()
    mistakes.tell(deed, deed.person, words="去了两小时", by=deed.person)

    closing.reopen(help_request, "又坏了", by=None)

    assert (put_down(), session.query(MistakeNote).all()) == ([], [])
    assert help_request.status is HelpStatus.ACCEPTED
