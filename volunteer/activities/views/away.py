"""Days away: saying so for all teams at once, taking it back, giving back what was promised."""

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import away, excuses, policy, queries, signups, ties
from volunteer.activities.errors import NotSignedUp
from volunteer.activities.forms.away import AwayForm
from volunteer.activities.models import Excuse
from volunteer.activities.views.door import blueprint
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team


@blueprint.route("/settings/away", methods=["GET", "POST"])
def tell_away() -> ResponseReturnValue:
    """My days away, or those of whom I act for."""
    identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    acting = identity.find_acting()
    g.back_url = url_for("accounts.show_settings")
    return away_page(
        whom,
        ties.list_all_housemates(whom),
        page=url_for(".tell_away"),
        team=acting.team if acting else None,
        shown=None,
    )


@blueprint.route("/teams/<int:team_id>/members/<int:membership_id>/away", methods=["GET", "POST"])
def tell_away_of(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A coordinator enters it for a member who said so; of households they know the team's own."""
    me = identity.signed_in_person()
    member = team_queries.get_membership(team_id, membership_id)
    authorize(policy.can_enter_away_days(me, member))
    here: dict[str, Any] = {"team_id": team_id, "membership_id": member.id}
    g.team, g.back_url = member.team, url_for("teams.show_member", **here)
    return away_page(
        member.person,
        ties.list_housemates(member.team, member.person),
        page=url_for(".tell_away_of", **here),
        team=member.team,
        shown=member.team,
    )


def away_page(
    person: Person, mates: Sequence[Person], *, page: str, team: Team | None, shown: Team | None
) -> ResponseReturnValue:
    """What both pages show and do; `page` is their address, and `shown` the team whose places alone
    may be seen and given back there."""
    me = identity.signed_in_person()
    form = AwayForm(mates, is_own=person.id == me.id)
    if number := request.form.get("here_again", type=int):
        away.take_back(person, number, by=me, team=team)
        flash(_("It is taken back."), "success")
        return redirect(page)
    if number := request.form.get("given_back", type=int):
        give_back(person, number, shown, me)
        return redirect(page)
    if form.validate_on_submit():
        away.note(person, form.stretch(), by=me, mates=form.chosen(mates), team=team)
        flash(_("It is noted, for every team."), "success")
        return redirect(page)
    stretches = away.list_coming(person)
    return render_template(
        "activities/tell_away.html",
        form=form,
        person=person,
        page=page,
        stretches=stretches,
        promised=away.list_promised(person, stretches, team=shown),
        lunches=away.list_lunches(person, stretches, team=shown),
        visits=away.list_visits(person, stretches, team=shown),
        is_entered=shown is not None,
    )


def give_back(person: Person, number: int, shown: Team | None, me: Person) -> None:
    """A place of this page's person alone; pressed twice, the second answer is as kind."""
    signup = queries.get_signup(number)
    is_shown = shown is None or signup.occurrence.team.id == shown.id
    authorize(signup.person_id == person.id and is_shown)
    try:
        signups.withdraw(signup, by=me, reason=excuses.Reason(Excuse.OTHER, "Away then"))
    except NotSignedUp as error:
        flash(str(error), "info")
        return
    flash(_("The place was given back. Thank you for saying so."), "success")
