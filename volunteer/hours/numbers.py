"""The number of a certificate: 2026-0007-4839-2617.

The year, how manieth it is, and eight digits that nobody guesses: whoever reads the number off the
paper may ask whether it is genuine, and nobody finds others by counting on. Digits alone, so that
it can be read out by phone and typed with the number keys.
"""

import re
import secrets
import unicodedata

GROUPS = re.compile(r"(\d{4})(\d{4,5})(\d{4})(\d{4})")


def make(year: int, count: int) -> str:
    """A new one: the first of a year has the count 1."""
    tail = f"{secrets.randbelow(10**8):08}"
    return f"{year}-{count:04}-{tail[:4]}-{tail[4:]}"


def read(typed: str) -> str | None:
    """The number as it is kept, whatever stands between its digits; None when it can be none."""
    digits = "".join(re.findall(r"\d", unicodedata.normalize("NFKC", typed)))
    found = GROUPS.fullmatch(digits)
    return "-".join(found.groups()) if found else None
