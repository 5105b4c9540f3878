"""Who may follow a request: with number and phone, or signed in as who asked."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.language import gettext as _
from volunteer.help_requests import policy, queries
from volunteer.help_requests.models import HelpRequest

blueprint = Blueprint("help_requests", __name__)

# In the signed cookie: which requests this browser may follow, and until when.
SHOWN = "help_requests"
SHOWN_LASTS = timedelta(minutes=30)
MOST_SHOWN = 5


def show_in_this_browser(help_request: HelpRequest) -> None:
    """Who has just asked it, or has shown number and phone, may follow it for a while."""
    until = int((clock.now() + SHOWN_LASTS).timestamp())
    others = [entry for entry in shown_here() if entry[0] != help_request.id]
    session[SHOWN] = [*others, (help_request.id, until)][-MOST_SHOWN:]


def shown_here() -> list[tuple[int, int]]:
    now = clock.now().timestamp()
    return [(number, until) for number, until in session.get(SHOWN, []) if until > now]


def find_followed(help_request_id: int) -> HelpRequest | None:
    """The request, for who has shown number and phone here, or asked it while signed in."""
    found = queries.find_row(help_request_id)
    if found is None:
        return None
    may_follow = is_shown_here(found) or policy.can_follow(identity.find_acted_for(), found)
    return found if may_follow else None


def show_number_first() -> ResponseReturnValue:
    """The same for every number, whether there is such a request or not."""
    flash(_("Please show the number and the phone first."), "info")
    return redirect(url_for(".find_help_request"))


def address_of(help_request: HelpRequest) -> str:
    page = ".show_help_request" if is_shown_here(help_request) else ".show_own"
    return url_for(page, help_request_id=help_request.id)


def back_to(help_request: HelpRequest) -> ResponseReturnValue:
    return redirect(address_of(help_request))


def is_shown_here(help_request: HelpRequest) -> bool:
    return help_request.id in {number for number, _until in shown_here()}
