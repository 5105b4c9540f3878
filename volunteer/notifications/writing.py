"""Turning facts into a letter by templates/messages/<kind>/, in the reader's language."""

import re
from typing import Any

from volunteer.core import language, templates
from volunteer.notifications.letters import Letter
from volunteer.people.models import Person


def letter(kind: str, reader: Person, **facts: Any) -> Letter:
    """The letter of this kind for this reader, in plain text and in HTML."""
    with language.speaking(reader.language):
        facts = {**facts, "reader": reader, "language": reader.language}
        subject = templates.render(f"messages/{kind}/subject.txt", **facts)
        text = templates.render(f"messages/{kind}/body.txt", **facts)
        html = templates.render(f"messages/{kind}/body.html", **facts)
    return Letter(subject=" ".join(subject.split()), text=tidy_lines(text), html=html)


def short_message(kind: str, reader: Person, **facts: Any) -> Letter:
    """The same as one line for a phone: templates/messages/<kind>/sms.txt."""
    with language.speaking(reader.language):
        facts = {**facts, "reader": reader, "language": reader.language}
        subject = templates.render(f"messages/{kind}/subject.txt", **facts)
        text = templates.render(f"messages/{kind}/sms.txt", **facts)
    return Letter(subject=" ".join(subject.split()), text=" ".join(text.split()))


def tidy_lines(text: str) -> str:
    """No spaces at line ends, never two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
