"""Who may see and answer certificates, and confirm. The written table: docs/security/policy.md."""

from volunteer.deeds.models import Deed
from volunteer.hours.models import ServiceCertificate
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams.models import Membership, Team


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


def can_see_shown(me: Person | None, team: Team) -> bool:
    """What the team shows before it issues it: its members, pausing ones too."""
    return teams.is_member(me, team)


def can_object(me: Person | None, certificate: ServiceCertificate) -> bool:
    """Saying that it is not right: the same, but not whose it is."""
    return me is not None and certificate.person_id != me.id and can_see_shown(me, certificate.team)


def can_give_star(me: Person, membership: Membership) -> bool:
    """The coordinators, to who is in the team; nobody to themselves."""
    is_other = membership.person_id != me.id and membership.is_in_team
    return is_other and teams.can_coordinate(me, membership.team)
