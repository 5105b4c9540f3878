"""Calls to the team's phone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.core import clock
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.help_requests import calls
from volunteer.help_requests.errors import NoSuchTimeToCall
from volunteer.help_requests.forms.hotline import CallForm
from volunteer.help_requests.views.door import blueprint
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/calls-received")
def show_calls(team_id: int) -> ResponseReturnValue:
    """Whom we promised to call back, then the latest calls."""
    _me, team = coordinated_team(team_id, back_to=".show_board")
    return render_template(
        "help_requests/show_calls.html",
        team=team,
        moment=clock.now(),
        page=page_of(calls.of_team(team), request.args.get("page", 1, type=int)),
    )


@blueprint.route("/teams/<int:team_id>/calls-received/new", methods=["GET", "POST"])
def note_call(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to=".show_calls")
    form = CallForm()
    form.in_zone(team.zone)
    if form.validate_on_submit():
        try:
            call = calls.note(team, form.details(), by=me)
        except NoSuchTimeToCall as error:
            form.form_errors.append(str(error))
        else:
            flash(_("Written down."), "success")
            if "ask" in request.form:
                return redirect(url_for(".enter_help_request", team_id=team.id, call=call.id))
            return redirect(url_for(".show_calls", team_id=team.id))
    return render_template("help_requests/note_call.html", form=form, team=team)


@blueprint.post("/teams/<int:team_id>/calls-received/<int:received_id>/call-back")
def note_called_back(team_id: int, received_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    calls.note_called_back(calls.get(team, received_id), by=me)
    flash(_("Called back, as promised."), "success")
    return redirect(url_for(".show_calls", team_id=team.id))
