"""Who may ask that somebody is forgotten, and who may answer."""

from volunteer.people.models import Person
from volunteer.rights import queries
from volunteer.rights.models import ForgettingRequest
from volunteer.teams import policy as teams
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership


def can_ask_for(me: Person, membership: Membership, *, has_own_account: bool) -> bool:
    """Writing it down for a member: the coordinators, for who keeps no account of their own."""
    is_another = membership.person_id != me.id and membership.is_in_team
    return is_another and not has_own_account and teams.can_coordinate(me, membership.team)


def can_answer(me: Person, request: ForgettingRequest, *, is_operator: bool) -> bool:
    """The coordinators of their teams; who runs the service where there is none. Nobody their
    own."""
    if request.person_id == me.id:
        return False
    if team_queries.coordinates_a_team_of(me, request.person):
        return True
    return is_operator and queries.is_for_operators(request.person)


def can_take_back(
    me: Person, request: ForgettingRequest, *, has_own_account: bool, is_operator: bool
) -> bool:
    """Oneself; for who keeps no account of their own, whoever could answer it."""
    if request.person_id == me.id:
        return True
    return not has_own_account and can_answer(me, request, is_operator=is_operator)
