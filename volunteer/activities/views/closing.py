"""For coordinators: closing a day, what became of it, opening it again; which days wait."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy
from volunteer.activities.attendance import closing, deadlines, in_charge, mistakes, sheet
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.sheet import Line
from volunteer.activities.errors import CannotCount, LeadMissing
from volunteer.activities.forms.attendance import AnswerForm, ClosingForm, ReopenForm, WhomForm
from volunteer.activities.models import Occurrence
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.deeds import queries as deed_queries
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/hours")
def show_hours(team_id: int) -> ResponseReturnValue:
    """Which days wait to be closed, which are closed, and how many deeds wait."""
    me, team = coordinated_team(team_id)
    now = clock.now()
    return render_template(
        "activities/show_hours.html",
        team=team,
        today=team.today(now),
        deeds=deed_queries.count_to_confirm(team, me, now),
        has_notes=bool(attendance_queries.list_deeds_noted(team)),
        waiting=deadlines.list_to_see_to(team, now=now),
        page=page_of(
            attendance_queries.closed_of(team), request.args.get("page", 1, type=int), length=20
        ),
    )


@blueprint.route("/activities/dates/<int:occurrence_id>/closing", methods=["GET", "POST"])
def close_date(occurrence_id: int) -> ResponseReturnValue:
    """Look everybody over, correct, close: only then do hours count."""
    me = identity.signed_in_person()
    occurrence = open_date_of_coordinator(occurrence_id, me)
    closings = attendance_queries.list_closings(occurrence)
    if closings and not closings[0].is_open_again:
        return redirect(url_for(".show_closing", occurrence_id=occurrence.id))
    closing.check_is_over(occurrence)
    lines = sheet.lines(occurrence, attendance_queries.list_attendances(occurrence))
    proposed = {
        line.person.id: closing.proposed_minutes(occurrence, line.attendance) for line in lines
    }
    form = closing_form(occurrence, lines, proposed, me)
    if form.validate_on_submit():
        try:
            closing.close(occurrence, form.marks(), by=me, led_by=int(form.led_by.data))
        except CannotCount as error:
            form.show_reasons(error.reasons)
        except LeadMissing as error:
            form.led_by.errors = [str(error)]
        else:
            flash(_("Closed. These hours count now."), "success")
            return redirect(url_for(".show_closing", occurrence_id=occurrence.id))
    return render_template(
        "activities/close_date.html",
        form=form,
        occurrence=occurrence,
        me_waits=closing.has_another_coordinator(occurrence, me),
        forgot={line.person.id for line in lines if closing.forgot_to_leave(line)},
        notes=attendance_queries.list_notes(occurrence),
        reopenings=closings,
    )


def closing_form(
    occurrence: Occurrence, lines: Sequence[Line], minutes: dict[int, int], me: Person
) -> ClosingForm:
    absent = {line.person.id for line in lines if line.attendance and not line.attendance.has_come}
    lead = in_charge.proposed(occurrence, absent, by=me)
    form = ClosingForm(lines, minutes, str(lead.id) if lead else "")
    form.offer_leads(in_charge.candidates(occurrence, lines, by=me))
    return form


@blueprint.get("/activities/dates/<int:occurrence_id>/hours")
def show_closing(occurrence_id: int) -> ResponseReturnValue:
    """What counts of this date, who closed it, and what was said about it since."""
    me = identity.signed_in_person()
    occurrence = open_date_of_coordinator(occurrence_id, me)
    closings = attendance_queries.list_closings(occurrence)
    if not closings or closings[0].is_open_again:
        return redirect(url_for(".close_date", occurrence_id=occurrence.id))
    return render_template(
        "activities/show_closing.html",
        occurrence=occurrence,
        closed=closings[0],
        rows=attendance_queries.list_attendances(occurrence),
        may_confirm_own=not closing.has_another_coordinator(occurrence, me),
        notes=attendance_queries.list_notes(occurrence),
        reopenings=closings[1:],
    )


@blueprint.post("/activities/dates/<int:occurrence_id>/hours/confirmation")
def confirm_hours(occurrence_id: int) -> ResponseReturnValue:
    """The hours of who closed the day, confirmed by somebody else."""
    me = identity.signed_in_person()
    occurrence = open_date_of_coordinator(occurrence_id, me)
    form = WhomForm()
    person = people_queries.get_person(form.person.data or 0)
    closing.confirm(occurrence, person, by=me)
    flash(_("The hours of %(name)s count now.", name=person.name), "success")
    return redirect(url_for(".show_closing", occurrence_id=occurrence.id))


@blueprint.route("/activities/dates/<int:occurrence_id>/reopening", methods=["GET", "POST"])
def reopen_date(occurrence_id: int) -> ResponseReturnValue:
    """A correction begins here, with its reason."""
    me = identity.signed_in_person()
    occurrence = open_date_of_coordinator(occurrence_id, me)
    g.back_url = url_for(".show_closing", occurrence_id=occurrence.id)
    form = ReopenForm()
    if form.validate_on_submit():
        closing.reopen(occurrence, reason=form.reason.data or "", by=me)
        flash(_("Open again. None of these hours counts until it is closed once more."), "success")
        return redirect(url_for(".close_date", occurrence_id=occurrence.id))
    return render_template("activities/reopen_date.html", form=form, occurrence=occurrence)


@blueprint.post("/activities/dates/<int:occurrence_id>/notes")
def answer_note(occurrence_id: int) -> ResponseReturnValue:
    """An answer to who says that something is noted wrongly."""
    me = identity.signed_in_person()
    occurrence = open_date_of_coordinator(occurrence_id, me)
    form = AnswerForm()
    note = attendance_queries.get_note(occurrence, form.note.data or 0)
    if form.validate():
        mistakes.answer(note, words=form.words.data or "", by=me)
        flash(_("Answered. %(name)s reads it on their own page.", name=note.person.name), "success")
    else:
        flash(_("Please write a word of answer."), "error")
    return redirect(url_for(".show_closing", occurrence_id=occurrence.id))


def open_date_of_coordinator(occurrence_id: int, me: Person) -> Occurrence:
    occurrence = open_date(occurrence_id, with_people=True)
    authorize(policy.can_note_attendance(me, occurrence))
    return occurrence
