"""Who may open the pages of a team's hours, and where their links lead back to."""

from flask import Blueprint, g, url_for

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("hours", __name__)


def coordinated_team(team_id: int) -> tuple[Person, Team]:
    """Who is asking, and a team that they coordinate."""
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    authorize(team_policy.can_coordinate(me, team))
    g.team = team
    g.back_url = url_for("activities.show_hours", team_id=team.id)
    return me, team
