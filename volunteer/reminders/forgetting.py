"""What was said on the phone about a date is forgotten a month after it; that somebody called, and
what came of it, stays."""

from datetime import datetime, timedelta

from volunteer.core.bulk import empty
from volunteer.reminders.models import Call

NOTES_KEPT = timedelta(days=30)


def forget_notes(now: datetime) -> int:
    """Answers of how many calls. Where nothing is old, nothing is held."""
    return empty([Call.note], Call.starts_at < now - NOTES_KEPT)
