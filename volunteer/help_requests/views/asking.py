"""Asking for help, for everybody; and writing down what somebody asks at the desk or the phone."""

from collections.abc import Sequence
from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core.access import public
from volunteer.core.addresses import caller
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.help_requests import asking, calls, danger, queries
from volunteer.help_requests.errors import TooManyAsked
from volunteer.help_requests.forms.asking import AskForm
from volunteer.help_requests.models import HelpRequest
from volunteer.help_requests.views.door import blueprint, show_in_this_browser
from volunteer.network.models import Place
from volunteer.teams import verification_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team


@blueprint.route("/help-requests/new", methods=["GET", "POST"])
@public
def ask_for_help() -> ResponseReturnValue:
    """The form for everybody; words of danger first lead to whom to call now."""
    me = identity.find_signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int)) if me else None
    communities = queries.list_communities()
    form = AskForm()
    form.offer_communities(communities, chosen_community(communities))
    if me is not None and whom is not None and whom.id != me.id:
        form.speak_of(whom.name)
    if request.method == "GET" and whom is not None:
        form.know(whom, next(iter(queries.list_asked_by(whom)), None))
    found = danger.words_in(form.words.data or "") if request.method == "POST" else []
    if request.method == "POST" and "again" not in request.form and form.validate():
        community = next((p for p in communities if p.id == form.community.data), None)
        if community is None:
            raise NotFound
        if found and not form.no_danger.data:
            return render_template("help_requests/look_at_danger.html", form=form, found=found)
        if form.sounds_like_care() and not form.knows_bounds.data:
            teams = phones_of(communities, form)
            return render_template("help_requests/look_at_bounds.html", form=form, teams=teams)
        try:
            asking.count_one(form.details().phone, caller())
        except TooManyAsked as error:
            form.form_errors.append(str(error))
        else:
            return asked(asking.ask(community, form.details(), asker=whom, by=me))
    teams = phones_of(communities, form)
    if len(teams) == 1:
        # The frame offers to call them: calling is just as good.
        g.team = teams[0]
    return render_template(
        "help_requests/ask_for_help.html",
        form=form,
        communities=communities,
        found=[] if form.no_danger.data else found,
        teams=teams,
        team=None,
    )


def chosen_community(communities: Sequence[Place]) -> Place | None:
    """The one that the address names, itself or by a team in it."""
    place_id = request.args.get("place", type=int)
    if team_id := request.args.get("team", type=int):
        teams = queries.community_of_each(verification_queries.list_verified())
        place_id = next((place.id for team, place in teams.items() if team.id == team_id), None)
    return next((place for place in communities if place.id == place_id), None)


def phones_of(communities: Sequence[Place], form: AskForm) -> list[Team]:
    """Whom one may call instead: the teams of the chosen community, or of all."""
    chosen = [place for place in communities if place.id == form.community.data] or communities
    numbers = {place.id for place in chosen}
    teams = queries.community_of_each(verification_queries.list_verified())
    return [team for team, place in teams.items() if team.phone and place.id in numbers]


def asked(help_request: HelpRequest) -> ResponseReturnValue:
    """On to the page that shows the way; its number is to be written down."""
    flash(_("We have got it. Please write the number on paper."), "success")
    if identity.find_signed_in_person() is not None:
        return redirect(url_for(".show_own", help_request_id=help_request.id))
    show_in_this_browser(help_request)
    return redirect(url_for(".show_help_request", help_request_id=help_request.id))


@blueprint.route("/teams/<int:team_id>/help-requests/new", methods=["GET", "POST"])
def enter_help_request(team_id: int) -> ResponseReturnValue:
    """For somebody who called or came to the desk."""
    me, team = coordinated_team(team_id, back_to=".show_board")
    form = AskForm()
    form.ask_of_another()
    call = calls.get(team, number) if (number := request.args.get("call", type=int)) else None
    if call is not None and request.method == "GET":
        form.name.data, form.phone.data = call.caller_name, call.caller_phone
        form.words.data = call.words
    found = danger.words_in(form.words.data or "") if request.method == "POST" else []
    if request.method == "POST" and "again" not in request.form and form.validate():
        if found and not form.no_danger.data:
            return render_template("help_requests/look_at_danger.html", form=form, found=found)
        community = queries.community_of_each([team])[team]
        ask = partial(asking.ask, community, form.details(), by=me, team=team)
        help_request = ask() if call is None else calls.become_request(call, ask, by=me)
        flash(
            _("Entered. Please tell them the number: %(number)s.", number=help_request.number),
            "success",
        )
        return redirect(
            url_for(".answer_help_request", team_id=team.id, help_request_id=help_request.id)
        )
    return render_template(
        "help_requests/ask_for_help.html",
        form=form,
        communities=[],
        found=[] if form.no_danger.data else found,
        teams=[],
        team=team,
    )
