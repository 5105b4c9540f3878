"""Calls to the team's phone: who rang, what was promised, what became of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories.help_requests import HelpRequestFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import all_of, session
from volunteer.core.errors import NotFound
from volunteer.help_requests import calls
from volunteer.help_requests.calls import CallDetails
from volunteer.help_requests.errors import CalledBackAlready, NoSuchTimeToCall, WordsNeeded

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


def noted(coordinator, words="想请人修灯", **more):
    return calls.note(coordinator.team, CallDetails(words, **more), by=coordinator.person)


def test_who_rang_when_what_they_said_and_who_took_it(coordinator):
    now = clock.now()

    call = noted(coordinator, name="刘婆婆", phone="028-8555 0100", rang_at=now - HOUR)

    assert (call.caller_name, call.caller_phone) == ("刘婆婆", "02885550100")
    assert (call.rang_at, call.words, call.taken_by) == (now - HOUR, "想请人修灯",
                                                         coordinator.person)  # fmt: skip
    assert not call.waits_for_us
    assert session.query(AuditEntry).filter_by(action="hotline_call.noted").count() == 1


def test_what_was_promised_waits_until_somebody_has_called_back(coordinator, time_machine):
    call = noted(coordinator, call_back_by=clock.now() + HOUR)
    assert (call.waits_for_us, call.is_late(clock.now())) == (True, False)
    time_machine.shift(2 * HOUR)
    assert call.is_late(clock.now())

    calls.note_called_back(call, by=coordinator.person)

    assert (call.waits_for_us, call.called_back_by) == (False, coordinator.person)
    with pytest.raises(CalledBackAlready):
        calls.note_called_back(call, by=coordinator.person)


def test_promises_stand_first_the_most_urgent_on_top(coordinator):
    latest = noted(coordinator)
    later = noted(coordinator, call_back_by=clock.now() + 5 * HOUR)
    soon = noted(coordinator, call_back_by=clock.now() + HOUR)
    kept = noted(coordinator, call_back_by=clock.now() + HOUR, rang_at=clock.now() - HOUR)
    calls.note_called_back(kept, by=coordinator.person)

    assert list(all_of(calls.of_team(coordinator.team))) == [soon, later, latest, kept]
    assert list(calls.list_promised(coordinator.team)) == [soon, later]


@pytest.mark.parametrize(
    "times",
    [{"rang_at": timedelta(hours=1)}, {"rang_at": timedelta(days=-8)},
     {"call_back_by": timedelta(hours=-1)}, {"call_back_by": timedelta(days=15)}],
)  # fmt: skip
def test_times_that_cannot_be_are_refused(coordinator, times):
    with pytest.raises(NoSuchTimeToCall):
        noted(coordinator, **{name: clock.now() + span for name, span in times.items()})


def test_a_call_has_words(coordinator):
    with pytest.raises(WordsNeeded):
        noted(coordinator, words="  ")


def test_a_call_becomes_one_request(coordinator):
    call = noted(coordinator)
    first, second = (HelpRequestFactory(community_of=coordinator.team) for _one in range(2))

    for request in (first, second):
        calls.link(call, request, by=coordinator.person)

    assert call.help_request_id == first.id


def test_a_call_is_the_teams_own(coordinator):
    call = noted(coordinator)

    assert calls.get(coordinator.team, call.id) == call
    with pytest.raises(NotFound):
        calls.get(CoordinatorFactory().team, call.id)


@pytest.mark.parametrize("minutes_ago", [None, 5])
def test_a_call_written_down_twice_by_an_impatient_finger_is_one(minutes_ago):
    coordinator = CoordinatorFactory()
    team, by = coordinator.team, coordinator.person
    now = clock.now()
    rang_at = now - timedelta(minutes=minutes_ago) if minutes_ago else None
    details = CallDetails("灯不亮了", name="刘桂芳", phone="13800138000", rang_at=rang_at)

    first, again = (calls.note(team, details, by=by) for _twice in range(2))
    other = calls.note(team, replace(details, words="水管漏了"), by=by)

    assert again.id == first.id
    assert other.id != first.id


def test_what_two_people_write_down_is_two_calls(coordinator):
    second = CoordinatorFactory(team=coordinator.team)

    first, again = (noted(one) for one in (coordinator, second))

    assert first.id != again.id
