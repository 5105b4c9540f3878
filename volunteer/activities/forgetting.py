"""Why somebody could not come, in their words, often of an illness, is forgotten a month after the
date; that they said so, and the reason they chose, stays.

What was said of hours that were noted wrongly, and why a date or a deed was opened again, goes
after three years, as what was found on a visit does; the hours themselves stay.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.activities.models import Closing, MistakeNote, Occurrence, Signup
from volunteer.core.bulk import empty
from volunteer.deeds.models import Deed

EXCUSES_KEPT = timedelta(days=30)
WORDS_KEPT = timedelta(days=3 * 365)


def forget_excuses(now: datetime) -> int:
    """Answers of how many places. Where nothing is old, nothing is held."""
    over = select(Occurrence.id).where(Occurrence.ends_at < now - EXCUSES_KEPT)
    return empty([Signup.excuse_note], Signup.occurrence_id.in_(over))


def forget_words_on_hours(now: datetime) -> int:
    """Answers of how many notes, dates and deeds. A note that waits for an answer stays."""
    long_ago = now - WORDS_KEPT
    notes = empty([MistakeNote.words, MistakeNote.answer], MistakeNote.answered_at < long_ago,
                  left="")  # fmt: skip
    dates = empty([Closing.reopen_reason], Closing.reopened_at < long_ago, left="")
    return notes + dates + empty([Deed.reopen_reason], Deed.reopened_at < long_ago, left="")
