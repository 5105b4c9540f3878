"""Reading the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from volunteer.core.database import Given, all_of, one_or_not_found, session
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage


def get_message(message_id: int) -> OutboxMessage:
    return one_or_not_found(
        select(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .options(joinedload(OutboxMessage.person))
    )


def newest_first() -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .order_by(OutboxMessage.due_at.desc(), OutboxMessage.id.desc())
        .options(joinedload(OutboxMessage.person))
    )


def last_posted_first(status: MessageStatus | None = None) -> Select[OutboxMessage]:
    """Of all teams; those in one state alone, where one is named. By when they fall due a year's
    worth would be sorted anew for each page."""
    everything = newest_first().order_by(None).order_by(OutboxMessage.id.desc())
    return everything.where(OutboxMessage.status == status) if status else everything


def of_team(team_id: Given) -> Select[OutboxMessage]:
    return newest_first().where(OutboxMessage.team_id == team_id)


def list_calls(team_id: int) -> Sequence[OutboxMessage]:
    """Who is still to be called for this team: no channel of their own, or their mail failed."""
    is_call = (OutboxMessage.channel == Channel.CALL) & (
        OutboxMessage.status == MessageStatus.WAITING
    )
    return all_of(
        of_team(team_id)
        .where(is_call)
        .order_by(None)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    )


def any_waiting(kind: str, team_id: int, about: str) -> bool:
    """Whether anybody has still to hear of this: messages of the team whose key begins so."""
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.status == MessageStatus.WAITING,
        OutboxMessage.team_id == team_id,
        OutboxMessage.key.startswith(f"{kind}:{about}", autoescape=True),
    )
    return session.scalar(waiting.limit(1)) is not None


def list_failed(team_id: int, *, since: datetime) -> Sequence[OutboxMessage]:
    """What could not be sent for this team lately."""
    return all_of(failed_of(team_id, since))


def failed_of(team_id: Given, since: Given) -> Select[OutboxMessage]:
    return of_team(team_id).where(
        OutboxMessage.status == MessageStatus.FAILED, OutboxMessage.due_at >= since
    )


def count_on_their_way(team_id: int, due_at: datetime) -> int:
    """How many of the messages that fell due for this team then the machine has still to send."""
    return (
        session.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(
                OutboxMessage.team_id == team_id,
                OutboxMessage.due_at == due_at,
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.channel.not_in([Channel.CALL, Channel.GROUP]),
            )
        )
        or 0
    )


def count_by_status() -> dict[MessageStatus, int]:
    counts = dict(
        session.execute(
            select(OutboxMessage.status, func.count()).group_by(OutboxMessage.status)
        ).all()
    )
    return {status: counts.get(status, 0) for status in MessageStatus}


def count_overdue(before: datetime) -> int:
    """Messages for the machine to send that should have gone before this moment."""
    return (
        session.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.channel != Channel.CALL,
                OutboxMessage.next_try_at < before,
            )
        )
        or 0
    )
