"""One request after the other in each process.

Python runs one thread at a time. A worker has several, so that somebody with a slow line keeps
nobody waiting; but where two of them work, they take Python out of each other's hands at every
look at the database, and whoever holds a row or the file for writing is among them: it took a
fifth of all that a sign-up costs. So whatever was sent is read by as many threads as there are,
and then one works, to its end.

Whoever takes long does not keep the others: they wait a moment for their turn, and then go on
without it.
"""

from threading import Lock

from flask import Flask, g, request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]  # has none
from werkzeug.exceptions import BadRequest

MOMENT_SECONDS = 0.05
turn = Lock()


def init_app(app: Flask) -> None:
    """Before whoever works, and after whoever says how large a form may be."""
    app.before_request(take)
    app.teardown_request(give_back)


def take() -> None:
    # All of it, however slowly it comes; what is wrong with it is said here as anywhere.
    try:
        request.get_data(parse_form_data=True)
    except ParseException as error:
        # Its parts do not say how long they are: anybody can send that, and it is no fault of ours.
        raise BadRequest from error
    g.has_turn = turn.acquire(timeout=MOMENT_SECONDS)


def give_back(_error: BaseException | None) -> None:
    if g.pop("has_turn", False):
        turn.release()
