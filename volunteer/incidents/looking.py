"""Looking at an incident: where somebody's health stands in it, the look is written down first."""

from collections.abc import Sequence

from volunteer.audit import reading
from volunteer.audit.models import FieldGroup, Reason
from volunteer.core.errors import NotFound
from volunteer.incidents import policy
from volunteer.incidents.models import Incident, IncidentVersion, Part
from volunteer.people.models import Person


def look(incident: Incident, *, by: Person, me: Person | None) -> None:
    """Write the look of this person down, a refused one too. Raises NotFound for who may not look.

    `me`: the same person, unless they act for somebody. Who reads what they wrote learns nothing.
    """
    is_allowed = policy.can_see_to(me, incident)
    if not is_allowed and policy.wrote(me, incident):
        return
    reading.note(
        FieldGroup.INCIDENT,
        of=whose_health(incident),
        by=by,
        reason=Reason.INCIDENT,
        allowed=is_allowed,
        team=incident.team,
    )
    if not is_allowed:
        raise NotFound


def whose_health(incident: Incident) -> Sequence[Person]:
    """Whoever any version says was hurt; who wrote it, where we know none of them by number."""
    hurt = {
        person.id: person
        for version in incident.versions
        for person in version.people_who_were(Part.HURT)
    }
    if hurt:
        return list(hurt.values())
    speaks_of_it = any(v.hurt_names or v.injuries for v in incident.versions)
    return [incident.reporter] if speaks_of_it else []


def versions_for(incident: Incident, me: Person | None) -> list[IncidentVersion]:
    """The newest first: all of them for the coordinators, for who wrote some these alone."""
    found = incident.versions[::-1]
    if policy.can_see_to(me, incident):
        return found
    return [version for version in found if me is not None and version.by_id == me.id]
