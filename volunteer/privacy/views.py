"""What is held about oneself: a page to read and print, and a file to take along."""

import json
from datetime import date, datetime

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock, saying, zones
from volunteer.core.access import authorize
from volunteer.people.models import Person
from volunteer.privacy import held, wording

blueprint = Blueprint("privacy", __name__)

# So many of each kind stand on the page at first: a coordinator's would be forty screens long.
SHOWN_AT_FIRST = 4


def oneself() -> Person:
    """Who acts for somebody sees nothing of this: it goes further than what they act in."""
    me = identity.oneself()
    authorize(True)
    g.back_url = url_for("accounts.show_settings")
    return me


@blueprint.get("/settings/held")
def show_held() -> ResponseReturnValue:
    """Everything that is held about me, the newest of each kind; `?whole=1`: all, to print."""
    me = oneself()
    is_whole = "whole" in request.args
    return render_template(
        "privacy/show_held.html",
        # One more than is shown says that there are more.
        parts=held.show(me, at_most=None if is_whole else SHOWN_AT_FIRST + 1),
        told=wording.told,
        most_shown=None if is_whole else SHOWN_AT_FIRST,
        today=saying.day_words(today(clock.now())),
    )


@blueprint.post("/settings/held/copy")
def copy_held() -> ResponseReturnValue:
    """All of it as a file (JSON). That it was taken along stands in the trail, so it is a POST."""
    me = oneself()
    day = today(clock.now()).isoformat()
    whole = {"as_of": day, "held": held.copy(me)}
    return Response(
        json.dumps(whole, ensure_ascii=False, indent=1),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="linli-{day}.json"'},
    )


def today(now: datetime) -> date:
    return zones.day_in(zones.HOME_ZONE, now)
