"""Calling off the dates of a day, or of a place, together; and taking that back."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import days_off, days_off_queries, notices, policy
from volunteer.activities.errors import CalendarChanged, NothingChosen
from volunteer.activities.forms.days_off import DaysOffForm
from volunteer.activities.models import DaysOff
from volunteer.activities.views.changes import cancelled_words, flash_who_is_elsewhere
from volunteer.activities.views.door import blueprint
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.kept_pages import for_going_back
from volunteer.core.language import ngettext
from volunteer.people.models import Person
from volunteer.people.wording import told_apart
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team


@blueprint.route("/teams/<int:team_id>/days-off/new", methods=["GET", "POST"])
def call_off_days(team_id: int) -> ResponseReturnValue:
    """First the days, then which dates and who is told, then yes."""
    me, team = coordinated_team(team_id, back_to=".show_week")
    form = DaysOffForm()
    now = clock.now()
    places = days_off_queries.list_places(team, after=now)
    form.speak_of(team.zone, places)
    if request.method == "GET":
        form.show(request.args)
    elif "again" not in request.form and form.validate_on_submit():
        if "publish" in request.form:
            try:
                return publish(team, form, me)
            except (NothingChosen, CalendarChanged) as error:
                form.dates.errors = [str(error)]
        return render_template(
            "activities/preview_days_off.html", form=form, team=team, **outlook_of(team, form)
        )
    return for_going_back(
        render_template(
            "activities/call_off_days.html",
            form=form,
            team=team,
            has_dates=bool(places),
            together=days_off_queries.list_open(team, team.today(now)),
        )
    )


def publish(team: Team, form: DaysOffForm, me: Person) -> ResponseReturnValue:
    """Raises NothingChosen or CalendarChanged."""
    together = days_off.call_off(
        team, form.plan(), form.chosen, by=me, seen=form.seen.data, form_key=form.form_key.data
    )
    dates = days_off_queries.list_dates_of(together)
    flash(cancelled_words(len(notices.dates_of_each(dates))), "success")
    return redirect(url_for(".show_days_off", days_off_id=together.id))


def outlook_of(team: Team, form: DaysOffForm) -> dict[str, Any]:
    """Which dates, and whom those that are ticked concern: as it is first drawn, all of them."""
    plan = form.plan()
    found = days_off.foresee(team, plan)
    is_first = "publish" not in request.form and "update" not in request.form
    ticked = [date for date in found if is_first or date.id in form.chosen]
    outlook = days_off.look_ahead(found, [date.id for date in ticked])
    form.offer(found, outlook, is_first=is_first)
    names = told_apart(outlook.told)
    return {
        "plan": plan,
        "found": found,
        "ticked": ticked,
        "told": list(names.values()),
        "called": [names[person.id] for person in outlook.called],
        "has_lunches": any(outlook.portions.get(date.id) for date in ticked),
    }


def open_days_off(days_off_id: int) -> tuple[Person, DaysOff]:
    """Who asks and the days off of this page, or NotFound for all but the coordinators."""
    me = identity.signed_in_person()
    together = days_off_queries.get_days_off(days_off_id)
    authorize(policy.can_plan(me, together.team))
    g.team = together.team
    g.back_url = url_for(".call_off_days", team_id=together.team_id)
    return me, together


@blueprint.get("/days-off/<int:days_off_id>")
def show_days_off(days_off_id: int) -> ResponseReturnValue:
    """What was called off, and the way back."""
    _me, together = open_days_off(days_off_id)
    dates = days_off_queries.list_dates_of(together)
    return render_template(
        "activities/show_days_off.html",
        together=together,
        dates=dates,
        called=days_off.look_ahead(dates).called,
        can_take_back=together.taken_back_at is None
        and any(days_off.can_be_taken_back(occurrence) for occurrence in dates),
    )


@blueprint.post("/days-off/<int:days_off_id>/restoration")
def take_days_back(days_off_id: int) -> ResponseReturnValue:
    me, together = open_days_off(days_off_id)
    back = days_off.take_back(together, by=me)
    again = ngettext(
        "%(num)d date takes place again. Everybody concerned is being told.",
        "%(num)d dates take place again. Everybody concerned is being told.",
        len(back.again),
    )
    flash(again, "success")
    flash_who_is_elsewhere(back.are_elsewhere)
    if back.left:
        left = ngettext(
            "%(num)d date stays cancelled: it has begun, or its activity rests or has ended.",
            "%(num)d dates stay cancelled: they have begun, or their activity rests or has ended.",
            len(back.left),
        )
        flash(left, "info")
    return redirect(url_for(".show_days_off", days_off_id=together.id))
