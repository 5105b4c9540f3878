"""Whom a coordinator calls: members without a channel, and those whose mail did not go."""

from datetime import timedelta

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.notifications import outbox
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders.errors import AlreadyDealtWith
from volunteer.teams.models import Team

NO_ANSWER = "no answer"
# However late the mail gave up: there is at least this long to call.
TIME_TO_CALL = timedelta(days=1)


def reached(call: OutboxMessage, *, team: Team, by: Person) -> None:
    """The person has been told by phone. Raises AlreadyDealtWith."""
    with transaction():
        hold(call)
        call.end(MessageStatus.SENT, clock.now())
        call.ended_by_id = by.id
        trail.record("call.made", call, by=by, person=call.person, team=team)


def not_reached(call: OutboxMessage, *, team: Team, by: Person) -> None:
    """Nobody answered; the call stays on the list. Raises AlreadyDealtWith."""
    with transaction():
        hold(call)
        call.attempts += 1
        call.problem = NO_ANSWER
        trail.record("call.not_answered", call, by=by, person=call.person, team=team)


def call_instead(message: OutboxMessage, *, team: Team, by: Person) -> None:
    """A mail that did not go becomes a call. Raises AlreadyDealtWith when it needs none."""
    with transaction():
        lock(message)
        if not message.can_be_called:
            raise AlreadyDealtWith
        message.channel = Channel.CALL
        message.status = MessageStatus.WAITING
        message.attempts = 0
        message.ended_at = None
        message.expires_at = max(message.expires_at, clock.now() + TIME_TO_CALL)
        trail.record("message.turned_into_call", message, by=by, person=message.person, team=team)


def try_again(message: OutboxMessage, *, team: Team, by: Person) -> None:
    """A message that did not go is sent once more, for its mailbox may be right by now, or its
    reader told otherwise.

    Raises AlreadyDealtWith when it needs no sending, or would be of no use any more.
    """
    with transaction():
        lock(message)
        if not message.can_go_again(clock.now()):
            raise AlreadyDealtWith
        message.channel = way_of(message)
        message.status = MessageStatus.WAITING
        message.attempts = 0
        message.ended_at = message.problem = None
        message.next_try_at = clock.now()
        trail.record("message.tried_again", message, by=by, person=message.person, team=team)


def way_of(message: OutboxMessage) -> Channel:
    """How it goes when it is sent again: as its reader is told by now, where that is written."""
    way = outbox.channel_for(message.person)
    is_fixed = message.channel is Channel.GROUP or way is Channel.CALL
    return message.channel if is_fixed else way


def hold(call: OutboxMessage) -> None:
    lock(call)
    if call.is_over or call.channel is not Channel.CALL:
        raise AlreadyDealtWith
