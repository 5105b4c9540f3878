"""For coordinators: the list at the door, and the paper sheet typed back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import lunches, policy
from volunteer.activities.attendance import noting, sheet
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.forms.attendance import SheetForm, Tap, TapForm
from volunteer.activities.models import Occurrence
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries


@blueprint.route("/activities/dates/<int:occurrence_id>/attendance", methods=["GET", "POST"])
def note_attendance(occurrence_id: int) -> ResponseReturnValue:
    """A large list to tap on at the door; every tap can be undone."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_note_attendance(me, occurrence))
    if request.method == "POST":
        form = TapForm()
        if not form.validate():
            raise NotFound
        person = people_queries.get_person(form.person.data or 0)
        take(Tap(form.tap.data), occurrence, person, by=me)
        here = url_for(".note_attendance", occurrence_id=occurrence.id)
        return redirect(f"{here}#person-{person.id}")
    now = clock.now()
    lines = sheet.lines(occurrence, attendance_queries.list_attendances(occurrence))
    listed = {line.person.id for line in lines}
    members = team_queries.list_active(occurrence.team)
    others = [m.person for m in members if m.person_id not in listed]
    bring = lunches.list_bearers_on(occurrence)
    return render_template(
        "activities/note_attendance.html",
        occurrence=occurrence,
        lines=lines,
        come=sum(line.has_come for line in lines),
        bearers=[person for person in others if person.id in bring],
        others=[person for person in others if person.id not in bring],
        closing=attendance_queries.find_closing(occurrence),
        takes_walk_ins=policy.can_run(me, occurrence) and occurrence.takes_walk_ins(now),
        is_early=now < noting.opens_at(occurrence),
        is_over=now >= occurrence.ends_at,
    )


def take(tap: Tap, occurrence: Occurrence, person: Person, *, by: Person) -> None:
    if tap is Tap.CAME:
        noting.note(occurrence, person, by=by)
    elif tap is Tap.UNDO:
        noting.undo(occurrence, person, by=by)
    elif tap is Tap.LEFT:
        noting.check_out(occurrence, person, by=by)
    else:
        noting.stay(occurrence, person, by=by)


@blueprint.route("/activities/dates/<int:occurrence_id>/sheet", methods=["GET", "POST"])
def type_sheet(occurrence_id: int) -> ResponseReturnValue:
    """The numbers on the signed sheet, typed; shown as names first, then saved."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id, with_people=True)
    authorize(policy.can_note_attendance(me, occurrence))
    form = SheetForm()
    typed = None
    if form.validate_on_submit():
        everybody = sheet.all_lines(occurrence)
        typed = sheet.read(form.numbers.data or "", occurrence, everybody)
        if "save" in request.form and not typed.errors:
            new = noting.note_sheet(occurrence, typed.arrivals.values(), by=me)
            flash(saved_words(new), "success")
            return redirect(url_for(".note_attendance", occurrence_id=occurrence.id))
    return render_template(
        "activities/type_sheet.html",
        form=form,
        occurrence=occurrence,
        typed=typed,
        last=len(occurrence.signups),
    )


def saved_words(new: int) -> str:
    if not new:
        return _("Saved. All of them were noted already.")
    return ngettext("Saved. %(num)d person more came.", "Saved. %(num)d people more came.", new)
