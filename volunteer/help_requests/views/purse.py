"""The money of an errand: handed over, counted, signed; and its papers."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.help_requests import money, policy, queries
from volunteer.help_requests.errors import AmountNeeded, ExplanationNeeded
from volunteer.help_requests.forms.purse import CountForm, GivenForm, SignForm
from volunteer.help_requests.models import Errand, HelpRequest, SignedHow
from volunteer.help_requests.views.door import blueprint
from volunteer.people.models import Person
from volunteer.pictures.models import Picture
from volunteer.pictures.views import serve, takes_picture


def open_money(help_request_id: int) -> tuple[Person, HelpRequest]:
    """Who does it, and the request whose money they, or whom they act for, may see."""
    whom, me = identity.acted_for(), identity.signed_in_person()
    help_request = queries.get_help_request(help_request_id)
    authorize(policy.can_see_money(whom, help_request, clock.now()))
    g.team = help_request.team
    return me, help_request


@blueprint.route("/help-requests/<int:help_request_id>/money", methods=["GET", "POST"])
@takes_picture
def show_money(help_request_id: int) -> ResponseReturnValue:
    """One step after the other: given, then spent and brought back, then signed."""
    me, help_request = open_money(help_request_id)
    errands = errands_for(me, help_request)
    errand = errands[0] if errands else None
    form = form_for(errand)
    if form is not None and form.validate_on_submit():
        try:
            take_step(help_request, errand, form, me)
        except (AmountNeeded, ExplanationNeeded) as error:
            form.form_errors.append(str(error))
        else:
            flash(_("Written down."), "success")
            return redirect(url_for(".show_money", help_request_id=help_request.id))
    return render_template(
        "help_requests/show_money.html",
        help_request=help_request,
        errand=errand,
        earlier=errands[1:],
        can_give_again=form is None and money.has_somebody_to_take_it(help_request),
        form=form,
        offer=help_request.offer_to(identity.acted_for()),
    )


def errands_for(me: Person, help_request: HelpRequest) -> Sequence[Errand]:
    """The last first: coordinators read of all, a volunteer of the last alone."""
    errands, team = money.list_of(help_request), help_request.team
    runs = team is not None and policy.can_answer(me, help_request, team)
    return errands if runs else errands[:1]


def form_for(errand: Errand | None) -> GivenForm | CountForm | SignForm | None:
    if errand is None or (errand.is_signed and "again" in request.values):
        return GivenForm()
    if errand.is_signed:
        return None
    return CountForm() if "recount" in request.values or not errand.is_counted else SignForm()


def take_step(
    help_request: HelpRequest,
    errand: Errand | None,
    form: GivenForm | CountForm | SignForm,
    me: Person,
) -> None:
    if isinstance(form, GivenForm):
        money.hand_over(help_request, form.given.fen or 0, by=me)
    elif errand is None:
        raise NotFound
    elif isinstance(form, CountForm):
        money.count(
            errand,
            spent_fen=form.spent.fen or 0,
            returned_fen=form.returned.fen or 0,
            explanation=form.explanation.data or "",
            receipt=form.receipt.photo,
            by=me,
        )
    else:
        money.sign(errand, SignedHow(form.how.data), paper=form.paper.photo, by=me)


@blueprint.get("/help-requests/<int:help_request_id>/money/receipt")
def show_receipt(help_request_id: int) -> ResponseReturnValue:
    me, help_request = open_money(help_request_id)
    return photo(chosen_errand(me, help_request).receipt)


@blueprint.get("/help-requests/<int:help_request_id>/money/signature")
def show_signature(help_request_id: int) -> ResponseReturnValue:
    me, help_request = open_money(help_request_id)
    return photo(chosen_errand(me, help_request).signature)


def chosen_errand(me: Person, help_request: HelpRequest) -> Errand:
    """The one whose number stands in the address, or the last."""
    errands, number = errands_for(me, help_request), request.args.get("errand", type=int)
    found = next((errand for errand in errands if number in {None, errand.id}), None)
    if found is None:
        raise NotFound
    return found


def photo(picture: Picture | None) -> ResponseReturnValue:
    if picture is None:
        raise NotFound
    return serve(picture)
