"""Codes as they reach people: asked for at the door, planned by the clock, read in the letter."""

import re
from collections.abc import Callable
from datetime import datetime

from volunteer.accounts import code_wishes, one_time_codes
from volunteer.core import clock, encryption
from volunteer.core.database import session, transaction
from volunteer.notifications import letters
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import MessageStatus, OutboxMessage


def digits_of(secret: str, at: datetime | None = None) -> str:
    """What the app on their phone shows at this moment, or now."""
    moment = int((at or clock.now()).timestamp())
    return encryption.digits_at(secret, moment)


def no_sms(_phone: str) -> bool:
    return False


def every_phone(_phone: str) -> bool:
    return True


def waiting() -> list[OutboxMessage]:
    """The codes in the outbox that have not gone yet, oldest first."""
    return (
        session.query(OutboxMessage)
        .filter_by(kind=one_time_codes.ONE_TIME_CODE, status=MessageStatus.WAITING)
        .order_by(OutboxMessage.id)
        .all()
    )


def ask(
    contact: str, *, takes_sms: Callable[[str], bool] = no_sms, caller: str = "192.0.2.1"
) -> list[OutboxMessage]:
    """Ask for a code and let the clock tick; the messages that wait then."""
    code_wishes.ask(contact, caller=caller)
    code_wishes.plan_due(clock.now(), takes_sms=takes_sms)
    return waiting()


def write() -> list[tuple[OutboxMessage, Letter]]:
    """The letters of what waits, as the sender would have them; they count as sent."""
    with transaction():
        messages = waiting()
        written = letters.write(messages)
        for message in messages:
            message.end(MessageStatus.SENT, clock.now())
        return [(message, written[message.id]) for message in messages if message.id in written]


def code_in(letter: Letter) -> str:
    (code,) = set(re.findall(r"(?<![0-9])[0-9]{6}(?![0-9])", letter.text))
    return code


def receive(contact: str, *, takes_sms: Callable[[str], bool] = no_sms) -> str:
    """The code that somebody finds on that phone or in that mailbox."""
    ask(contact, takes_sms=takes_sms)
    return code_in(write()[-1][1])
