"""Pages that a browser may keep for its own “back”; all others it forgets at once (web.py)."""

from flask import Response, after_this_request


def for_going_back(page: str) -> str:
    """“Back” shows what was typed, and does not ask whether to send it again.

    Only for pages of which none holds more of anybody than who may lead: a device is shared, and
    not every browser heeds forget_all(). What names people who are told, lose a place or stand in a
    list is never kept, and has a button of its own to go back by.
    """
    after_this_request(may_be_kept)
    return page


def may_be_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def forget_all(response: Response) -> Response:
    """Who has signed out leaves nothing behind that “back” could show to the next one. Browsers
    heed it over https alone."""
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
