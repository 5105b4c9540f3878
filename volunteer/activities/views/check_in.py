"""Checking in oneself: by the picture at the door, or by its six digits; checking out."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy
from volunteer.activities.attendance import check_in, noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.forms.attendance import DigitsForm, WhomForm
from volunteer.activities.models import AttendanceWay
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import clock, qr
from volunteer.core.access import authorize
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.language import gettext as _
from volunteer.people.models import Person


@blueprint.get("/activities/dates/<int:occurrence_id>/wall-sheet")
def show_wall_sheet(occurrence_id: int) -> ResponseReturnValue:
    """What hangs at the door on the day: the picture, the digits, and how to use them."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_note_attendance(me, occurrence))
    path = url_for(".arrive", occurrence_id=occurrence.id, code=check_in.code_of(occurrence))
    return render_template(
        "activities/show_wall_sheet.html",
        occurrence=occurrence,
        picture=qr.draw(current_app.config["BASE_URL"] + path),
        digits=check_in.digits_of(occurrence),
    )


@blueprint.route("/activities/dates/<int:occurrence_id>/arrival/<code>", methods=["GET", "POST"])
def arrive(occurrence_id: int, code: str) -> ResponseReturnValue:
    """Where the picture at the door leads: opening it changes nothing, its button checks in."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    form = WhomForm()
    sent_for = form.person.data if request.method == "POST" else None
    whom = identity.acted_for(meant=sent_for)
    check_in.check_code(occurrence, code, whom, now=clock.now())
    authorize(policy.can_check_in(whom, occurrence))

    if request.method == "POST":
        noting.check_in(occurrence, whom, way=AttendanceWay.WALL, by=me)
        flash(welcome(whom, me), "success")
        return redirect(url_for(".check_in_by_digits"))
    found = attendance_queries.find_attendance(occurrence, whom)
    return render_template(
        "activities/arrive.html",
        occurrence=occurrence,
        code=code,
        has_come=found is not None and found.has_come,
        own=occurrence.signup_of(whom),
    )


@blueprint.route("/check-in", methods=["GET", "POST"])
def check_in_by_digits() -> ResponseReturnValue:
    """Where one is now: checking in by the digits at the door, and checking out."""
    me = identity.signed_in_person()
    form = DigitsForm()
    sent_for = form.person.data if request.method == "POST" else None
    whom = identity.acted_for(meant=sent_for)
    if form.validate_on_submit() and check_in_typed(form, whom, me):
        return redirect(url_for(".check_in_by_digits"))
    form.person.data = whom.id
    here = check_in.dates_around(whom, clock.now())
    return render_template(
        "activities/check_in_by_digits.html",
        form=form,
        here=here,
        own=attendance_queries.find_attendances_of(whom, here),
    )


def check_in_typed(form: DigitsForm, whom: Person, me: Person) -> bool:
    """Whether it worked; else what is wrong stands beside the field."""
    try:
        occurrence = check_in.find_by_digits(form.code.data or "", whom)
        noting.check_in(occurrence, whom, way=AttendanceWay.CODE, by=me)
    except DomainError as error:
        form.code.errors = [str(error)]
        return False
    flash(welcome(whom, me), "success")
    return True


def welcome(whom: Person, me: Person) -> str:
    if whom.id == me.id:
        return _("You are checked in. Good that you are here!")
    return _("%(name)s is checked in.", name=whom.name)


@blueprint.post("/activities/dates/<int:occurrence_id>/departure")
def leave(occurrence_id: int) -> ResponseReturnValue:
    """I leave now; or, with `stay`, that was pressed by mistake."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    form = WhomForm()
    whom = identity.acted_for(meant=form.person.data)
    authorize(policy.can_check_in(whom, occurrence), visible=True)
    if not form.validate():
        raise NotFound
    if form.stay.data:
        noting.stay(occurrence, whom, by=me)
        flash(_("You are still here."), "success")
    else:
        noting.check_out(occurrence, whom, by=me)
        flash(_("You are checked out. Thank you, and get home safely!"), "success")
    return redirect(url_for(".check_in_by_digits"))
