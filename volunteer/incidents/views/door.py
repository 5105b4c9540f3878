"""Who may open an incident; the look is written down at the door."""

from flask import Blueprint, g, url_for

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.incidents import looking, policy, queries
from volunteer.incidents.models import Incident, IncidentPhoto
from volunteer.people.models import Person

blueprint = Blueprint("incidents", __name__)


def look(incident: Incident) -> Person | None:
    """Who looks, in their own name, once that is written down. Raises NotFound."""
    me, own = identity.signed_in_person(), identity.in_own_name()
    if policy.can_see_to(own, incident):
        identity.expect_second_step()
    looking.look(incident, by=me, me=own)
    authorize(policy.can_see_to(own, incident) or policy.wrote(own, incident))
    g.team = incident.team
    g.back_url = page_before(incident, own)
    return own


def page_before(incident: Incident, own: Person | None) -> str:
    if policy.can_see_to(own, incident):
        return url_for("incidents.show_incidents", team_id=incident.team_id)
    return url_for("incidents.show_own_incidents")


def photos_for(incident: Incident, own: Person | None) -> list[IncidentPhoto]:
    """All that are still kept, for the coordinators; for who wrote it those that they added."""
    runs = policy.can_see_to(own, incident)
    kept = [one for one in incident.photos if one.picture_id is not None]
    return [one for one in kept if runs or (own is not None and one.by_id == own.id)]


def opened(incident_id: int, *, to_correct: bool = False) -> tuple[Person, Incident]:
    """Who does it, and the incident; for its coordinators, or for who may correct it."""
    me, own = identity.signed_in_person(), identity.in_own_name()
    incident = queries.get_incident(incident_id)
    may = policy.can_correct if to_correct else policy.can_see_to
    authorize(may(own, incident))
    g.team = incident.team
    return me, incident
