"""Who may open the pages of activities, and what the frame around them speaks of."""

from flask import Blueprint, g, request, url_for

from volunteer.accounts import identity
from volunteer.activities import policy, queries
from volunteer.activities.models import Activity, Occurrence
from volunteer.core.access import authorize
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("activities", __name__)


def open_team(team_id: int) -> Team:
    team = team_queries.get_team(team_id)
    g.team = team
    return team


def coordinated_activity(activity_id: int) -> tuple[Person, Activity]:
    """Who may change the series, and the series; back leads to the team's activities."""
    me = identity.signed_in_person()
    activity = queries.get_activity(activity_id)
    authorize(policy.can_change(me, activity))
    g.team = activity.team
    g.back_url = url_for("activities.show_activities", team_id=activity.team_id)
    return me, activity


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
