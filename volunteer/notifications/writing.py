"""Turning facts into a letter by templates/messages/<kind>/, in the reader's language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from volunteer.core import language, templates
from volunteer.notifications import letters, stopping, topics
from volunteer.notifications.letters import Letter
from volunteer.people.models import Person

_look: ContextVar["Look | None"] = ContextVar("look", default=None)

# In the place of what would stop somebody else's messages.
NOT_SHOWN = "/stops/…"


@dataclass(frozen=True)
class Look:
    spoken: str | None


def letter(kind: str, reader: Person, **facts: Any) -> Letter:
    """The letter of this kind for this reader, in every form that its channel carries."""
    look, topic = _look.get(), topics.of(kind)
    stop_path = (NOT_SHOWN if look else stopping.path(reader, topic)) if topic else ""
    spoken = (look and look.spoken) or reader.language
    with language.speaking(spoken):
        facts = {**facts, "reader": reader, "language": spoken, "stop_path": stop_path}
        drawn = {
            form: templates.render(f"messages/{kind}/{form}", **facts) for form in letters.forms()
        }
    return Letter(
        subject=in_one_line(drawn["subject.txt"]),
        text=tidy_lines(drawn["body.txt"]),
        html=drawn.get("body.html", ""),
        short=joined(in_one_line(drawn.get("sms.txt", ""))),
        group=tidy_lines(drawn.get("wecom.txt", "")).strip(),
        stop_path=stop_path,
        path=facts.get("path", ""),
    )


@contextmanager
def only_to_look(spoken: str | None = None) -> Iterator[None]:
    """Letters in this block are looked at by somebody else than their reader: what stops messages
    is not in them. `spoken` is a language other than the reader's."""
    token = _look.set(Look(spoken))
    try:
        yield
    finally:
        _look.reset(token)


def joined(text: str) -> str:
    """Sentences that follow one another after a semicolon need no full stop before it: each
    character of a text message costs."""
    text = re.sub(r"[.。]\s*(?=[;；])", "", text)
    return re.sub(r"([?？!！])\s*[;；]", r"\1", text)


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def tidy_lines(text: str) -> str:
    """No spaces at line ends, never two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
