"""The team's elders: the list, one elder, health, pairings; visits planned, opened, recorded."""

from flask import Blueprint, g, url_for

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.elders import policy, queries
from volunteer.elders.models import Elder
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("elders", __name__)


def coordinated_team(team_id: int) -> tuple[Person, Team]:
    """Who is asking and their team, or NotFound for everybody but its coordinators."""
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    authorize(team_policy.can_coordinate(me, team))
    g.team = team
    g.back_url = url_for("elders.show_elders", team_id=team.id)
    return me, team


def coordinated_elder(team_id: int, elder_id: int) -> tuple[Person, Elder]:
    """Who is asking and the elder of this page, or NotFound for all but the coordinators."""
    me = identity.signed_in_person()
    elder = queries.get_elder(team_id, elder_id)
    authorize(policy.can_look_after(me, elder))
    g.team = elder.team
    g.back_url = url_for("elders.show_elder", team_id=team_id, elder_id=elder.id)
    return me, elder


# --- the list --------------------------------------------------------------------------------


# --- one elder -------------------------------------------------------------------------------


# --- taking in a list ------------------------------------------------------------------------


# --- visits ----------------------------------------------------------------------------------
