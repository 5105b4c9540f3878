"""One mail as it goes over the line: a few headers, and the text, with the HTML beside it.

Python's own EmailMessage writes the same three times slower than a mail server takes it. Our
mails have one shape, so they are put together here; a test reads them with Python's parser.
"""

from base64 import b64encode
from collections.abc import Iterable
from email.header import Header
from email.utils import formataddr
from functools import lru_cache

NEW_LINE = b"\r\n"
# So many characters of base64 stand in a line (RFC 2045).
LINE = 76
# A coded word has at most 75 characters (RFC 2047), twelve of which say that it is one.
MOST_IN_A_WORD = (75 - 12) // 4 * 3
# A line of a mail has at most 998 bytes (RFC 5322), and words without a space can't be folded.
LONGEST_WORDS = 200
# The text parts are base64, in which no hyphen occurs: this never stands in them.
BOUNDARY = "-=linli=-"


def as_bytes(headers: Iterable[tuple[str, str]], text: str, html: str = "") -> bytes:
    """The whole mail (RFC 5322, MIME). Headers are taken as they are: ASCII, see `in_a_header`."""
    parts = [f"{name}: {value}".encode("ascii") for name, value in headers]
    parts.append(b"MIME-Version: 1.0")
    if not html:
        return NEW_LINE.join([*parts, *body("plain", text)])
    parts.append(f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"'.encode())
    border = f"--{BOUNDARY}".encode()
    return NEW_LINE.join(
        [
            *parts,
            b"",
            border,
            *body("plain", text),
            border,
            *body("html", html),
            border + b"--",
            b"",
        ]
    )


def body(kind: str, text: str) -> list[bytes]:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    coded = b64encode(lines.encode(errors="replace"))
    return [
        f'Content-Type: text/{kind}; charset="utf-8"'.encode(),
        b"Content-Transfer-Encoding: base64",
        b"",
        *(coded[at : at + LINE] for at in range(0, len(coded), LINE)),
    ]


# A team's letters have one subject, and all have one sender.
@lru_cache(1000)
def in_a_header(words: str, name: str) -> str:
    """These words for the header of this name, folded and encoded where needed (RFC 2047)."""
    return Header(one_line(words), header_name=name).encode(linesep="\r\n")


def mailbox(name: str, address: str) -> str:
    """A person's name and address for From or To. The address has to be ASCII."""
    words = one_line(name)
    if words.isascii():
        return formataddr((words, address))
    coded = words.encode()
    if len(coded) <= MOST_IN_A_WORD:
        return f"=?utf-8?b?{b64encode(coded).decode()}?= <{address}>"
    return f"{in_a_header(words, 'To')} <{address}>"


def one_line(text: str) -> str:
    """Words in one line, and nothing but words.

    A reader decodes "=?utf-8?…?=", line breaks included: whoever names an activity so
    could add headers of their own.
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST_WORDS])
    return " ".join(shown.split()).replace("=?", "= ?")
