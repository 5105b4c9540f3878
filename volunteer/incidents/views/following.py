"""What is done about an incident: correcting it, a photo, the insurer, notes, its end."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.core import zones
from volunteer.core.language import gettext as _
from volunteer.incidents import following, reporting
from volunteer.incidents.errors import InsurerFirst, ToldTooEarly
from volunteer.incidents.forms import CorrectForm, InsurerForm, PhotoForm, StepForm
from volunteer.incidents.models import Incident
from volunteer.incidents.views.door import blueprint, look, opened, origin_of
from volunteer.incidents.views.reading import incident_page
from volunteer.pictures import views as pictures


def back_to(incident: Incident, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for(".show_incident", incident_id=incident.id))


@blueprint.route("/incidents/<int:incident_id>/correction", methods=["GET", "POST"])
def correct_incident(incident_id: int) -> ResponseReturnValue:
    """Written anew; what stood there before stays readable."""
    me, incident = opened(incident_id, to_correct=True)
    g.back_url = url_for(".show_incident", incident_id=incident.id)
    there = reporting.told_in(incident.newest)
    form = CorrectForm()
    form.offer(origin_of(incident), [*there.hurt, *there.there])
    if form.validate_on_submit():
        if reporting.correct(incident, form.told(), by=me, seen=form.seen.data):
            return back_to(incident, _("Corrected. What was written before can still be read."))
        return back_to(incident, _("Nothing was changed: it says the same as before."))
    # Also whoever sent what cannot be saved: the page says what is there by now.
    look(incident)
    if request.method == "GET":
        form.show(there)
    form.remember(there.plainly, lambda: form.show(there))
    return render_template("incidents/correct_incident.html", form=form, incident=incident)


@blueprint.post("/incidents/<int:incident_id>/photos")
@pictures.takes_picture
def add_photo(incident_id: int) -> ResponseReturnValue:
    me, incident = opened(incident_id, to_correct=True)
    form = PhotoForm(prefix="photo")
    if not form.validate() or form.photo.photo is None:
        return incident_page(look(incident), photo=form)
    reporting.add_photo(incident, form.photo.photo, by=me)
    return back_to(incident, _("The photo is kept."))


@blueprint.post("/incidents/<int:incident_id>/insurer")
def note_insurer(incident_id: int) -> ResponseReturnValue:
    """When the insurer was told, or that they need not be."""
    me, incident = opened(incident_id)
    form = InsurerForm(prefix="insurer")
    form.day.zone_name = incident.team.zone
    if not form.validate():
        return incident_page(look(incident), insurer=form)
    told_at = zones.to_moment(form.wall_time(), incident.team.zone) if form.is_told else None
    try:
        following.note_insurer(incident, told_at, form.words.data or "", by=me)
    except ToldTooEarly as error:
        form.at.errors = [str(error)]
        return incident_page(look(incident), insurer=form)
    return back_to(incident, _("Noted."))


@blueprint.post("/incidents/<int:incident_id>/steps")
def note_step(incident_id: int) -> ResponseReturnValue:
    """What was done about it, or how it ended."""
    me, incident = opened(incident_id)
    form = StepForm(prefix="step")
    if not form.validate():
        return incident_page(look(incident), step=form)
    try:
        following.note(incident, form.words.data or "", closes=form.closes, by=me)
    except InsurerFirst as error:
        form.step.errors = [str(error)]
        return incident_page(look(incident), step=form)
    return back_to(incident, _("Closed.") if form.closes else _("Noted."))


@blueprint.post("/incidents/<int:incident_id>/reopening")
def reopen_incident(incident_id: int) -> ResponseReturnValue:
    me, incident = opened(incident_id)
    following.reopen(incident, by=me)
    return back_to(incident, _("It is open again."))
