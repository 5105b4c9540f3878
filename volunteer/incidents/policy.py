"""Who may write an incident down, read it and see to it. The table: docs/security/policy.md.

`me` is who asks in their own name: None while they act for somebody.
"""

from volunteer.incidents.models import Incident
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams.models import Team


def can_report(whom: Person | None, team: Team) -> bool:
    """Whoever is in the team, pausing too."""
    return teams.is_member(whom, team)


def can_see_to(me: Person | None, incident: Incident) -> bool:
    """All that was told, noting what was done, closing it: the team's coordinators."""
    return teams.can_coordinate(me, incident.team)


def wrote(me: Person | None, incident: Incident) -> bool:
    """They read their own words for good, and nothing of what others wrote."""
    return me is not None and incident.reporter_id == me.id


def can_correct(me: Person | None, incident: Incident) -> bool:
    """The coordinators; who wrote it, as long as it is open and nobody else has corrected it."""
    return can_correct_own(me, incident) or can_see_to(me, incident)


def can_correct_own(me: Person | None, incident: Incident) -> bool:
    """Who wrote it, as long as it is open and nobody else has corrected it."""
    if me is None or incident.is_closed:
        return False
    return wrote(me, incident) and all(one.by_id == me.id for one in incident.versions)
