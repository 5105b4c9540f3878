"""Whom the team greets: at 重阳节, and on birthdays."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.elders import festival_queries, festivals
from volunteer.elders.forms.festivals import BirthdayForm
from volunteer.elders.views.door import back_to, blueprint, coordinated_elder
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/festivals")
def show_festivals(team_id: int) -> ResponseReturnValue:
    """The next 重阳节, the oldest and whether somebody comes; birthdays of the coming days."""
    _me, team = coordinated_team(team_id, back_to=".show_elders")
    today = team.today(clock.now())
    festival = festivals.next_festival(today)
    youngest = festivals.BANDS[-1]
    bands = festivals.by_age(
        festival_queries.list_old(team, festival.year - youngest), festival.year
    )
    return render_template(
        "elders/show_festivals.html",
        team=team,
        today=today,
        festival=festival,
        bands=bands,
        count=festivals.people_in(bands),
        greetings=festivals.greetings(team, festival),
        birthdays=festivals.coming_birthdays(team, today),
        days_ahead=festivals.DAYS_AHEAD,
    )


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/birthday", methods=["GET", "POST"])
def set_birthday(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    form = BirthdayForm()
    shown = festivals.wished(elder)
    if request.method == "GET":
        form.show(shown)
    if form.validate_on_submit():
        festivals.wish(elder, form.yearly, by=me, seen=form.seen.data)
        if form.yearly is None:
            return back_to(elder, _("Noted: nobody greets them, and no day is kept."))
        return back_to(elder, _("Saved. The team is reminded of it on its list."))
    form.remember(shown, lambda: form.show(shown))
    return render_template("elders/set_birthday.html", elder=elder, form=form)
