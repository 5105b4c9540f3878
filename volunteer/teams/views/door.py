"""Who may open the pages of a team, and what the frame around them speaks of."""

from flask import Blueprint, g, url_for

from volunteer.accounts import identity, signing_in
from volunteer.core.access import authorize
from volunteer.people.models import Person
from volunteer.teams import policy, queries
from volunteer.teams.models import Membership, Team

blueprint = Blueprint("teams", __name__)


def open_team(team_id: int) -> Team:
    """The team of this page; the frame around it speaks of the same one."""
    team = queries.get_team(team_id)
    g.team = team
    g.back_url = url_for("teams.show_team", team_id=team.id)
    return team


def coordinated_team(team_id: int, *, back_to: str | None = None) -> tuple[Person, Team]:
    """Who is asking and their team, or NotFound for everybody but its coordinators: the door of
    every page for them, whatever domain it is of. Its frame leads back to the page `back_to`."""
    me = identity.signed_in_person()
    team = queries.get_team(team_id)
    authorize(policy.can_coordinate(me, team))
    g.team = team
    if back_to is not None:
        g.back_url = url_for(back_to, team_id=team.id)
    return me, team


def member_spoken_for(team_id: int, membership_id: int) -> tuple[Person, Membership, str]:
    """Who is asking, a member for whom they put down what that one has said, and the page of the
    member, to which the frame leads back. NotFound for everybody but the coordinators, and for who
    keeps an account and tells it there."""
    me = identity.signed_in_person()
    member = queries.get_membership(team_id, membership_id)
    has_own_account = signing_in.has_password(member.person)
    authorize(
        policy.can_coordinate(me, member.team)
        and policy.can_change_details(me, member, has_own_account=has_own_account)
    )
    g.team = member.team
    g.back_url = url_for("teams.show_member", team_id=team_id, membership_id=member.id)
    return me, member, g.back_url
