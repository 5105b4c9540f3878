"""Who may see and answer certificates, and confirm. The written table: docs/security/policy.md."""

from volunteer.deeds.models import Deed
from volunteer.hours.models import ServiceCertificate
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams.models import Membership


def can_see(me: Person, certificate: ServiceCertificate, *, whom: Person) -> bool:
    """Whose it is, who acts for them, and the team's coordinators."""
    return certificate.person_id == whom.id or teams.can_coordinate(me, certificate.team)


def can_answer(me: Person, certificate: ServiceCertificate) -> bool:
    """Issuing, refusing, revoking: the coordinators, nobody their own."""
    return certificate.person_id != me.id and teams.can_coordinate(me, certificate.team)


def can_ask_for(me: Person, membership: Membership) -> bool:
    """Writing down that a member would like one: the coordinators, also for who has left."""
    return membership.person_id != me.id and teams.can_see_details(me, membership)


def can_take_back(me: Person, certificate: ServiceCertificate, *, whom: Person) -> bool:
    """Whose it is, and whoever wrote it down for them."""
    return whom.id == certificate.person_id or certificate.asked_by_id == me.id


def can_confirm(me: Person, deed: Deed) -> bool:
    """Hours of visits and help, and opening them again: the coordinators, nobody their own."""
    return deed.person_id != me.id and teams.can_coordinate(me, deed.team)
