"""Who may do what with activities. Whether it can be done *now* is a rule, not a policy."""

from volunteer.activities.models import Activity, Occurrence, Signup
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team


def can_plan(me: Person | None, team: Team) -> bool:
    return teams.can_coordinate(me, team)


def can_change(me: Person | None, activity: Activity) -> bool:
    return teams.can_coordinate(me, activity.team)


def can_run(me: Person | None, occurrence: Occurrence) -> bool:
    """Moving, cancelling, signing others up: the team's coordinators."""
    return teams.can_coordinate(me, occurrence.team)


def can_sign_up(me: Person | None, occurrence: Occurrence) -> bool:
    """Active members of the team; a pause ends that."""
    membership = team_queries.find_membership(occurrence.team, me)
    return membership is not None and membership.is_active


def can_withdraw(me: Person | None, signup: Signup, *, whom: Person | None = None) -> bool:
    """People give back their own place, or that of whom they act for; a coordinator anybody's.

    Only one's own powers count as a coordinator's, never those of the person acted for.
    """
    if me is None:
        return False
    whose = whom or me
    return signup.person_id == whose.id or can_run(me, signup.occurrence)


def can_see_names(me: Person | None, occurrence: Occurrence) -> bool:
    """Who comes, and the leader's phone: members of the team, pausing ones too."""
    return teams.is_member(me, occurrence.team)


def can_write_wishes(
    me: Person | None, membership: Membership, *, whom: Person | None = None
) -> bool:
    """What a member wishes for the rota: oneself, or whom one acts for; or a coordinator for them.

    Only one's own powers count as a coordinator's, never those of the person acted for.
    """
    if me is None or not membership.is_in_team:
        return False
    return teams.can_change_membership(me, membership, whom=whom)
