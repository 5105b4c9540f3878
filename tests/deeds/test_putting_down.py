"""What comes in of visits and of help, and how long it is thought to have taken."""

from datetime import timedelta

import pytest

from tests.factories.elders import VisitFactory
from tests.factories.help_requests import done
from tests.factories.teams import CoordinatorFactory
from volunteer import wiring
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.deeds.models import Deed, DeedKind
from volunteer.elders import recording, visits
from volunteer.elders.models import VisitStatus
from volunteer.elders.recording import Report
from volunteer.help_requests import closing


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


@pytest.mark.parametrize("before", [None, timedelta(minutes=3), timedelta(days=2)])
def test_of_help_that_nobody_has_timed_an_hour_is_guessed(help_request, before):
    if before:
        agree(help_request, before)

    closing.confirm(help_request, by=None)

    assert noted() == [(60, True)]


def test_opened_again_it_is_gone_and_done_again_it_stands_there_once(help_request, coordinator):
    closing.confirm(help_request, by=None)
    closing.reopen(help_request, "又坏了", by=None)
    gone = noted()
    help_request.offers[0].status = "accepted"
    session.commit()
    closing.finish(help_request, by=coordinator.person)

    closing.confirm(help_request, by=None)

    assert (gone, len(noted())) == ([], 1)


def test_what_counts_already_stays_when_the_request_is_opened_again(help_request, coordinator):
    closing.confirm(help_request, by=None)
    (deed,) = put_down()
    deed.confirmed_by, deed.confirmed_at = coordinator.person, clock.now()
    session.commit()

    closing.reopen(help_request, "又坏了", by=None)

    assert len(put_down()) == 1
