"""Handing the team over: asking somebody, their answer, taking it back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.teams import handover, handover_queries, membership, policy, queries
from volunteer.teams.errors import AlreadyOffered, NeedsPassword
from volunteer.teams.forms import HandoverForm, people_to_choose
from volunteer.teams.views.door import blueprint, coordinated_team, open_team


@blueprint.route("/teams/<int:team_id>/handover", methods=["GET", "POST"])
def offer_team(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to=".show_team")
    authorize(policy.can_hand_over(me, team), visible=True)
    own = membership.find(team, me)
    members = {str(m.person_id): m for m in queries.list_active(team) if not m.is_coordinator}
    form = HandoverForm(taker=request.args.get("to"))
    form.taker.choices = people_to_choose([m.person for m in members.values()])
    if own is not None and form.validate_on_submit():
        taker = members[form.taker.data]
        try:
            handover.offer(own, taker)
        except AlreadyOffered as error:
            form.taker.errors = [str(error)]
        else:
            flash(_("%(name)s has been asked. You stay coordinator until they say yes.",
                    name=taker.person.name), "success")  # fmt: skip
            return redirect(url_for(".show_team", team_id=team.id))
    return render_template("teams/offer_team.html", form=form, team=team, members=members)


@blueprint.post("/teams/<int:team_id>/handover/acceptance")
def accept_team(team_id: int) -> ResponseReturnValue:
    """Who has no password yet chooses one first: a link alone is no key to a team."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    offered = handover_queries.get_handover(team)
    authorize(policy.can_answer_handover(me, offered))
    here = url_for(".show_team", team_id=team.id)
    try:
        handover.accept(offered)
    except NeedsPassword as error:
        flash(str(error), "info")
        return redirect(url_for("accounts.choose_password", next=here))
    flash(_("You coordinate %(team)s now. Thank you.", team=team.name), "success")
    return redirect(here)


@blueprint.post("/teams/<int:team_id>/handover/refusal")
def decline_team(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    team = open_team(team_id)
    offered = handover_queries.get_handover(team)
    authorize(policy.can_answer_handover(me, offered))
    handover.decline(offered)
    flash(_("You have said no. Everything stays as it is."), "success")
    return redirect(url_for(".show_team", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/handover/withdrawal")
def take_back_team(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    team = open_team(team_id)
    offered = handover_queries.get_handover(team)
    authorize(policy.can_take_back_handover(me, offered))
    handover.take_back(offered)
    flash(_("You have taken the offer back. You stay coordinator."), "success")
    return redirect(url_for(".show_team", team_id=team.id))
