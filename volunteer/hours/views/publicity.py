"""Certificates that the members see before they are issued, and what they say against one."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.hours import policy, publicity, queries
from volunteer.hours.forms import AnswerForm, ObjectForm
from volunteer.hours.views.door import blueprint
from volunteer.teams.views.door import open_team


@blueprint.post("/certificates/<int:certificate_id>/publicity")
def show_to_team(certificate_id: int) -> ResponseReturnValue:
    """From now on its members see it."""
    me = identity.signed_in_person()
    found = queries.get_certificate(certificate_id)
    authorize(policy.can_answer(me, found))
    publicity.show(found, by=me)
    flash(_("The members see it from now on."), "success")
    return redirect(url_for(".show_certificate", certificate_id=found.id))


@blueprint.get("/teams/<int:team_id>/certificates/shown")
def show_shown(team_id: int) -> ResponseReturnValue:
    """What the members may look at now, and what oneself has said against one."""
    identity.signed_in_person()
    whom = identity.acted_for()
    team = open_team(team_id)
    authorize(policy.can_see_shown(whom, team))
    return render_template(
        "hours/show_shown.html",
        team=team,
        shown=queries.list_public(team, now=clock.now()),
        said=queries.list_objections_of(whom, team),
    )


@blueprint.route("/certificates/<int:certificate_id>/objections/new", methods=["GET", "POST"])
def object_to_certificate(certificate_id: int) -> ResponseReturnValue:
    """Something is not right with it."""
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    found = queries.get_certificate(certificate_id)
    authorize(policy.can_object(whom, found) and found.is_public(clock.now()))
    g.team = found.team
    back = url_for(".show_shown", team_id=found.team_id)
    g.back_url = back
    form = ObjectForm()
    if request.method == "GET" and (said := queries.find_objection(found, whom)):
        form.words.data = said.words
    if form.validate_on_submit():
        publicity.object_to(found, whom, form.words.data or "", by=me)
        flash(_("Thank you. The coordinators look into it."), "success")
        return redirect(back)
    return render_template("hours/object_to_certificate.html", form=form, found=found)


@blueprint.post("/certificates/<int:certificate_id>/objections/<int:objection_id>/answer")
def answer_objection(certificate_id: int, objection_id: int) -> ResponseReturnValue:
    """What the coordinators say to it."""
    me = identity.signed_in_person()
    found = queries.get_certificate(certificate_id)
    authorize(policy.can_answer(me, found))
    objection = queries.get_objection(found, objection_id)
    form = AnswerForm()
    if form.validate():
        publicity.answer(objection, form.words.data or "", by=me, seen=form.seen.data)
        flash(_("Answered."), "success")
    else:
        flash(_("Please write an answer."), "error")
    return redirect(url_for(".show_certificate", certificate_id=found.id))
