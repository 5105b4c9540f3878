"""Do the books close? What was expected must be found again, and come to an end with a name."""

from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select

from volunteer.core.database import session
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.reminders.models import WeeklyRun

# So long after it was due every message has gone, failed or expired, or something is wrong.
SETTLES_IN = timedelta(hours=1)
LOOKS_BACK = timedelta(days=15)
WEEK_AHEAD = "week_ahead"


def count_missing(now: datetime) -> int:
    """Expected − sent − failed − expired − dropped − still on its way: 0 when the books close.

    One statement over all runs of the last two weeks.
    """
    is_open = and_(
        OutboxMessage.status == MessageStatus.WAITING,
        OutboxMessage.expires_at <= now - SETTLES_IN,
    )
    found = (
        select(func.count(case((~is_open, OutboxMessage.id))))
        .where(
            OutboxMessage.team_id == WeeklyRun.team_id,
            OutboxMessage.due_at == WeeklyRun.due_at,
            OutboxMessage.kind == WEEK_AHEAD,
            # What is said in a group is said to nobody by name.
            OutboxMessage.channel != Channel.GROUP,
        )
        .scalar_subquery()
    )
    missing = WeeklyRun.expected - found
    return int(
        session.scalar(
            select(func.coalesce(func.sum(missing), 0)).where(
                WeeklyRun.due_at > now - LOOKS_BACK, missing > 0
            )
        )
        or 0
    )
