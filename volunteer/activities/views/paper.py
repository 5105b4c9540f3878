"""What a team hangs on the wall: the poster of its week."""

from datetime import time, timedelta

from flask import current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import week_queries
from volunteer.activities.views.calendar import chosen_day
from volunteer.activities.views.door import blueprint, open_team
from volunteer.core import clock, qr, zones
from volunteer.core.access import authorize
from volunteer.core.web_address import Site
from volunteer.teams import policy as team_policy

SIZES = ("a3", "a4")
# More would be too small to read in passing; the others stand behind the picture.
MOST_ON_A_POSTER = 8


@blueprint.get("/teams/<int:team_id>/week/poster")
def show_poster(team_id: int) -> ResponseReturnValue:
    """What is on in a week, as everybody may read it, with a picture that leads to signing up."""
    identity.signed_in_person()
    team = open_team(team_id)
    authorize(team_policy.is_member(identity.acted_for(), team))

    now = clock.now()
    first = zones.monday_of(chosen_day(team.today(now)))
    last = first + timedelta(days=6)
    g.back_url = url_for(".show_week", team_id=team.id, day=first.isoformat())
    # What is over has no place on a wall.
    begin = max(now, zones.at(first, time(0), team.zone))
    end = zones.at(last + timedelta(days=1), time(0), team.zone)
    found = week_queries.list_of_everybody(first=begin, before=end, team=team)
    where = (
        url_for(".show_occurrence", occurrence_id=found[0].id)
        if len(found) == 1
        else url_for(".show_dates", team_id=team.id)
    )
    size = request.args.get("size")
    return render_template(
        "activities/show_poster.html",
        team=team,
        first=first,
        last=last,
        size=size if size in SIZES else SIZES[0],
        occurrences=found[:MOST_ON_A_POSTER],
        more=len(found[MOST_ON_A_POSTER:]),
        picture=qr.draw(Site(current_app.config["BASE_URL"]).address(where)),
    )
