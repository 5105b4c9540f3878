"""Who writes the letter for a message: one writer for each kind, named in `wiring.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from volunteer.notifications import topics
from volunteer.notifications.models import OutboxMessage


@dataclass(frozen=True)
class Letter:
    """What one person reads. The text stands alone; the HTML says the same."""

    subject: str
    text: str
    html: str = ""
    # The same in one line for a phone, and in a few lines for a group's robot.
    short: str = ""
    group: str = ""
    # Where the reader says that they want no more of this kind; empty for what they must know.
    stop_path: str = ""


# Letters by the number of their message; a message without one is no longer true and is dropped.
Letters = Mapping[int, Letter]
Writer = Callable[[Sequence[OutboxMessage]], Letters]

_writers: dict[str, Writer] = {}


def written_by(kind: str, writer: Writer) -> None:
    """From now on this writer writes the letters of this kind."""
    _writers[kind] = writer


def kinds() -> list[str]:
    return sorted(_writers)


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """The letters for these messages, each kind written in one go so that it can load in sets.

    Who has said meanwhile that they want no more of a kind gets none.
    """
    wanted = [
        message
        for message in messages
        if topics.of(message.kind) is None or topics.is_wanted(message.kind, message.person)
    ]
    letters: dict[int, Letter] = {}
    for kind in sorted({message.kind for message in wanted}):
        letters |= _writers[kind]([message for message in wanted if message.kind == kind])
    return letters
