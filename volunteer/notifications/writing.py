"""Turning facts into a letter by templates/messages/<kind>/, in the reader's language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from volunteer.core import language, templates
from volunteer.notifications import stopping, topics
from volunteer.notifications.letters import Letter
from volunteer.people.models import Person

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)

# Each kind of message has all of them, in templates/messages/<kind>/.
FORMS = ("subject.txt", "body.txt", "body.html", "sms.txt", "wecom.txt")


def letter(kind: str, reader: Person, **facts: Any) -> Letter:
    """The letter of this kind for this reader, in every form; the channel takes its own."""
    topic = topics.of(kind)
    stop_path = stopping.path(reader, topic) if topic else ""
    spoken = _spoken.get() or reader.language
    with language.speaking(spoken):
        facts = {**facts, "reader": reader, "language": spoken, "stop_path": stop_path}
        drawn = {form: templates.render(f"messages/{kind}/{form}", **facts) for form in FORMS}
    return Letter(
        subject=in_one_line(drawn["subject.txt"]),
        text=tidy_lines(drawn["body.txt"]),
        html=drawn["body.html"],
        short=in_one_line(drawn["sms.txt"]),
        group=tidy_lines(drawn["wecom.txt"]).strip(),
        stop_path=stop_path,
    )


@contextmanager
def spoken_in(other: str) -> Iterator[None]:
    """Letters in this block are in that language, whatever the reader's is: for previews."""
    token = _spoken.set(other)
    try:
        yield
    finally:
        _spoken.reset(token)


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def tidy_lines(text: str) -> str:
    """No spaces at line ends, never two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
