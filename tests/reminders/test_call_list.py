"""Whom a coordinator calls: members without a channel, and those whose mail did not go."""

from datetime import timedelta

import pytest

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import DomainError
from volunteer.notifications import queries
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people import deaths
from volunteer.people.models import Person, ToldBy
from volunteer.reminders import call_list
from volunteer.reminders.errors import AlreadyDealtWith
from volunteer.teams.models import Team

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def team(database) -> Team:
    return TeamFactory()


@pytest.fixture
def coordinator(database) -> Person:
    return PersonFactory()


def call_of(team: Team, **values: object) -> OutboxMessage:
    return OutboxMessageFactory(team_id=team.id, channel=Channel.CALL, **values)


def failed_mail_of(team: Team) -> OutboxMessage:
    return OutboxMessageFactory(team_id=team.id, status=MessageStatus.FAILED, attempts=5)


def test_a_call_that_was_made_is_ticked_by_whoever_made_it(team, coordinator, time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    call = call_of(team)

    call_list.reached(call, team=team, by=coordinator)

    assert (call.status, call.ended_by_id) == (MessageStatus.SENT, coordinator.id)
    assert call.ended_at == clock.now()
    assert queries.list_calls(team.id) == []


def test_who_did_not_answer_stays_on_the_list(team, coordinator):
    call = call_of(team)

    call_list.not_reached(call, team=team, by=coordinator)
    call_list.not_reached(call, team=team, by=coordinator)

    assert (call.attempts, call.problem) == (2, call_list.NO_ANSWER)
    assert queries.list_calls(team.id) == [call]


def test_a_mail_that_did_not_go_becomes_a_call(team, coordinator):
    mail = failed_mail_of(team)

    call_list.call_instead(mail, team=team, by=coordinator)

    assert (mail.channel, mail.status, mail.attempts) == (Channel.CALL, MessageStatus.WAITING, 0)
    assert queries.list_calls(team.id) == [mail]


@pytest.mark.parametrize(("left", "wanted"), [(-1, 24), (2, 24), (48, 48)])
def test_a_call_instead_of_a_mail_may_be_made_for_at_least_a_day(
    team, coordinator, time_machine, left, wanted
):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    mail = failed_mail_of(team)
    mail.expires_at = clock.now() + timedelta(hours=left)
    session.commit()

    call_list.call_instead(mail, team=team, by=coordinator)

    assert mail.expires_at == clock.now() + timedelta(hours=wanted)


@pytest.mark.parametrize("step", [call_list.reached, call_list.not_reached])
def test_of_two_coordinators_only_the_first_ticks_a_call(team, coordinator, step):
    call = call_of(team)
    call_list.reached(call, team=team, by=coordinator)

    with pytest.raises(AlreadyDealtWith, match="Somebody has dealt with this already"):
        step(call, team=team, by=PersonFactory())

    assert call.ended_by_id == coordinator.id


@pytest.mark.parametrize("step", [call_list.reached, call_list.not_reached])
def test_a_mail_is_not_ticked_by_hand(team, coordinator, step):
    mail = OutboxMessageFactory(team_id=team.id)

    with pytest.raises(AlreadyDealtWith):
        step(mail, team=team, by=coordinator)

    assert mail.status is MessageStatus.WAITING


@pytest.mark.parametrize(
    "status", [status for status in MessageStatus if status is not MessageStatus.FAILED]
)
def test_only_what_failed_needs_a_call_instead(team, coordinator, status):
    mail = OutboxMessageFactory(team_id=team.id, status=status)

    with pytest.raises(AlreadyDealtWith):
        call_list.call_instead(mail, team=team, by=coordinator)

    assert (mail.channel, mail.status) == (Channel.EMAIL, status)


def test_the_list_holds_only_calls_of_the_team_that_are_still_to_be_made(team):
    call_of(TeamFactory())
    call_of(team, status=MessageStatus.EXPIRED)
    OutboxMessageFactory(team_id=team.id)
    wanted = call_of(team)

    assert queries.list_calls(team.id) == [wanted]


@pytest.mark.parametrize(
    ("step", "action"),
    [
        (call_list.reached, "call.made"),
        (call_list.not_reached, "call.not_answered"),
        (call_list.call_instead, "message.turned_into_call"),
    ],
)
def test_the_trail_says_who_called_whom(team, coordinator, step, action):
    message = failed_mail_of(team) if step is call_list.call_instead else call_of(team)

    step(message, team=team, by=coordinator)

    (entry,) = session.query(AuditEntry)
    assert (entry.action, entry.by_id, entry.person_id, entry.team_id) == (
        action,
        coordinator.id,
        message.person_id,
        team.id,
    )


@pytest.mark.parametrize("press", [call_list.try_again, call_list.call_instead])
def test_nothing_is_sent_again_to_who_has_died(press):
    coordinator = CoordinatorFactory()
    person = PersonFactory()
    message = OutboxMessageFactory(
        person=person, team_id=coordinator.team_id, status=MessageStatus.FAILED,
        ended_at=clock.now(), problem="SMTPServerDisconnected",
    )  # fmt: skip
    deaths.note(person, by=coordinator.person)

    with pytest.raises(DomainError):
        press(message, team=coordinator.team, by=coordinator.person)


def test_what_is_sent_again_goes_as_its_reader_is_told_by_now(team, coordinator):
    message = failed_mail_of(team)
    message.person.told_by = ToldBy.SMS
    session.commit()

    call_list.try_again(message, team=team, by=coordinator)

    assert (message.channel, message.status) == (Channel.SMS, MessageStatus.WAITING)


def test_who_has_no_other_way_is_written_to_again(team, coordinator):
    message = failed_mail_of(team)
    message.person.mailbox_refused_at = clock.now()
    session.commit()

    call_list.try_again(message, team=team, by=coordinator)

    assert (message.channel, message.status) == (Channel.EMAIL, MessageStatus.WAITING)


def test_nobody_is_called_instead_of_a_group_and_it_can_go_again_whoever_had_connected_it(
    team, coordinator
):
    message = failed_mail_of(team)
    message.channel = Channel.GROUP
    session.commit()
    deaths.note(message.person, by=coordinator)

    with pytest.raises(AlreadyDealtWith):
        call_list.call_instead(message, team=team, by=coordinator)
    call_list.try_again(message, team=team, by=coordinator)

    assert (message.channel, message.status) == (Channel.GROUP, MessageStatus.WAITING)
