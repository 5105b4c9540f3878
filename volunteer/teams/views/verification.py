"""For operators: which teams they know, saying so and taking it back."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.addresses import same_site_referrer
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.teams import queries, verification
from volunteer.teams.views.door import blueprint


@blueprint.get("/teams/verification")
def show_verification() -> ResponseReturnValue:
    """All teams, those that nobody knows yet first."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for("home.show_home")
    page = page_of(queries.to_verify_first(), request.args.get("page", 1, type=int))
    return render_template(
        "teams/show_verification.html",
        page=page,
        founders=queries.find_founders(page.rows),
        today=clock.today(),
    )


@blueprint.post("/teams/<int:team_id>/verification")
def verify_team(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    team = queries.get_team(team_id)
    verification.verify(team, by=me)
    flash(_("%(team)s reads from now on what residents ask for.", team=team.name), "success")
    return redirect(same_site_referrer() or url_for(".show_verification"))


@blueprint.post("/teams/<int:team_id>/verification/end")
def take_verification_back(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    team = queries.get_team(team_id)
    verification.take_back(team, by=me)
    flash(_("%(team)s reads nothing new of what residents ask for.", team=team.name), "success")
    return redirect(same_site_referrer() or url_for(".show_verification"))
