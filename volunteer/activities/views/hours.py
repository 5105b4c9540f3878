"""One's own hours: what counts, what does not yet, and saying that something is wrong."""

from datetime import timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import attendance_queries, mistakes
from volunteer.activities.forms.attendance import MistakeForm
from volunteer.activities.views.door import blueprint
from volunteer.core import clock, zones
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of

# What is older is settled, or asked about from its own row.
LOOKS_BACK = timedelta(days=60)


@blueprint.get("/my-hours")
def show_my_hours() -> ResponseReturnValue:
    """My hours, or those of whom I act for: by date, with their sum."""
    identity.signed_in_person()
    whom = identity.acted_for()
    now = clock.now()
    return render_template(
        "activities/show_my_hours.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        page=page_of(attendance_queries.counted_of(whom), request.args.get("page", 1, type=int)),
        total=attendance_queries.sum_of(whom),
        not_counted=attendance_queries.list_not_counted(whom, since=now - LOOKS_BACK),
        notes=attendance_queries.list_notes_of(whom),
    )


@blueprint.route("/my-hours/mistakes/new", methods=["GET", "POST"])
def tell_mistake() -> ResponseReturnValue:
    """“My record is wrong”: which date, and what is not right."""
    me = identity.signed_in_person()
    g.back_url = url_for(".show_my_hours")
    form = MistakeForm()
    sent_for = form.person.data if request.method == "POST" else None
    whom = identity.acted_for(meant=sent_for)
    now = clock.now()
    asked = request.args.get("date", type=int) if request.method == "GET" else form.date.data
    dates = attendance_queries.list_dates_of(whom, since=now - LOOKS_BACK, now=now, asked=asked)
    form.offer(dates)
    if form.validate_on_submit():
        occurrence = next(date for date in dates if date.id == form.date.data)
        mistakes.tell(occurrence, whom, words=form.words.data or "", by=me)
        flash(_("Thank you. The coordinators of the team look into it."), "success")
        return redirect(url_for(".show_my_hours"))
    if request.method == "GET":
        form.date.data = asked
    form.person.data = whom.id
    return render_template("activities/tell_mistake.html", form=form, has_dates=bool(dates))
