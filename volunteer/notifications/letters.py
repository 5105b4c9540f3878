"""Who writes the letter for a message: one writer for each kind, named in `wiring.py`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, partial

from volunteer.notifications import topics
from volunteer.notifications.models import Channel, OutboxMessage


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
    # The page that a notice on a device opens.
    path: str = ""


# A letter that is put into words when its turn has come; it asks the database nothing any more.
Draft = Callable[[], Letter]
# Letters by the number of their message; a message without one is no longer true and is dropped.
Letters = Mapping[int, Letter | Draft]
Writer = Callable[[Sequence[OutboxMessage]], Letters]

_writers: dict[str, Writer] = {}

# Each kind of message has all of them, in templates/messages/<kind>/.
FORMS = ("subject.txt", "body.txt", "body.html", "sms.txt", "wecom.txt")
# A channel needs only some: what nobody reads is not drawn.
FORMS_OF = {
    Channel.EMAIL: ("subject.txt", "body.txt", "body.html"),
    Channel.SMS: ("subject.txt", "body.txt", "sms.txt"),
    Channel.PUSH: ("subject.txt", "body.txt"),
}
_channel: ContextVar[Channel | None] = ContextVar("channel", default=None)


def forms() -> Sequence[str]:
    """The forms that the letters written now need."""
    channel = _channel.get()
    return FORMS_OF.get(channel, FORMS) if channel else FORMS


@contextmanager
def carried_by(channel: Channel) -> Iterator[None]:
    """Letters written in this block go by this channel, and have only the forms it carries."""
    token = _channel.set(channel)
    try:
        yield
    finally:
        _channel.reset(token)


def written_by(kind: str, writer: Writer) -> None:
    """From now on this writer writes the letters of this kind."""
    _writers[kind] = writer


def kinds() -> list[str]:
    return sorted(_writers)


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """The letters for these messages, in their words."""
    return {number: draft() for number, draft in drafts(messages).items()}


def drafts(messages: Sequence[OutboxMessage]) -> dict[int, Draft]:
    """The letters for these messages, each kind in one go so that it can load in sets.

    Who has said meanwhile that they want no more of a kind gets none. Each is put into words once,
    however often its draft is called.
    """
    wanted = [
        message
        for message in messages
        if topics.of(message.kind) is None
        or topics.is_for(message.kind, message.person, message.channel)
    ]
    letters: dict[int, Letter | Draft] = {}
    for kind, channel in sorted({(message.kind, message.channel) for message in wanted}):
        with carried_by(channel):
            letters |= _writers[kind](
                [m for m in wanted if m.kind == kind and m.channel is channel]
            )
    by_number = {message.id: message for message in wanted}
    return {
        number: cache(partial(in_its_form, by_number[number], letter))
        for number, letter in letters.items()
    }


def in_its_form(message: OutboxMessage, letter: Letter | Draft) -> Letter:
    """The letter with the text that this message's channel carries."""
    if not isinstance(letter, Letter):
        with carried_by(message.channel):
            letter = letter()
    if message.channel is Channel.SMS and letter.short:
        return replace(letter, text=letter.short, html="")
    if message.channel is Channel.PUSH:
        # Others may see the screen: what it is about, and no more.
        return replace(letter, text=letter.subject, html="")
    if message.channel is Channel.GROUP and letter.group:
        return replace(letter, text=letter.group, html="")
    return letter
