"""What was said on the phone about a date is forgotten a month after it; that somebody called, and
what came of it, stays."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from volunteer.core.bulk import rows_touched
from volunteer.core.database import session, transaction
from volunteer.reminders.models import Call

NOTES_KEPT = timedelta(days=30)


def forget_notes(now: datetime) -> int:
    """Answers of how many calls. Where nothing is old, nothing is held."""
    is_old = Call.note.is_not(None) & (Call.starts_at < now - NOTES_KEPT)
    if session.scalar(select(Call.id).where(is_old).limit(1)) is None:
        return 0
    with transaction():
        return rows_touched(
            session.execute(
                update(Call)
                .where(is_old)
                .values(note=None)
                .execution_options(synchronize_session=False)
            )
        )
