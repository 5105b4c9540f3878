"""Send what is due: claim with a lease, write, send outside any transaction, note.

At least once, never lost: a sender that dies between handing a letter over and
noting it sends that one letter again when its lease has run out, and no other.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import joinedload

from volunteer.core import clock
from volunteer.core.database import dialect_name, hold_nothing, rows_touched, session, transaction
from volunteer.notifications import bounces, letters
from volunteer.notifications.channels import DEADLINE_SECONDS, Refused, Sender, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

log = logging.getLogger(__name__)

# What carries the messages of a channel; opened at the first one of a batch.
OpenSender = Callable[[Channel], Sender]


def send_due(
    open_sender: OpenSender, *, lease: timedelta, at_most: int, batches: int = 1000
) -> int:
    """Send the messages whose time has come, oldest first; say how many went.

    Claims `at_most` at a time. One that fails waits for its next turn without holding
    back those behind it. What has expired is marked, not sent.
    """
    expire(clock.now())
    sent = 0
    for _turn in range(batches):
        token = uuid4().hex
        until = clock.now() + lease
        claimed = claim(token, lease=lease, at_most=at_most)
        if not claimed:
            break
        sent += send_claimed(open_sender, claimed, token, lease=lease, until=until)
    return sent


def expire(now: datetime) -> int:
    """Mark what waited too long; calls included, for a call about yesterday helps nobody."""
    with transaction():
        result = session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.expires_at <= now,
                is_free(now),
            )
            .values(status=MessageStatus.EXPIRED, ended_at=now, lease=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )
    return rows_touched(result)


def is_free(now: datetime) -> ColumnElement[bool]:
    return is_untouched() | is_abandoned(now)


def is_untouched() -> ColumnElement[bool]:
    return OutboxMessage.lease_until.is_(None)


def is_abandoned(now: datetime) -> ColumnElement[bool]:
    """Its sender died, or a fault of ours stopped it while the letter was being written."""
    return OutboxMessage.lease_until <= now


def claim(token: str, *, lease: timedelta, at_most: int) -> list[int]:
    """Put our lease on the next messages; answers their numbers, oldest first.

    Abandoned ones come last and one at a time: a letter that can't be written stops
    itself and no other.
    """
    now = clock.now()
    return take(token, is_untouched(), now, lease, at_most) or take(
        token, is_abandoned(now), now, lease, 1
    )


def take(
    token: str, which: ColumnElement[bool], now: datetime, lease: timedelta, at_most: int
) -> list[int]:
    waiting = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.status == MessageStatus.WAITING,
            OutboxMessage.channel != Channel.CALL,
            OutboxMessage.next_try_at <= now,
            which,
        )
        # Of abandoned ones the longest abandoned first, or the same one would stop us every time.
        .order_by(OutboxMessage.lease_until, OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(at_most)
    )
    if dialect_name() == "postgresql":
        waiting = waiting.with_for_update(skip_locked=True)
    with transaction():
        claimed = session.scalars(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(waiting.scalar_subquery()))
            .values(lease=token, lease_until=now + lease)
            .returning(OutboxMessage.id)
            .execution_options(synchronize_session=False)
        ).all()
    return sorted(claimed)


def send_claimed(
    open_sender: OpenSender,
    claimed: list[int],
    token: str,
    *,
    lease: timedelta,
    until: datetime,
) -> int:
    # One transaction around the whole batch: one begun inside would forget the messages.
    with transaction():
        messages = load(claimed)
        written = letters.write(messages)
    # Nothing of the database is held while we talk to the outside, nor read again for it.
    hold_nothing()
    sent = 0
    senders: dict[Channel, Sender] = {}
    with ExitStack() as opened:
        for message in messages:
            letter = written.get(message.id)
            if letter is None:
                note(message, token, MessageStatus.DROPPED)
            elif until - clock.now() < timedelta(
                seconds=min(DEADLINE_SECONDS, lease.total_seconds() / 2)
            ):
                # The lease may run out during the call, and then another sender would send it too.
                give_back(message, token)
            else:
                if message.channel not in senders:
                    sender = opened.enter_context(open_sender(message.channel))
                    senders[message.channel] = sender
                sent += send_one(senders[message.channel], message, letter, token)
    return sent


def load(claimed: list[int]) -> list[OutboxMessage]:
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.id.in_(claimed))
            .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
            .options(joinedload(OutboxMessage.person))
            .execution_options(populate_existing=True)
        )
    )


def send_one(sender: Sender, message: OutboxMessage, letter: Letter, token: str) -> int:
    try:
        sender.send(message, letter)
    except Refused as error:
        bounces.heed(message, error)
        note(message, token, MessageStatus.FAILED, problem=str(error))
    except Unreachable as error:
        postpone(message, token, str(error))
    else:
        note(message, token, MessageStatus.SENT, kept=letter if sender.keeps else None)
        return 1
    log.warning("message %s was not sent: %s", message.message_id, message.kind)
    return 0


def note(
    message: OutboxMessage,
    token: str,
    status: MessageStatus,
    *,
    problem: str | None = None,
    kept: Letter | None = None,
) -> None:
    """Write down how it ended, in a transaction of its own, if the lease is still ours."""
    values: dict[str, object] = {"status": status, "ended_at": clock.now(), "problem": problem}
    if kept is not None:
        values |= {"kept_subject": kept.subject[:200], "kept_text": kept.text}
    with transaction():
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message.id, OutboxMessage.lease == token)
            .values(lease=None, lease_until=None, **values)
            .execution_options(synchronize_session=False)
        )


def postpone(message: OutboxMessage, token: str, problem: str) -> None:
    with transaction():
        if (row := ours(message, token)) is not None:
            row.postpone(clock.now(), problem)


def give_back(message: OutboxMessage, token: str) -> None:
    with transaction():
        if (row := ours(message, token)) is not None:
            row.lease = row.lease_until = None


def ours(message: OutboxMessage, token: str) -> OutboxMessage | None:
    """The row, locked, unless another sender has taken it over meanwhile."""
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.lease == token)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
