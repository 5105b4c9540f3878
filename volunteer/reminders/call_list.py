"""Whom a coordinator calls: members without a channel, and those whose mail did not go."""

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders.errors import AlreadyEnded
from volunteer.teams.models import Team

NO_ANSWER = "no answer"


def reached(call: OutboxMessage, *, team: Team, by: Person) -> None:
    """The person has been told by phone. Raises AlreadyEnded."""
    with transaction():
        hold(call)
        call.end(MessageStatus.SENT, clock.now())
        call.ended_by_id = by.id
        trail.record("call.made", call, by=by, person=call.person, team=team)


def not_reached(call: OutboxMessage, *, team: Team, by: Person) -> None:
    """Nobody answered; the call stays on the list. Raises AlreadyEnded."""
    with transaction():
        hold(call)
        call.attempts += 1
        call.problem = NO_ANSWER
        trail.record("call.not_answered", call, by=by, person=call.person, team=team)


def call_instead(message: OutboxMessage, *, team: Team, by: Person) -> None:
    """A mail that did not go becomes a call. Raises AlreadyEnded when it needs none."""
    with transaction():
        lock(message)
        if message.status is not MessageStatus.FAILED:
            raise AlreadyEnded
        message.channel = Channel.CALL
        message.status = MessageStatus.WAITING
        message.attempts = 0
        message.ended_at = None
        trail.record("message.turned_into_call", message, by=by, person=message.person, team=team)


def hold(call: OutboxMessage) -> None:
    lock(call)
    if call.is_over or call.channel is not Channel.CALL:
        raise AlreadyEnded
