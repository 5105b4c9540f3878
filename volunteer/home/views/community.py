"""What is on in the community, as everybody sees it; privacy and help."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import queries as activity_queries
from volunteer.activities import week_queries, weeks
from volunteer.core import clock, zones
from volunteer.core.access import public
from volunteer.home import frame
from volunteer.home.views.door import blueprint
from volunteer.teams import queries as team_queries

A_WEEK = timedelta(days=7)
# So many teams stand on the page for everybody; the others behind a link.
TEAMS_SHOWN = 8


@blueprint.get("/community")
@public
def show_community() -> ResponseReturnValue:
    """What is on in the community, as visitors see it."""
    return community_page()


def community_page() -> ResponseReturnValue:
    now = clock.now()
    # Anybody may start a team: what nobody has looked at stands before no stranger.
    whom = identity.find_acted_for()
    own = {m.team_id for m in frame.memberships_of(whom)} if whom else set()
    occurrences = week_queries.list_of_everybody(first=now, before=now + A_WEEK, own=own)
    next_up = next((date for date in occurrences if date.missing), None)
    teams = [one for one in team_queries.list_teams() if one.is_verified or one.id in own]
    return render_template(
        "home/show_community.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        days=weeks.by_day(occurrences),
        next_up=next_up,
        summary=activity_queries.find_summary(next_up.id) if next_up else "",
        teams=teams,
        shown=teams[:TEAMS_SHOWN],
        members=team_queries.count_members(teams[:TEAMS_SHOWN]),
    )


@blueprint.get("/privacy")
@public
def show_privacy() -> ResponseReturnValue:
    return render_template("home/show_privacy.html")


@blueprint.get("/help")
@public
def show_help() -> ResponseReturnValue:
    return render_template("home/show_help.html")
