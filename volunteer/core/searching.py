"""What somebody looks for stands in no address in clear: the history of a browser that several use
would tell whom they looked for.

The words are posted, and go sealed into the address of the page that answers; so one may go back
to it, and turn to its next pages.
"""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from volunteer.core import encryption

PURPOSE = "what is looked for"
# Nobody's name is longer; sealed, more would be an address that no server takes.
LONGEST = 100


def sealed(words: str) -> str:
    return encryption.seal_for(PURPOSE, words)


def words() -> str:
    """What is looked for on this page; nothing when its address holds what we did not seal."""
    try:
        return encryption.unseal_for(PURPOSE, request.args.get("q", ""))
    except encryption.Unreadable:
        return ""


def answer_at(endpoint: str, *, anchor: str | None = None, **values: Any) -> ResponseReturnValue:
    """To the page that answers what was typed; without any words it shows everybody."""
    typed = request.form.get("q", "").strip()[:LONGEST]
    sought = sealed(typed) if typed else None
    return redirect(url_for(endpoint, _anchor=anchor, q=sought, **values))
