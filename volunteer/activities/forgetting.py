"""Why somebody could not come, in their words, often of an illness, is forgotten a month after the
date; that they said so, and the reason they chose, stays."""

from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.activities.models import Occurrence, Signup
from volunteer.core.bulk import empty

EXCUSES_KEPT = timedelta(days=30)


def forget_excuses(now: datetime) -> int:
    """Answers of how many places. Where nothing is old, nothing is held."""
    over = select(Occurrence.id).where(Occurrence.ends_at < now - EXCUSES_KEPT)
    return empty([Signup.excuse_note], Signup.occurrence_id.in_(over))
