"""The kinds of work on coming dates, as plain rows, and when an offset of each falls due."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from volunteer.activities.models import Activity, Occurrence, OccurrenceRole, OccurrenceStatus
from volunteer.core import zones
from volunteer.core.database import session
from volunteer.reminders.models import Offset

NOON = time(12)


def coming_works(now: datetime, *, days: int) -> Sequence[Any]:
    """Every kind of work of the dates that begin within so many days."""
    return session.execute(
        select(
            OccurrenceRole.id.label("role_id"),
            OccurrenceRole.name,
            Occurrence.id.label("occurrence_id"),
            Occurrence.wall_starts,
            Occurrence.starts_at,
            Activity.id.label("activity_id"),
            Activity.team_id,
            Activity.zone,
        )
        .join(OccurrenceRole.occurrence)
        .join(Occurrence.activity)
        .where(
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at > now,
            Occurrence.starts_at < now + timedelta(days=days + 1),
        )
        .order_by(Occurrence.id, OccurrenceRole.position)
    ).all()


def moment_of(row: Any, offset: Offset) -> datetime:
    """When this offset of the date falls due, by the clock of its own zone."""
    return zones.at(row.wall_starts.date() - timedelta(days=offset.days), offset.at, row.zone)


def noon_before(row: Any) -> datetime:
    """Noon of the day before: who was asked and has not answered by then is called."""
    return zones.at(row.wall_starts.date() - timedelta(days=1), NOON, row.zone)


def naive(moment: datetime) -> datetime:
    """As the tables keep a moment."""
    return moment.astimezone(UTC).replace(tzinfo=None)
