"""The open link of a team: whoever has it may ask to join."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import chinese
from volunteer.core.access import authorize, public
from volunteer.core.language import gettext as _
from volunteer.teams import founding, membership, queries
from volunteer.teams.forms import JoinForm
from volunteer.teams.views.door import blueprint, coordinated_team


@blueprint.route("/join/<code>", methods=["GET", "POST"])
@public
def join(code: str) -> ResponseReturnValue:
    """The open link: whoever has it may ask; a coordinator answers."""
    team = queries.find_team_by_join_code(chinese.narrow(code))
    g.team = team
    whom = identity.find_acted_for()
    form = JoinForm()
    if whom is not None:
        own = queries.find_membership(team, whom)
        return render_template("teams/join_signed_in.html", team=team, own=own, code=code)
    if form.validate_on_submit():
        if opened := membership.apply_as_newcomer(team, form.details()):
            identity.remember(opened)
        flash(_("Thank you. The coordinator will answer you."), "success")
        return redirect(url_for("home.show_home"))
    return render_template("teams/join.html", form=form, team=team, code=code)


@blueprint.post("/join/<code>/application")
def apply(code: str) -> ResponseReturnValue:
    """Somebody who is signed in already asks to join, or for whom somebody acts."""
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    team = queries.find_team_by_join_code(chinese.narrow(code))
    authorize(True)  # holding the open link is the permission to ask
    membership.apply(team, whom, by=me)
    flash(_("Thank you. The coordinator will answer you."), "success")
    return redirect(url_for("home.show_home"))


@blueprint.post("/teams/<int:team_id>/join-link")
def renew_join_link(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to=".show_team")
    founding.renew_join_link(team, by=me)
    flash(_("The team has a new link. The old one leads nowhere any more."), "success")
    return redirect(url_for(".show_members", team_id=team.id))
