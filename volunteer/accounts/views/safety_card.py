"""One's own safety card, or that of whom one acts for."""

from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.accounts.views.door import blueprint
from volunteer.core.language import gettext as _
from volunteer.people import safety_cards
from volunteer.people.forms import SafetyCardForm


@blueprint.route("/settings/safety-card", methods=["GET", "POST"])
def fill_in_safety_card() -> ResponseReturnValue:
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    acting = identity.find_acting()
    g.back_url = url_for(".show_settings")
    form = SafetyCardForm()
    if form.validate_on_submit():
        team = acting.team if acting else None
        safety_cards.fill_in(whom, form.details(), by=me, team=team, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".fill_in_safety_card"))
    card = safety_cards.of(whom)
    if request.method == "GET":
        form.show(card)
    form.remember(card, partial(form.show, card))
    return render_template("accounts/fill_in_safety_card.html", form=form, person=whom)
