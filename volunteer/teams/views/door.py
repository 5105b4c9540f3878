"""Who may open the pages of a team, and what the frame around them speaks of."""

from flask import Blueprint, g, url_for

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.people.models import Person
from volunteer.teams import policy, queries
from volunteer.teams.models import Team

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
