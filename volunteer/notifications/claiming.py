"""Whose message it is: taken with a lease, given back, noted only while the lease is ours.

A sender that dies keeps nobody waiting for ever: when its lease has run out, its messages
are free again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    Update,
    bindparam,
    case,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload

from volunteer.core import clock
from volunteer.core.bulk import rows_touched
from volunteer.core.database import Write, dialect_name, session, transaction
from volunteer.notifications import quiet
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

# The table itself: what is written for each mail does without the ORM.
OUTBOX = cast(Table, OutboxMessage.__table__)
# Why a text message went another way (rationing.py); said of it also when it has arrived.
OF_THE_PERSON = "ration of the person"
OF_THE_TEAM = "ration of the team"
# Why a message did not go that was true all the same (discarding.py).
THROWN_AWAY = "thrown away"


def expire(now: datetime) -> int:
    """Mark what waited too long; calls included, for a call about yesterday helps nobody."""
    with transaction():
        result = session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.expires_at <= now,
                is_untouched() | is_abandoned(now),
            )
            .values(status=MessageStatus.EXPIRED, ended_at=now, lease=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )
    return rows_touched(result)


def is_untouched() -> ColumnElement[bool]:
    return OutboxMessage.lease_until.is_(None)


def is_abandoned(now: datetime) -> ColumnElement[bool]:
    """Its sender died, or a fault of ours stopped it while the letter was being written."""
    return OutboxMessage.lease_until <= now


def is_ours(token: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether nobody has taken it over, or put an end to it, since we claimed it."""
    return OutboxMessage.lease == token


def is_due(now: datetime) -> ColumnElement[bool]:
    """For the machine to send, and its time has come."""
    return (
        (OutboxMessage.status == MessageStatus.WAITING)
        & (OutboxMessage.channel != Channel.CALL)
        & (OutboxMessage.next_try_at <= now)
    )


def channels_due(now: datetime) -> Sequence[Channel]:
    """By which channels something is to be sent now."""
    return session.scalars(
        select(OutboxMessage.channel)
        .where(is_due(now), is_untouched() | is_abandoned(now))
        .distinct()
        .order_by(OutboxMessage.channel)
    ).all()


def claim(
    token: str,
    channel: Channel,
    *,
    lease: timedelta,
    at_most: int,
    order: Sequence[ColumnElement[int]] = (),
) -> list[int]:
    """Put our lease on the next messages of this channel; answers their numbers, oldest first, or
    in this order and then oldest first.

    Abandoned ones come last and one at a time: a letter that can't be written stops
    itself and no other.
    """
    now = clock.now()
    of_channel = OutboxMessage.channel == channel
    return take(token, of_channel & is_untouched(), now, lease, at_most, order) or take(
        token, of_channel & is_abandoned(now), now, lease, 1, order
    )


def take(
    token: str,
    which: ColumnElement[bool],
    now: datetime,
    lease: timedelta,
    at_most: int,
    order: Sequence[ColumnElement[int]] = (),
) -> list[int]:
    waiting = (
        select(OutboxMessage.id)
        .where(is_due(now), which)
        # Of abandoned ones the longest abandoned first, or the same one would stop us every time.
        .order_by(*order, OutboxMessage.lease_until, OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(at_most)
    )
    if dialect_name() == "postgresql":
        waiting = waiting.with_for_update(skip_locked=True)
    # A table of its own, which is asked once: PostgreSQL may ask a condition again for each row,
    # and as what is held is passed over, it would find others each time.
    ours = waiting.cte("ours")
    with transaction():
        claimed = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(select(ours.c.id)))
            .values(lease=token, lease_until=now + lease)
            .returning(*order, OutboxMessage.next_try_at, OutboxMessage.id)
            .execution_options(synchronize_session=False)
        ).all()
    return [row[-1] for row in sorted(tuple(row) for row in claimed)]


def load(numbers: Sequence[int], token: str) -> list[OutboxMessage]:
    """Those of them that are still ours, in this order, with their people."""
    found = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.id.in_(numbers),
            OutboxMessage.status == MessageStatus.WAITING,
            is_ours(token),
        )
        .options(joinedload(OutboxMessage.person))
        .execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda message: numbers.index(message.id))


def note(
    message: OutboxMessage,
    token: str,
    status: MessageStatus,
    *,
    problem: str | None = None,
    kept: Letter | None = None,
) -> None:
    """Write down how it ended, in a transaction of its own, if the lease is still ours."""
    if kept is not None:
        values = {"kept_subject": kept.subject[:200], "kept_text": kept.text}
        end([message.id], token, {"status": status, "problem": problem or what_stays(), **values})
        return
    end([message.id], token, {"status": status, "problem": problem and problem[:200]})


def note_sent(message: OutboxMessage, token: str, write: Write) -> None:
    """The same for a message that went, beside the session: the other letters' drafts read on in
    what that has loaded."""
    try:
        write(noting(), {"number": message.id, "token": token, "now": clock.now()})
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The server was started again while the letter was on its way.
        note(message, token, MessageStatus.SENT)


@cache
def noting() -> Update:
    """The statement for each mail, put together once: that took longer than carrying it out."""
    table = OUTBOX.c
    return (
        update(OUTBOX)
        .where(table.id == bindparam("number"), is_ours(bindparam("token")))
        .values(
            status=MessageStatus.SENT,
            problem=what_stays(),
            ended_at=bindparam("now", type_=table.ended_at.type),
            lease=None,
            lease_until=None,
        )
    )


def what_stays() -> ColumnElement[str | None]:
    """Of all trouble on the way, what is said of a message that has arrived."""
    problem = OUTBOX.c.problem
    return case((problem.in_((OF_THE_PERSON, OF_THE_TEAM)), problem))


def drop(numbers: Collection[int], token: str) -> None:
    """What stopped being true before it went needs no sending any more."""
    end(numbers, token, {"status": MessageStatus.DROPPED, "problem": None})


def end(numbers: Collection[int], token: str, values: dict[str, object]) -> None:
    with transaction():
        session.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id.in_(numbers), is_ours(token))
            .values(lease=None, lease_until=None, ended_at=clock.now(), **values)
        )


def postpone(number: int, token: str, problem: str) -> None:
    with transaction():
        row = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.id == number, is_ours(token))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        if row is not None:
            could_wait = not quiet.is_quiet(row.person, row.channel, row.next_try_at)
            row.postpone(clock.now(), problem)
            # A second try is no reason to wake anybody whom the first would not have woken.
            if could_wait:
                row.next_try_at = quiet.first_try(
                    row.kind,
                    row.person,
                    row.channel,
                    due_at=row.next_try_at,
                    expires_at=row.expires_at,
                )


def give_back(numbers: Collection[int], token: str) -> None:
    """Others, or we ourselves a little later, may send these."""
    with transaction():
        session.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id.in_(numbers), is_ours(token))
            .values(lease=None, lease_until=None)
        )


def send_otherwise(
    message: OutboxMessage, token: str, channel: Channel, *, problem: str | None = None
) -> None:
    """The way it was to go is no more: from now on it waits to go by this one."""
    with transaction():
        session.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id == message.id, is_ours(token))
            .values(channel=channel, attempts=0, lease=None, lease_until=None, problem=problem)
        )
