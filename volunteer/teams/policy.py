"""Who may do what with teams. The written table stands in docs/security/policy.md."""

from volunteer.people import policy as people
from volunteer.people.models import Companion, Person
from volunteer.teams import queries
from volunteer.teams.models import Handover, Membership, Team


def is_member(me: Person | None, team: Team) -> bool:
    """In the team now, pausing included."""
    membership = queries.find_membership(team, me)
    return membership is not None and membership.is_in_team


def can_coordinate(me: Person | None, team: Team) -> bool:
    """Members' data, planning, messages: the team's coordinators only."""
    membership = queries.find_membership(team, me)
    return membership is not None and membership.is_coordinator


def can_change_membership(
    me: Person, membership: Membership, *, whom: Person | None = None
) -> bool:
    """Pausing and leaving: oneself, or whom one acts for; or a coordinator for somebody.

    Only one's own powers count as a coordinator's, never those of the person acted for.
    """
    whose = whom or me
    return membership.person_id == whose.id or can_coordinate(me, membership.team)


def can_see_details(me: Person, membership: Membership) -> bool:
    """Name, phone and mailbox: the coordinators, of who is in the team, waits for an answer or has
    left. Who was told no has nothing to do with them any more."""
    return can_coordinate(me, membership.team) and not membership.was_told_no


def can_change_details(me: Person, membership: Membership, *, has_own_account: bool) -> bool:
    """Name and phone: oneself; a coordinator only for who keeps no account of their own."""
    if membership.person_id == me.id:
        return True
    in_my_hands = membership.is_in_team and can_coordinate(me, membership.team)
    return in_my_hands and not has_own_account


def can_name_companion(me: Person, membership: Membership) -> bool:
    """Writing down who may act for a member: the coordinators of their team."""
    return membership.is_in_team and can_coordinate(me, membership.team)


def can_end_companionship(me: Person, companionship: Companion) -> bool:
    """Each of the two, and whoever coordinates a team that the person is in."""
    return people.can_end(me, companionship) or queries.coordinates_a_team_of(
        me, companionship.person
    )


def can_hand_over(me: Person, team: Team) -> bool:
    """Offering the team to a member: a coordinator, not while pausing."""
    membership = queries.find_membership(team, me)
    return membership is not None and membership.is_coordinator and membership.is_active


def can_answer_handover(me: Person, handover: Handover) -> bool:
    """Only the one to whom the team is offered."""
    return handover.taker.person_id == me.id


def can_take_back_handover(me: Person, handover: Handover) -> bool:
    """Only the one who offers the team."""
    return handover.giver.person_id == me.id
