"""For coordinators: the hours of visits and help, week by week; one of them, opened again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.activities.attendance import deadlines, mistakes
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.errors import CannotCount
from volunteer.activities.forms.attendance import AnswerForm, ReopenForm
from volunteer.core import clock, zones
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.core.pages import page_of
from volunteer.deeds import queries as deed_queries
from volunteer.deeds.models import Deed
from volunteer.hours import confirming, policy, queries
from volunteer.hours.forms import DeedsForm
from volunteer.hours.views.door import blueprint
from volunteer.network import holidays
from volunteer.people.models import Person
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Week:
    """What waits of one week."""

    monday: date
    count: int

    @property
    def sunday(self) -> date:
        return self.monday + A_WEEK - timedelta(days=1)


@blueprint.route("/teams/<int:team_id>/hours/deeds", methods=["GET", "POST"])
def confirm_deeds(team_id: int) -> ResponseReturnValue:
    """The week that waits longest for whoever asks, or the one that is asked for: look it over,
    change, confirm."""
    me, team = coordinated_team(team_id, back_to="activities.show_hours")
    weeks = waiting_weeks(team, me)
    week = chosen_week(weeks)
    deeds = deeds_of(team, week) if week else []
    own = [deed for deed in deeds if deed.person_id == me.id]
    form = DeedsForm([deed for deed in deeds if deed.person_id != me.id])
    aside = left_aside()
    form.leave_out(aside)
    if form.validate_on_submit():
        try:
            done = confirming.confirm(team, form.minutes(), begins=form.begins(), by=me)
        except CannotCount as error:
            form.show_reasons(error.reasons)
        else:
            say_how_many(done)
            there = week.monday.isoformat() if week and aside else None
            return redirect(url_for(".confirm_deeds", team_id=team.id, week=there))
    return render_template(
        "hours/confirm_deeds.html",
        team=team,
        today=team.today(clock.now()),
        form=form,
        own=own,
        is_alone=bool(own) and not queries.list_who_issue(team, me),
        week=week,
        others=[one for one in weeks if one != week],
        due_on=due_on(deeds),
        noted=attendance_queries.list_deeds_noted(team),
        page=page_of(
            deed_queries.confirmed_of(team), request.args.get("page", 1, type=int), length=20
        ),
    )


@blueprint.route("/teams/<int:team_id>/hours/deeds/<int:deed_id>", methods=["GET", "POST"])
def show_deed(team_id: int, deed_id: int) -> ResponseReturnValue:
    """What counts of it, who confirmed it, and what was said about it; here it is opened again."""
    me, team = coordinated_team(team_id, back_to=".confirm_deeds")
    deed = deed_queries.get_deed(team, deed_id)
    form, monday = ReopenForm(), zones.monday_of(deed.day)
    can_reopen = deed.is_confirmed and policy.can_confirm(me, deed)
    if request.method == "POST":
        authorize(policy.can_confirm(me, deed))
        if form.validate_on_submit():
            confirming.reopen(deed, reason=form.reason.data or "", by=me)
            flash(_("Open again. It does not count until somebody confirms it anew."), "success")
            return redirect(url_for(".confirm_deeds", team_id=team.id, week=monday.isoformat()))
    return render_template(
        "hours/show_deed.html",
        team=team,
        deed=deed,
        form=form,
        can_reopen=can_reopen,
        monday=monday,
        notes=attendance_queries.list_notes(deed),
    )


@blueprint.post("/teams/<int:team_id>/hours/deeds/<int:deed_id>/notes")
def answer_note(team_id: int, deed_id: int) -> ResponseReturnValue:
    """An answer to who says that something is noted wrongly."""
    me, team = coordinated_team(team_id, back_to="activities.show_hours")
    deed = deed_queries.get_deed(team, deed_id)
    form = AnswerForm()
    note = attendance_queries.get_note(deed, form.note.data or 0)
    if form.validate():
        mistakes.answer(note, words=form.words.data or "", by=me)
        flash(_("Answered. %(name)s reads it on their own page.", name=note.person.name), "success")
    else:
        flash(_("Please write a word of answer."), "error")
    return redirect(url_for(".show_deed", team_id=team.id, deed_id=deed.id))


def waiting_weeks(team: Team, me: Person) -> list[Week]:
    """The weeks of which something waits, oldest first; last those of which others confirm all."""
    found = [
        (zones.monday_of(wall.date()), person_id)
        for wall, person_id in deed_queries.list_waiting_days(team)
    ]
    count = Counter(monday for monday, _whose in found)
    for_me = {monday for monday, whose in found if whose != me.id}
    return [Week(*one) for one in sorted(count.items(), key=lambda one: one[0] not in for_me)]


def chosen_week(weeks: Sequence[Week]) -> Week | None:
    asked = request.args.get("week", "")
    longest = next(iter(weeks), None)
    return next((one for one in weeks if one.monday.isoformat() == asked), longest)


def deeds_of(team: Team, week: Week) -> Sequence[Deed]:
    first = datetime.combine(week.monday, time())
    return deed_queries.list_waiting(team, first, first + A_WEEK)


def due_on(deeds: Sequence[Deed]) -> date | None:
    """By when the oldest of them is to be confirmed."""
    if not deeds:
        return None
    day = min(deed.day for deed in deeds)
    return deadlines.due_after(day, holidays.load(day, day + deadlines.AT_MOST))


def left_aside() -> set[int]:
    """The deeds, by number, that are left for later so that the others count."""
    return {int(number) for number in request.form.get("aside", "").split("-") if number.isdigit()}


def say_how_many(done: int) -> None:
    if done:
        flash(ngettext("Confirmed: %(num)d line counts now.",
                       "Confirmed: %(num)d lines count now.", done), "success")  # fmt: skip
    else:
        flash(_("Somebody has confirmed these hours already, or opened them again."), "info")
