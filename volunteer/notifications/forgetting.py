"""Messages that ended long ago are forgotten: who was told what is nobody's business for ever."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from volunteer.core.bulk import rows_touched
from volunteer.core.database import session, transaction
from volunteer.notifications.models import OutboxMessage

# In one run; the next one goes on, so that nobody waits for a large table.
AT_ONCE = 5000


def forget(now: datetime, *, keep: timedelta) -> int:
    """Take out the messages that ended longer ago than `keep`, oldest first; answers how many.

    What still waits stays, however old it is: only what has come to an end is forgotten.
    """
    old = (
        select(OutboxMessage.id)
        .where(OutboxMessage.ended_at < now - keep)
        .order_by(OutboxMessage.ended_at)
        .limit(AT_ONCE)
    )
    with transaction():
        return rows_touched(
            session.execute(
                delete(OutboxMessage)
                .where(OutboxMessage.id.in_(old.scalar_subquery()))
                .execution_options(synchronize_session=False)
            )
        )
