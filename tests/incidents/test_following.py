"""What coordinators do about it: the insurer, notes, its end; and who is reminded when."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.incidents import IncidentFactory
from tests.told import told
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.incidents import following, notices
from volunteer.incidents.errors import (
    IncidentClosed,
    InsurerFirst,
    StillOpen,
    ToldTooEarly,
    WordsNeeded,
)
from volunteer.incidents.models import Insurer, StepKind
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage

EVENING = datetime(2026, 10, 12, 10, 5, tzinfo=UTC)


def test_it_closes_once_it_is_said_whether_the_insurer_was_told(yard):
    incident = yard.report()
    with pytest.raises(InsurerFirst):
        following.note(incident, "好了", closes=True, by=yard.coordinator)

    following.note_insurer(incident, clock.now(), "95518", by=yard.coordinator)
    following.note(incident, "好了", closes=True, by=yard.coordinator)

    session.expire_all()
    assert incident.is_closed
    assert [step.kind for step in incident.steps] == [StepKind.INSURER_TOLD, StepKind.CLOSED]
    with pytest.raises(IncidentClosed):
        following.note_insurer(incident, None, "", by=yard.coordinator)


def test_the_last_word_on_the_insurer_counts_and_the_first_stays_readable(yard):
    incident = yard.report()

    following.note_insurer(incident, None, "小伤", by=yard.coordinator)
    following.note_insurer(incident, clock.now(), "还是报了", by=yard.second)

    session.expire_all()
    assert (incident.insurer, incident.insurer_told_at) == (Insurer.TOLD, clock.now())
    assert [step.words for step in incident.steps] == ["小伤", "还是报了"]


def test_pressed_twice_it_is_one_step(yard):
    incident = yard.report()

    for _press in range(2):
        following.note_insurer(incident, None, "小伤", by=yard.coordinator)
        session.expire_all()
    for _press in range(2):
        following.note(incident, "打过电话", closes=False, by=yard.coordinator)
        session.expire_all()

    assert [step.kind for step in incident.steps] == [StepKind.NO_INSURER, StepKind.NOTED]


def test_the_trail_says_each_step_and_none_of_its_words(yard):
    incident = yard.report()
    following.note_insurer(incident, None, "小伤", by=yard.coordinator)
    following.note(incident, "打过电话", closes=False, by=yard.second)
    following.note(incident, "好了", closes=True, by=yard.coordinator)
    following.reopen(incident, by=yard.second)

    entries = session.query(AuditEntry).filter(AuditEntry.action.startswith("incident."))
    found = entries.order_by(AuditEntry.id).all()
    assert [(entry.action, entry.by_id) for entry in found] == [
        ("incident.reported", yard.beside.id),
        ("incident.insurer_noted", yard.coordinator.id),
        ("incident.noted", yard.second.id),
        ("incident.closed", yard.coordinator.id),
        ("incident.reopened", yard.second.id),
    ]
    assert {entry.team_id for entry in found} == {yard.team.id}
    assert not any(entry.details for entry in found)


@pytest.mark.parametrize("off", [timedelta(hours=-2), timedelta(minutes=1)])
def test_the_insurer_is_told_after_it_happened_and_not_in_time_to_come(yard, off):
    with pytest.raises(ToldTooEarly):
        following.note_insurer(yard.report(), clock.now() + off, "", by=yard.coordinator)


def test_what_was_closed_can_be_opened_again_and_a_note_needs_words(yard):
    incident = yard.report()
    with pytest.raises(StillOpen):
        following.reopen(incident, by=yard.coordinator)
    with pytest.raises(WordsNeeded):
        following.note(incident, " ", closes=False, by=yard.coordinator)
    following.note_insurer(incident, None, "", by=yard.coordinator)
    following.note(incident, "好了", closes=True, by=yard.coordinator)

    following.reopen(incident, by=yard.coordinator)

    session.expire_all()
    assert not incident.is_closed


# --- in the evening --------------------------------------------------------------------------


def test_in_the_evening_coordinators_are_reminded_once_while_nobody_has_said_it(yard):
    yard.report()
    yard.report(words="还有一件")

    assert notices.remind(EVENING - timedelta(minutes=10)) == 0
    assert notices.remind(EVENING) == 2
    assert notices.remind(EVENING + timedelta(hours=1)) == 0
    assert set(told(notices.INCIDENT_INSURER)) == {yard.coordinator.id, yard.second.id}


def test_not_at_night_and_not_who_has_just_been_told(yard, time_machine):
    time_machine.move_to(EVENING, tick=False)
    yard.report()

    assert notices.remind(EVENING + timedelta(minutes=30)) == 0
    assert notices.remind(EVENING + timedelta(hours=3)) == 0
    assert notices.remind(EVENING + timedelta(days=1)) == 2


@pytest.mark.parametrize("told_at", [None, EVENING - timedelta(hours=8, minutes=10)])
def test_once_it_is_said_nobody_is_reminded_any_more(yard, app, told_at):
    incident = yard.report()
    notices.remind(EVENING)
    following.note_insurer(incident, told_at, "", by=yard.coordinator)

    assert notices.remind(EVENING + timedelta(days=1)) == 0
    waiting = session.query(OutboxMessage).filter_by(kind=notices.INCIDENT_INSURER).all()
    with app.app_context(), transaction():
        assert letters.write(waiting) == {}


def test_after_three_evenings_it_stands_on_the_first_page_alone(yard):
    yard.report()

    assert [notices.remind(EVENING + timedelta(days=day)) for day in range(5)] == [2, 2, 2, 0, 0]


def test_the_reminder_says_nothing_of_what_it_is(yard, app, time_machine):
    yard.report()
    notices.remind(EVENING)
    time_machine.move_to(EVENING, tick=False)
    (message, _other) = session.query(OutboxMessage).filter_by(kind=notices.INCIDENT_INSURER)

    with app.app_context(), transaction():
        letter = letters.write([message])[message.id]

    said = f"{letter.subject}{letter.text}{letter.html}{letter.short}{letter.group}"
    assert not any(word in said.lower() for word in ("hurt", "insur", "incident ", "王秀英"))
    assert letter.path == f"/teams/{yard.team.id}/incidents"


def test_other_teams_are_left_alone(yard):
    IncidentFactory(reported_at=clock.now(), closed_at=clock.now())

    assert notices.remind(EVENING) == 0
