"""How what a page is made of is put together, so that nothing typed by anybody is taken for HTML.

markupsafe does the same and makes of each piece one that knows it is safe. Only what is handed on
need know that: a page has two hundred pieces, and most are put into it right away.
"""

import html
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

NUMBERS = (int, float)


def quoted(value: Any) -> str:
    """The value as it stands in a page."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]  # it is one
    # Letters and digits of any script, as most words of a page: nothing in them to quote.
    if kind is str:
        return value if value.isalnum() else html.escape(value)
    return escape(value)


def filled(words: Markup, values: Mapping[str, Any]) -> Markup:
    """These words with the values in their places."""
    safe = {n: value if type(value) in NUMBERS else quoted(value) for n, value in values.items()}
    return Markup(str.__mod__(words, safe))  # noqa: S704 - both are safe
