"""Who has been seen this month: as a plan of dots and a table; above the teams, as counts."""

from datetime import timedelta

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock, zones
from volunteer.core.access import authorize
from volunteer.elders import coverage
from volunteer.elders.views.door import blueprint, month_in_address
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/coverage")
def show_coverage(team_id: int) -> ResponseReturnValue:
    """The team's own elders, each a dot with its name."""
    _me, team = coordinated_team(team_id, back_to=".show_elders")
    today = team.today(clock.now())
    this_month = today.replace(day=1)
    month = month_in_address(this_month)
    first, after = coverage.span(month)
    return render_template(
        "elders/show_coverage.html",
        team=team,
        today=today,
        month=month,
        is_now=month == this_month,
        before=(first - timedelta(days=1)).replace(day=1),
        after=after if month < this_month else None,
        plan=coverage.of_team(team, month, today),
    )


@blueprint.get("/coverage")
def show_coverage_everywhere() -> ResponseReturnValue:
    """For operators: places and counts, nobody's name, no small number."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for("home.show_home")
    now = clock.now()
    this_month = zones.day_in(zones.HOME_ZONE, now).replace(day=1)
    month = month_in_address(this_month)
    first, after = coverage.span(month)
    return render_template(
        "elders/show_coverage_everywhere.html",
        month=month,
        before=(first - timedelta(days=1)).replace(day=1),
        after=after if month < this_month else None,
        found=coverage.above(month),
        smallest=coverage.SMALLEST_SHOWN,
    )
