"""For operators: which teams they know, saying so and taking it back."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.addresses import same_site_referrer
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.people.models import Person
from volunteer.teams import queries, verification, verification_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import blueprint


@blueprint.get("/teams/verification")
def show_verification() -> ResponseReturnValue:
    """All teams, those that nobody knows yet first."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for("home.show_home")
    page = page_of(verification_queries.to_verify_first(), request.args.get("page", 1, type=int))
    return render_template(
        "teams/show_verification.html",
        page=page,
        founders=verification_queries.find_founders(page.rows),
        today=clock.today(),
    )


@blueprint.post("/teams/<int:team_id>/verification")
def verify_team(team_id: int) -> ResponseReturnValue:
    me, team = team_seen_by_operator(team_id)
    verification.verify(team, by=me)
    flash(_("%(team)s reads from now on what residents ask for.", team=team.name), "success")
    return redirect(same_site_referrer() or url_for(".show_verification"))


@blueprint.post("/teams/<int:team_id>/verification/end")
def take_verification_back(team_id: int) -> ResponseReturnValue:
    me, team = team_seen_by_operator(team_id)
    verification.take_back(team, by=me)
    flash(_("%(team)s reads nothing new of what residents ask for.", team=team.name), "success")
    return redirect(same_site_referrer() or url_for(".show_verification"))


def team_seen_by_operator(team_id: int) -> tuple[Person, Team]:
    """Who says whether we know it, and the team."""
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    return me, queries.get_team(team_id)
