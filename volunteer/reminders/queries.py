"""Reading what became of the weekly messages."""

from sqlalchemy import func, select

from volunteer.core.database import session
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.reminders.models import WeeklyRun
from volunteer.teams.models import Team


def find_last_run(team: Team) -> WeeklyRun | None:
    return session.scalars(
        select(WeeklyRun)
        .where(WeeklyRun.team_id == team.id)
        .order_by(WeeklyRun.due_at.desc())
        .limit(1)
    ).first()


def count_of_run(run: WeeklyRun) -> dict[MessageStatus, int]:
    """What became of the run's messages: their statuses add up to what was expected."""
    rows = session.execute(
        select(OutboxMessage.status, func.count())
        .where(
            OutboxMessage.key.like(f"week_ahead:{run.team_id}:{run.first_day}:%"),
            OutboxMessage.team_id == run.team_id,
        )
        .group_by(OutboxMessage.status)
    ).all()
    counts = dict(rows)
    return {status: counts.get(status, 0) for status in MessageStatus}
