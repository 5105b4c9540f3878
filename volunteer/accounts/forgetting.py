"""Links, paper cards and sign-ins that have long been over are forgotten: when somebody was here is
nobody's business for ever, and each weekly message brings a link for each member."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select

from volunteer.accounts.models import ABSOLUTE_LIMIT, CodeCard, PersonalLink, SignIn
from volunteer.core.bulk import rows_touched
from volunteer.core.database import session, transaction

# Who opens the link of an old mail reads for so long that it is over, and gets a new one.
KEPT = timedelta(days=400)
# In one run; the next one goes on, so that nobody waits for a large table.
AT_ONCE = 1000


def forget(now: datetime) -> int:
    """Take out what nobody has been able to come in by for 400 days; answers how many."""
    with transaction():
        links = forget_oldest(PersonalLink, PersonalLink.expires_at < now - KEPT)
        links += forget_oldest(CodeCard, CodeCard.expires_at < now - KEPT)
        return links + forget_oldest(SignIn, SignIn.began_at < now - ABSOLUTE_LIMIT - KEPT)


def forget_oldest(
    model: type[PersonalLink | CodeCard | SignIn], is_over: ColumnElement[bool]
) -> int:
    """Of the oldest rows: so no index is needed for what is asked every few seconds."""
    oldest = select(model.id).order_by(model.id).limit(AT_ONCE)
    return rows_touched(
        session.execute(
            delete(model)
            .where(model.id.in_(oldest.scalar_subquery()), is_over)
            .execution_options(synchronize_session=False)
        )
    )
