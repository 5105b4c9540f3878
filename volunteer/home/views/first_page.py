"""首页: who you are decides what you see first."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import public
from volunteer.help_requests import queries as help_queries
from volunteer.home import queries
from volunteer.home.views.community import community_page
from volunteer.home.views.door import blueprint
from volunteer.home.views.my_week import my_week_page, show_my_week, what_concerns
from volunteer.home.views.today import coordinator_page
from volunteer.network import holidays
from volunteer.rights import queries as rights_queries
from volunteer.teams import queries as team_queries
from volunteer.teams import verification_queries

# So many new teams stand on an operator's page; the others behind a link.
NEW_TEAMS_SHOWN = 5


@blueprint.get("/")
@public
def show_home() -> ResponseReturnValue:
    """Who you are decides what you see first."""
    me = identity.find_signed_in_person()
    if me is None:
        return community_page()
    if identity.find_acting():
        return show_my_week()
    if identity.is_operator():
        latest = verification_queries.list_to_verify_first(NEW_TEAMS_SHOWN)
        new_teams = [team for team in latest if not team.is_verified]
        return render_template(
            "home/show_operator.html",
            health=queries.health(),
            forgetting=rights_queries.list_for_operators(me),
            today=clock.today(),
            has_teams=bool(latest),
            new_teams=new_teams,
            founders=verification_queries.find_founders(new_teams),
            unseen=help_queries.count_unseen(),
            deserted=verification_queries.list_without_coordinator(NEW_TEAMS_SHOWN),
            missing_year=holidays.find_missing_year(clock.today()),
        )
    concerns = what_concerns(me)
    coordinated = [m for m in concerns.memberships if m.is_coordinator]
    if coordinated:
        g.team = team_queries.get_team(coordinated[0].team_id)
        teams = [m.team for m in coordinated]
        return coordinator_page(me, g.team, teams)
    return my_week_page(identity.acted_for(), concerns)
