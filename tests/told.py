"""Whom the outbox has a message for."""

from collections import Counter

from sqlalchemy import select

from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage


def told(kind: str) -> list[int]:
    """To whom a message of this kind goes, in the order in which they were written."""
    messages = session.query(OutboxMessage).filter_by(kind=kind).order_by(OutboxMessage.id)
    return [message.person_id for message in messages]


def told_of_what() -> Counter[tuple[str, int]]:
    """How many messages of each kind go to each person."""
    return Counter((m.kind, m.person_id) for m in session.scalars(select(OutboxMessage)))
