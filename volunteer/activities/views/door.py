"""Who may open the pages of activities, and what the frame around them speaks of."""

from flask import Blueprint, g, request, url_for

from volunteer.activities import queries
from volunteer.activities.models import Occurrence
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("activities", __name__)


def open_team(team_id: int) -> Team:
    team = team_queries.get_team(team_id)
    g.team = team
    return team


def open_date(occurrence_id: int, *, with_people: bool = False) -> Occurrence:
    """The date of this page; the frame around it speaks of its team.

    `with_people`: when something is sent, too, for the answer shows who comes.
    """
    # What is sent changes something: behind its lock everything is read anew, so that who comes
    # need not be loaded before.
    is_alone = request.method == "POST" and not with_people
    occurrence = (queries.get_date if is_alone else queries.get_occurrence)(occurrence_id)
    g.team = occurrence.team
    g.back_url = url_for("activities.show_occurrence", occurrence_id=occurrence.id)
    return occurrence
