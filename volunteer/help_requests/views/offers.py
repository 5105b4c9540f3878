"""What a volunteer is asked, and has promised."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import DomainError
from volunteer.core.language import gettext as _
from volunteer.core.web import too_late
from volunteer.help_requests import closing, matching, money, policy, queries
from volunteer.help_requests.errors import OfferIsOver
from volunteer.help_requests.forms.answering import DoneForm
from volunteer.help_requests.models import HelpOffer, OfferStatus
from volunteer.help_requests.views.door import blueprint
from volunteer.people.models import Person


def open_offer(offer_id: int) -> tuple[Person, HelpOffer]:
    """Who does it, and the offer to them or to whom they act for."""
    whom, me = identity.acted_for(), identity.signed_in_person()
    offer = queries.get_offer(offer_id)
    authorize(policy.can_see_offer(whom, offer))
    g.team = offer.help_request.team
    return me, offer


@blueprint.route("/help-offers/<int:offer_id>", methods=["GET", "POST"])
def show_offer(offer_id: int) -> ResponseReturnValue:
    """Before a yes what kind of help and when; after it whom and where, until a day after it."""
    me, offer = open_offer(offer_id)
    form = DoneForm()
    step = request.form.get("step", "")
    if request.method == "POST" and form.validate():
        if step == "accept":
            matching.accept(offer, by=me)
            flash(_("Thank you! We ask whether it suits, then tell you for whom."), "success")
        elif step == "decline":
            matching.decline(offer, by=me)
            flash(_("Thank you for saying so. It is quite all right."), "success")
        elif step == "done":
            closing.finish(
                offer.help_request, words=form.words.data or "", by=me, volunteer=offer.person
            )
            flash(_("Thank you for your help!"), "success")
        else:
            raise DomainError
        return redirect(url_for(".show_offer", offer_id=offer.id))
    now = clock.now()
    return render_template(
        "help_requests/show_offer.html",
        offer=offer,
        help_request=offer.help_request,
        form=form,
        today=offer.help_request.wall(now).date(),
        can_see_whom=policy.can_see_whom(offer.person, offer, now),
        errand=money.find(offer.help_request) if offer.is_welcome else None,
    )


@blueprint.route("/help-offers/<int:offer_id>/return", methods=["GET", "POST"])
def give_back(offer_id: int) -> ResponseReturnValue:
    """A page that says what it means, then the button."""
    me, offer = open_offer(offer_id)
    g.back_url = url_for(".show_offer", offer_id=offer.id)
    if not (offer.help_request.is_matched and offer.status is OfferStatus.ACCEPTED):
        return too_late(OfferIsOver, g.back_url)
    if request.method == "POST":
        matching.give_back(offer.help_request, by=me, volunteer=offer.person)
        flash(_("Thank you for saying so. We look for somebody else."), "success")
        return redirect(url_for(".show_offer", offer_id=offer.id))
    return render_template("help_requests/give_back.html", offer=offer)
