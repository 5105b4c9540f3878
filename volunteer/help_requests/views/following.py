"""How a request stands, for who asked it: with number and phone, or signed in."""

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize, public
from volunteer.core.addresses import caller
from volunteer.core.language import gettext as _
from volunteer.core.web import too_late
from volunteer.help_requests import closing, following, matching, policy, queries
from volunteer.help_requests.errors import IsOver, NotDone, TooManyTried, UnknownNumber
from volunteer.help_requests.forms.answering import ReopenForm
from volunteer.help_requests.forms.asking import FindForm
from volunteer.help_requests.models import HelpRequest, HelpStatus
from volunteer.help_requests.views.door import (
    SHOWN,
    address_of,
    back_to,
    blueprint,
    find_followed,
    is_shown_here,
    show_in_this_browser,
    show_number_first,
)
from volunteer.people.models import Person
from volunteer.teams import verification_queries


@blueprint.route("/help-requests/status", methods=["GET", "POST"])
@public
def find_help_request() -> ResponseReturnValue:
    form = FindForm()
    if form.validate_on_submit():
        try:
            help_request = following.find(
                form.number.data or "", form.phone.data or "", caller=caller()
            )
        except (UnknownNumber, TooManyTried) as error:
            form.form_errors.append(str(error))
        else:
            show_in_this_browser(help_request)
            return redirect(url_for(".show_help_request", help_request_id=help_request.id))
    return render_template(
        "help_requests/find_help_request.html",
        form=form,
        teams=[team for team in verification_queries.list_verified() if team.phone],
    )


@blueprint.post("/help-requests/forgetting")
@public
def forget_help_requests() -> ResponseReturnValue:
    """Done looking: this browser shows it to nobody any more."""
    session.pop(SHOWN, None)
    flash(_("This browser has forgotten it. The number on your paper stays good."), "success")
    return redirect(url_for("home.show_home"))


@blueprint.get("/help-requests/<int:help_request_id>")
@public
def show_help_request(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    return page_of_asker(help_request)


@blueprint.get("/my-help-requests")
def show_all_own() -> ResponseReturnValue:
    identity.signed_in_person()
    whom = identity.acted_for()
    return render_template(
        "help_requests/show_all_own.html", help_requests=queries.list_asked_by(whom)
    )


@blueprint.get("/my-help-requests/<int:help_request_id>")
def show_own(help_request_id: int) -> ResponseReturnValue:
    whom = identity.acted_for()
    help_request = queries.get_help_request(help_request_id)
    authorize(policy.can_follow(whom, help_request))
    g.back_url = url_for(".show_all_own")
    return page_of_asker(help_request)


def page_of_asker(help_request: HelpRequest) -> ResponseReturnValue:
    g.team = help_request.team
    now = clock.now()
    return render_template(
        "help_requests/show_help_request.html",
        help_request=help_request,
        today=help_request.wall(now).date(),
        steps=[step for step in help_request.steps if not step.is_internal],
        is_shown_here=is_shown_here(help_request),
        teams=[] if help_request.team else queries.list_teams_in(help_request.place),
    )


@blueprint.post("/help-requests/<int:help_request_id>/confirmation")
@public
def confirm(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    closing.confirm(help_request, by=who_does_it(help_request))
    flash(_("Thank you. It is good to hear that all is well."), "success")
    return back_to(help_request)


@blueprint.route("/help-requests/<int:help_request_id>/reopening", methods=["GET", "POST"])
@public
def reopen(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    if help_request.status not in {HelpStatus.DONE, HelpStatus.CONFIRMED}:
        return too_late(NotDone, address_of(help_request))
    form = ReopenForm()
    if form.validate_on_submit():
        closing.reopen(help_request, form.words.data or "", by=who_does_it(help_request))
        flash(_("It is open again. The team is told now, and calls you."), "success")
        return back_to(help_request)
    return render_template("help_requests/reopen.html", form=form, help_request=help_request)


@blueprint.route("/help-requests/<int:help_request_id>/withdrawal", methods=["GET", "POST"])
@public
def withdraw(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    if not help_request.can_be_withdrawn:
        return too_late(IsOver, address_of(help_request))
    if request.method == "POST":
        closing.withdraw(help_request, by=who_does_it(help_request))
        flash(_("It is taken back. You may ask again at any time."), "success")
        return back_to(help_request)
    return render_template("help_requests/withdraw.html", help_request=help_request)


def who_does_it(help_request: HelpRequest) -> Person | None:
    """Who asked it while signed in, or their companion; else the resident, without an account."""
    whom = identity.find_acted_for()
    is_theirs = policy.can_follow(whom, help_request)
    return identity.find_signed_in_person() if is_theirs else None


@blueprint.post("/help-requests/<int:help_request_id>/welcome")
@public
def welcome(help_request_id: int) -> ResponseReturnValue:
    """The resident says whether the volunteer who was found may come."""
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    if request.form.get("answer") == "no":
        matching.turn_down(help_request, by=who_does_it(help_request))
        flash(_("All right. We look for somebody else, and nobody asks why."), "success")
    else:
        matching.welcome(help_request, by=who_does_it(help_request))
        flash(_("Good. Now they see where you live, and call you."), "success")
    return back_to(help_request)
