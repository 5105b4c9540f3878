"""Texts about one date, to copy into the team's group."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import group_texts, policy
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.web_address import Site


@blueprint.get("/activities/dates/<int:occurrence_id>/texts")
def show_texts(occurrence_id: int) -> ResponseReturnValue:
    """Only those that make sense now: a change once it was moved, thanks once it is over."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    site = Site(current_app.config["BASE_URL"])
    address = site.address(url_for(".show_occurrence", occurrence_id=occurrence.id))
    return render_template(
        "activities/show_texts.html",
        occurrence=occurrence,
        texts=group_texts.of_date(occurrence, address, now=clock.now()),
        is_closed=attendance_queries.find_closing(occurrence) is not None,
    )
