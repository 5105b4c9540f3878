"""Two who change the same thing never overwrite each other unseen (optimistic locking): a form
carries a mark of what its page showed, and whoever saves compares it with what is there, under the
lock."""

import hashlib

from volunteer.core.errors import ChangedMeanwhile

MARK_LETTERS = 24


def mark_of(shown: object) -> str:
    """The same for what says the same; of plain values, and of dataclasses that hold such."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:MARK_LETTERS]


def check_unchanged(seen: str | None, now: object) -> None:
    """Raises ChangedMeanwhile when the page showed something else. No mark: there was no page."""
    if seen and seen != mark_of(now):
        raise ChangedMeanwhile
