"""How much goes out, and how much waits: figures for those who run the service."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from volunteer.core.database import session
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

LATELY = timedelta(minutes=10)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Traffic:
    """`waiting` is what the machine should have sent by now, `waits_since` the longest of it."""

    waiting: int
    waits_since: datetime | None
    being_sent: int
    sent_lately: int
    sent_in_a_day: int
    failed_in_a_day: int

    @property
    def a_minute(self) -> float:
        return self.sent_lately / (LATELY / timedelta(minutes=1))

    @property
    def minutes_left(self) -> int | None:
        """At the pace of the last minutes; None while nothing waits, or nothing moves."""
        if not self.waiting or not self.sent_lately:
            return None
        return -(-self.waiting // max(1, round(self.a_minute)))


def traffic(now: datetime) -> Traffic:
    """In two statements, each over an index."""
    is_held = case((OutboxMessage.lease_until > now, 1))
    waiting, waits_since, being_sent = session.execute(
        select(func.count(), func.min(OutboxMessage.next_try_at), func.count(is_held)).where(
            OutboxMessage.status == MessageStatus.WAITING,
            OutboxMessage.channel != Channel.CALL,
            OutboxMessage.next_try_at <= now,
        )
    ).one()
    is_new = OutboxMessage.ended_at > now - LATELY
    is_sent = OutboxMessage.status == MessageStatus.SENT
    is_failed = OutboxMessage.status == MessageStatus.FAILED
    lately, sent, failed = session.execute(
        select(
            func.count(case((is_new & is_sent, 1))),
            func.count(case((is_sent, 1))),
            func.count(case((is_failed, 1))),
        ).where(OutboxMessage.ended_at > now - A_DAY, OutboxMessage.channel != Channel.CALL)
    ).one()
    return Traffic(waiting, waits_since, being_sent, lately, sent, failed)
