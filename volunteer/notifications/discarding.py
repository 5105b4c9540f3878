"""Throwing away what waits to go out, by whoever runs the service: a wrong message to many, or what
an old backup would say once more. Whoever does it sees how many of which kind, and no words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true, update

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.bulk import rows_touched
from volunteer.core.database import session, transaction
from volunteer.notifications.claiming import THROWN_AWAY, is_abandoned, is_untouched
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

# Somebody looks at their phone for it right now; in ten minutes it goes no more by itself.
STAYS = ("one_time_code",)


@dataclass(frozen=True)
class Choice:
    """Which of the messages that wait; what is None is not asked."""

    kind: str | None = None
    team: HasNumber | None = None
    # Only what was due before this moment.
    before: datetime | None = None
    # Only what was there when somebody looked: up to the message of this number.
    up_to: int | None = None


@dataclass(frozen=True)
class Pile:
    """So many messages of one kind wait for one team, or for none; and the newest's number."""

    kind: str
    team_id: int | None
    count: int
    newest: int


def waits(choice: Choice, now: datetime) -> ColumnElement[bool]:
    """What the machine would send: no calls, which a coordinator ticks, nothing that is too late by
    itself, and nothing that is leaving at this moment."""
    is_chosen: ColumnElement[bool] = true()
    if choice.kind is not None:
        is_chosen &= OutboxMessage.kind == choice.kind
    if choice.team is not None:
        is_chosen &= OutboxMessage.team_id == choice.team.id
    if choice.before is not None:
        is_chosen &= OutboxMessage.due_at < choice.before
    if choice.up_to is not None:
        is_chosen &= OutboxMessage.id <= choice.up_to
    return (
        is_chosen
        & (OutboxMessage.status == MessageStatus.WAITING)
        & (OutboxMessage.channel != Channel.CALL)
        & OutboxMessage.kind.not_in(STAYS)
        & (OutboxMessage.expires_at > now)
        & (is_untouched() | is_abandoned(now))
    )


def list_piles(choice: Choice) -> Sequence[Pile]:
    """What would be thrown away, the largest pile first."""
    many = func.count().label("many")
    found = session.execute(
        select(OutboxMessage.kind, OutboxMessage.team_id, many, func.max(OutboxMessage.id))
        .where(waits(choice, clock.now()))
        .group_by(OutboxMessage.kind, OutboxMessage.team_id)
        .order_by(many.desc(), OutboxMessage.kind, OutboxMessage.team_id)
    )
    return [Pile(*row) for row in found.all()]


def throw_away(choice: Choice, *, by: HasNumber | None) -> int:
    """None of these goes out any more; says how many they were. `by=None` means a command."""
    now = clock.now()
    with transaction():
        which = waits(choice, now)
        newest = session.scalars(
            select(OutboxMessage).where(which).order_by(OutboxMessage.id.desc()).limit(1)
        ).one_or_none()
        if newest is None:
            return 0
        result = session.execute(
            update(OutboxMessage)
            .where(which)
            .values(
                status=MessageStatus.DROPPED,
                ended_at=now,
                lease=None,
                lease_until=None,
                problem=THROWN_AWAY,
            )
            .execution_options(synchronize_session=False)
        )
        count = rows_touched(result)
        trail.record(
            "message.thrown_away",
            newest,
            by=by,
            team=choice.team,
            count=count,
            kind=choice.kind,
            before=choice.before and choice.before.isoformat(),
        )
    return count
