"""Whom to call when something happens to somebody on a date."""

from flask import render_template
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy
from volunteer.activities.errors import OnItsDayOnly
from volunteer.activities.views.door import blueprint, open_date
from volunteer.audit.models import Reason
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.people import safety_cards


@blueprint.get("/activities/dates/<int:occurrence_id>/safety-cards")
def show_safety_cards(occurrence_id: int) -> ResponseReturnValue:
    """Of all who come: for the coordinators, and on its day, or in its night, for who leads it."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_see_safety_cards(me, occurrence))
    can_run = policy.can_run(me, occurrence)
    takes_place = not occurrence.is_cancelled and occurrence.is_its_day(clock.now())
    if not can_run and not takes_place:
        raise OnItsDayOnly
    identity.expect_second_step()
    people = sorted({s.person for s in occurrence.going}, key=lambda one: (one.sort_key, one.id))
    cards = safety_cards.read_all(
        people, by=me, team=occurrence.team, reason=Reason.EMERGENCY, with_limits=can_run
    )
    return render_template(
        "activities/show_safety_cards.html", occurrence=occurrence, people=people, cards=cards
    )
