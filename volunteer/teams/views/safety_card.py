"""A member's safety card, for the coordinators who keep it up to date."""

from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core.language import gettext as _
from volunteer.people import safety_cards
from volunteer.people.forms import SafetyCardForm
from volunteer.teams.views.door import blueprint
from volunteer.teams.views.members import member_within


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/safety-card", methods=["GET", "POST"]
)
def fill_in_safety_card_of(team_id: int, membership_id: int) -> ResponseReturnValue:
    """As the member has said; each look at it is written down."""
    me, team, member = member_within(team_id, membership_id)
    identity.expect_second_step()
    back = url_for(".show_member", team_id=team.id, membership_id=member.id)
    g.back_url = back
    form = SafetyCardForm()
    if form.validate_on_submit():
        safety_cards.fill_in(member.person, form.details(), by=me, team=team, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(back)
    card = safety_cards.read(member.person, by=me, team=team)
    if request.method == "GET":
        form.show(card)
    form.remember(card, partial(form.show, card))
    return render_template("accounts/fill_in_safety_card.html", form=form, person=member.person)
