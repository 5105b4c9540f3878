"""Saying that one can't come: why, when it was said, and whether that was late.

Early, late, and after the beginning are told apart here. Not coming without a word is none of
these: only a person says that of somebody, when the day is closed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from volunteer.activities.models import Excuse, Occurrence, Signup

# What somebody may say of themselves; the others are written by what happened.
OWN = (Excuse.ILLNESS, Excuse.FAMILY, Excuse.OTHER)


@dataclass(frozen=True)
class Reason:
    """Why, as far as somebody likes to say it; the note is for coordinators only."""

    kind: Excuse | None = None
    note: str = ""

    @property
    def is_ones_own(self) -> bool:
        return self.kind is None or self.kind in OWN


UNSAID = Reason()


def note(signup: Signup, reason: Reason, now: datetime) -> None:
    """Write down that they can't come. Who said so before, and looked for a stand-in since, said it
    then."""
    if signup.excused_at is not None:
        return
    signup.excused_at = now
    signup.is_late = (
        signup.is_going and reason.is_ones_own and is_within_notice(signup.occurrence, now)
    )
    signup.excuse = reason.kind
    signup.excuse_note = reason.note or None


def clear(signup: Signup) -> None:
    """They come after all, or again."""
    signup.excused_at = signup.excuse = signup.excuse_note = None
    signup.is_late = False


def is_within_notice(occurrence: Occurrence, now: datetime) -> bool:
    """Whether saying so now is late; after the beginning it is another thing."""
    notice = timedelta(hours=occurrence.team.notice_hours)
    return occurrence.starts_at - notice < now < occurrence.starts_at
