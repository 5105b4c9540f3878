"""Who may open an incident; the look is written down at the door."""

from dataclasses import replace

from flask import Blueprint, g, url_for

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.incidents import looking, origins, policy, queries
from volunteer.incidents.looking import Sight
from volunteer.incidents.models import Incident
from volunteer.incidents.origins import Origin
from volunteer.people.models import Person

blueprint = Blueprint("incidents", __name__)


def look(incident: Incident) -> Sight:
    """What who is asking sees of it, in their own name, once the look is written down. Raises
    NotFound."""
    me, own = identity.signed_in_person(), identity.in_own_name()
    if policy.can_see_to(own, incident):
        identity.expect_second_step()
    sight = looking.look(incident, by=me, me=own)
    # All others are refused already, and their look is written down; every door says it itself.
    authorize(sight.runs or policy.wrote(own, incident))
    g.team = incident.team
    g.back_url = (
        url_for("incidents.show_incidents", team_id=incident.team_id)
        if sight.runs
        else url_for("incidents.show_own_incidents")
    )
    return sight


def opened(incident_id: int, *, to_correct: bool = False) -> tuple[Person, Incident]:
    """Who does it, and the incident; for its coordinators, or for who may correct it."""
    me, own = identity.signed_in_person(), identity.in_own_name()
    incident = queries.get_incident(incident_id)
    may = policy.can_correct if to_correct else policy.can_see_to
    authorize(may(own, incident))
    if policy.can_see_to(own, incident):
        identity.expect_second_step()
    g.team = incident.team
    return me, incident


def origin_of(incident: Incident) -> Origin:
    """As it was reported. Who wrote it and coordinates nothing chooses among those who are on the
    date or the visit while they are in the team themselves; who helped somebody else is no matter
    of theirs."""
    own = identity.in_own_name()
    origin = origins.of_incident(incident, with_diners=policy.can_see_to(own, incident))
    is_theirs = policy.can_report(own, incident.team) and incident.help_request_id is None
    return origin if is_theirs or policy.can_see_to(own, incident) else replace(origin, people=())
