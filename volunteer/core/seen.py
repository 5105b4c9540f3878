"""Two who change the same thing never overwrite each other unseen (optimistic locking): a form
carries a mark of what its page showed, and whoever saves compares it with what is there, under the
lock."""

import hashlib

from volunteer.core.errors import ChangedMeanwhile

MARK_LETTERS = 24


def mark_of(shown: object) -> str:
    """The same for what says the same; of plain values, and of dataclasses that hold such."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:MARK_LETTERS]


def check_unchanged(seen: str | None, now: object, wanted: object = None) -> None:
    """Raises ChangedMeanwhile when the page showed something else. No mark: there was no page.

    `wanted`: what is to be put down, in the same shape. When that is there already, nobody loses
    anything: the button was pressed twice, or two have written the same.
    """
    if seen and mark_of(now) not in {seen, mark_of(wanted)}:
        raise ChangedMeanwhile
