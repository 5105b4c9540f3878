"""What the resident does with their own request later: adds a word, or takes it up again."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from volunteer.core import clock
from volunteer.core.access import public
from volunteer.core.language import gettext as _
from volunteer.core.web import too_late
from volunteer.help_requests import adding, closing, danger
from volunteer.help_requests.errors import CannotBeTakenUp, IsOver
from volunteer.help_requests.forms.adding import AddForm
from volunteer.help_requests.views.door import (
    address_of,
    back_to,
    blueprint,
    find_followed,
    show_number_first,
)
from volunteer.help_requests.views.following import who_does_it


@blueprint.route("/help-requests/<int:help_request_id>/more", methods=["GET", "POST"])
@public
def add_words(help_request_id: int) -> ResponseReturnValue:
    """Words of danger lead first to whom to call now, as they do when it is asked."""
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    if not help_request.can_be_withdrawn:
        return too_late(IsOver, address_of(help_request))
    form = AddForm()
    if "again" not in request.form and form.validate_on_submit():
        found = danger.words_in(form.words.data or "")
        if found and not form.no_danger.data:
            return render_template("help_requests/look_at_danger.html", form=form, found=found)
        adding.add(help_request, form.words.data or "", by=who_does_it(help_request))
        flash(_("It is added. Whoever helps you reads it with your request."), "success")
        return back_to(help_request)
    return render_template("help_requests/add_words.html", form=form, help_request=help_request)


@blueprint.post("/help-requests/<int:help_request_id>/taking-up")
@public
def take_up(help_request_id: int) -> ResponseReturnValue:
    """“No longer needed” was pressed by mistake."""
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    if not help_request.can_be_taken_up(clock.now()):
        return too_late(CannotBeTakenUp, address_of(help_request))
    closing.take_up(help_request, by=who_does_it(help_request))
    flash(_("Your request stands again, and the team is told."), "success")
    return back_to(help_request)
