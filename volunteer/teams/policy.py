"""Who may do what with teams. The written table stands in docs/security/policy.md."""

from volunteer.people.models import Person
from volunteer.teams import queries
from volunteer.teams.models import Membership, Team


def is_member(me: Person | None, team: Team) -> bool:
    """In the team now, pausing included."""
    membership = queries.find_membership(team, me)
    return membership is not None and membership.is_in_team


def can_coordinate(me: Person | None, team: Team) -> bool:
    """Members' data, planning, messages: the team's coordinators only."""
    membership = queries.find_membership(team, me)
    return membership is not None and membership.is_coordinator


def can_change_membership(me: Person, membership: Membership) -> bool:
    """Pausing and leaving: oneself, or a coordinator for somebody."""
    return membership.person_id == me.id or can_coordinate(me, membership.team)


def can_change_details(me: Person, membership: Membership, *, has_own_account: bool) -> bool:
    """Name and phone: oneself; a coordinator only for who keeps no account of their own."""
    if membership.person_id == me.id:
        return True
    in_my_hands = membership.is_in_team and can_coordinate(me, membership.team)
    return in_my_hands and not has_own_account
