"""Why somebody could not come, in their words, often of an illness, is forgotten a month after the
date; that they said so, and the reason they chose, stays."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from volunteer.activities.models import Occurrence, Signup
from volunteer.core.bulk import rows_touched
from volunteer.core.database import session, transaction

EXCUSES_KEPT = timedelta(days=30)


def forget_excuses(now: datetime) -> int:
    """Answers of how many places. Where nothing is old, nothing is held."""
    over = select(Occurrence.id).where(Occurrence.ends_at < now - EXCUSES_KEPT)
    is_old = Signup.excuse_note.is_not(None) & Signup.occurrence_id.in_(over)
    if session.scalar(select(Signup.id).where(is_old).limit(1)) is None:
        return 0
    with transaction():
        return rows_touched(
            session.execute(
                update(Signup)
                .where(is_old)
                .values(excuse_note=None)
                .execution_options(synchronize_session=False)
            )
        )
