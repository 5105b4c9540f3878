"""By what somebody was handed or sent: a personal link, a code card."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import code_cards, identity, links_by_mail, personal_links
from volunteer.accounts.errors import TooManyTries, WrongCard
from volunteer.accounts.forms import CardForm
from volunteer.accounts.views.door import blueprint, let_in, wanted
from volunteer.core import clock
from volunteer.core.access import public
from volunteer.core.addresses import caller
from volunteer.core.language import gettext as _

# --- a code card ---------------------------------------------------------------------------------


@blueprint.route("/sign-in/card", methods=["GET", "POST"])
@public
def enter_card() -> ResponseReturnValue:
    form = CardForm()
    if form.validate_on_submit():
        try:
            opened = code_cards.enter(form.number.data or "", form.code.data or "", caller=caller())
        except (WrongCard, TooManyTries) as error:
            form.code.errors = [str(error)]
        else:
            return let_in(opened, wanted())
    return render_template("accounts/enter_card.html", form=form)


@blueprint.post("/settings/code-card/end")
def end_card() -> ResponseReturnValue:
    """Who has lost their card ends it themselves."""
    me = identity.signed_in_person()
    code_cards.end(me, by=me)
    flash(_("The card opens nothing any more."), "success")
    return redirect(url_for(".show_settings"))


# --- a personal link -----------------------------------------------------------------------------


@blueprint.get("/links/<token>")
@public
def show_link(token: str) -> ResponseReturnValue:
    """A page with one button. Opening it changes nothing: mail scanners open every link."""
    link = personal_links.find(token)
    me = identity.find_signed_in_person()
    if link is not None and me is not None and link.person_id == me.id:
        return redirect(link.leads_to)
    is_usable = link is not None and link.is_usable(clock.now())
    page = "accounts/show_link.html" if is_usable else "accounts/show_used_link.html"
    if link is not None and not is_usable:
        g.reader = link.person
    return render_template(page, link=link, token=token), 200 if link else 404


@blueprint.post("/links/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    return let_in(*personal_links.use(token))


@blueprint.post("/links/<token>/renewal")
@public
def renew_link(token: str) -> ResponseReturnValue:
    if links_by_mail.ask(token):
        flash(_("A new link is on its way to your email address."), "success")
    else:
        flash(
            _("We have no email address of yours. Please ask your coordinator for a new link."),
            "error",
        )
    return redirect(url_for(".show_link", token=token))
