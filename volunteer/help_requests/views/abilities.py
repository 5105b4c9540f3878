"""Telling what one can, and about where one lives; or telling it for somebody."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core.language import gettext as _
from volunteer.help_requests import abilities, queries
from volunteer.help_requests.forms.abilities import AbilitiesForm
from volunteer.help_requests.views.door import blueprint
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.views.door import member_spoken_for


@blueprint.route("/settings/abilities", methods=["GET", "POST"])
def tell_abilities() -> ResponseReturnValue:
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    acting = identity.find_acting()
    g.back_url = url_for("accounts.show_settings")
    form = form_about(whom)
    if form.validate_on_submit():
        team = acting.team if acting else None
        abilities.tell(whom, form.details(), by=me, team=team, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".tell_abilities"))
    return render_template("help_requests/tell_abilities.html", form=form, person=whom)


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/abilities", methods=["GET", "POST"]
)
def tell_abilities_of(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A coordinator tells it for who keeps no account of their own, as they have said."""
    me, member, back = member_spoken_for(team_id, membership_id)
    form = form_about(member.person)
    if form.validate_on_submit():
        abilities.tell(member.person, form.details(), by=me, team=member.team, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(back)
    return render_template("help_requests/tell_abilities.html", form=form, person=member.person)


def form_about(person: Person) -> AbilitiesForm:
    form = AbilitiesForm()
    form.offer(queries.communities_of(team_queries.list_teams()))
    found = abilities.find(person)
    if request.method == "GET":
        form.show(found)
    form.remember(abilities.details_of(found), lambda: form.show(found))
    return form
