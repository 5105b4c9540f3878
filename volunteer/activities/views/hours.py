"""One's own hours: what counts, what does not yet, and saying that something is wrong."""

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities.attendance import mistakes
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.forms.attendance import MistakeForm
from volunteer.activities.models import Occurrence
from volunteer.activities.views.door import blueprint
from volunteer.core import clock, zones
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.deeds import queries as deed_queries
from volunteer.deeds.models import Deed
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams import star_queries
from volunteer.teams.models import Team
from volunteer.training import queries as training_queries
from volunteer.training import wording as training_wording

# What is older is settled, or asked about from its own row.
LOOKS_BACK = timedelta(days=60)
LONGEST_NUMBER = 20


@blueprint.get("/my-hours")
def show_my_hours() -> ResponseReturnValue:
    """My hours, or those of whom I act for: by date, with their sum."""
    identity.signed_in_person()
    whom = identity.acted_for()
    now = clock.now()
    deeds = deed_queries.list_newest_of(whom)
    waiting_deeds = deed_queries.list_not_counted(whom, since=now - LOOKS_BACK)
    return render_template(
        "activities/show_my_hours.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        page=page_of(attendance_queries.counted_of(whom), request.args.get("page", 1, type=int)),
        by_year=attendance_queries.sums_by_year(whom),
        deeds=deeds,
        has_older_deeds=len(deeds) == deed_queries.NEWEST,
        not_counted=attendance_queries.list_not_counted(whom, since=now - LOOKS_BACK),
        waiting_deeds=waiting_deeds,
        alone_in=alone_in(whom, [deed for deed in waiting_deeds if not deed.is_confirmed]),
        notes=attendance_queries.list_notes_of(whom),
        stars=star_queries.list_highest_stars_of(whom),
        learned=training_queries.list_all_passed(whom),
        training_words=training_wording,
    )


def alone_in(whom: Person, waiting: Sequence[Deed]) -> list[Team]:
    """The teams whose only coordinator this person is: nobody can confirm their visits and help."""
    teams = {deed.team_id: deed.team for deed in waiting}
    coordinators = team_queries.find_coordinators(teams) if teams else {}
    return [
        team
        for number, team in teams.items()
        if [one.id for one in coordinators.get(number, ())] == [whom.id]
    ]


@blueprint.route("/my-hours/mistakes/new", methods=["GET", "POST"])
def tell_mistake() -> ResponseReturnValue:
    """“My record is wrong”: which date, and what is not right."""
    me = identity.signed_in_person()
    g.back_url = url_for(".show_my_hours")
    form = MistakeForm()
    is_sent = request.method == "POST"
    whom = identity.acted_for(meant=form.person.data if is_sent else None)
    asked = (form.about.data or "") if is_sent else request.args.get("about", "")
    form.offer(list_noted(whom, asked))
    if form.validate_on_submit():
        mistakes.tell(form.chosen, whom, words=form.words.data or "", by=me)
        flash(_("Thank you. The coordinators of the team look into it."), "success")
        return redirect(url_for(".show_my_hours"))
    if not is_sent:
        form.about.data = asked
    form.person.data = whom.id
    return render_template("activities/tell_mistake.html", form=form, has_dates=bool(form.noted))


def list_noted(whom: Person, asked: str) -> list[Occurrence | Deed]:
    """Their dates and deeds, newest first: the last weeks', and the one that is asked about."""
    now = clock.now()
    since = now - LOOKS_BACK
    kind, number = read_key(asked)
    dates = attendance_queries.list_dates_of(
        whom, since=since, now=now, asked=number if kind == "date" else None
    )
    deeds = deed_queries.list_of(whom, since=since, asked=number if kind == "deed" else None)
    return sorted([*dates, *deeds], key=lambda one: one.starts_at, reverse=True)


def read_key(text: str) -> tuple[str, int | None]:
    """date-12 or deed-5: which of the two, and its number."""
    kind, _dash, number = text.partition("-")
    is_number = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
    return kind, int(number) if is_number else None
