"""Health and diet behind a question, and who has looked."""

from datetime import time, timedelta
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.audit import queries as audit_queries
from volunteer.audit.models import Reason
from volunteer.core import clock, zones
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.elders import health, policy, queries
from volunteer.elders.forms.health import HealthForm
from volunteer.elders.views.door import back_to, blueprint, chosen, month_in_address, surround
from volunteer.people import queries as people_queries
from volunteer.teams.views.door import coordinated_team

# Why one may look at health here; lists have a page of their own.
REASONS_TO_LOOK = (Reason.VISIT, Reason.MEAL, Reason.EMERGENCY, Reason.UPKEEP, Reason.ASKED)


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/health", methods=["GET", "POST"])
def show_health(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Why does one look? Then health and diet, once that look is written down.

    Whoever is signed in and gives a reason leaves a line, refused or not.
    """
    me = identity.signed_in_person()
    identity.expect_second_step()
    elder = queries.get_elder(team_id, elder_id)
    is_allowed = policy.can_read_health(me, elder)
    reason = reason_to_look()
    if reason is None or request.method == "POST":
        authorize(is_allowed)
    surround(elder)
    if reason is None:
        return render_template("elders/show_health.html", elder=elder, reason=None, known=None)
    form = HealthForm() if reason is Reason.UPKEEP else None
    if form is not None and elder.is_served and form.validate_on_submit():
        health.write(elder, form.health(), by=me, seen=form.seen.data)
        return back_to(elder, _("Saved."))
    known = health.read(elder, by=me, reason=reason, allowed=is_allowed)
    if form is not None and known is not None:
        if request.method == "GET":
            form.show(known)
        form.remember(known, partial(form.show, known))
    return render_template(
        "elders/show_health.html", elder=elder, reason=reason, known=known, form=form
    )


def reason_to_look() -> Reason | None:
    reason = chosen(Reason, request.args.get("reason", ""), Reason.EXPORT)
    return reason if reason in REASONS_TO_LOOK else None


@blueprint.get("/teams/<int:team_id>/readings")
def show_readings(team_id: int) -> ResponseReturnValue:
    """Who looked at health and diet, at whose, and why; month by month."""
    _me, team = coordinated_team(team_id, back_to=".show_elders")
    this_month = team.today(clock.now()).replace(day=1)
    month = month_in_address(this_month)
    after = (month + timedelta(days=32)).replace(day=1)
    page = page_of(
        audit_queries.readings_of_team(
            team.id,
            first=zones.at(month, time(0), team.zone),
            before=zones.at(after, time(0), team.zone),
        ),
        request.args.get("page", 1, type=int),
    )
    numbers = {number for line in page.rows for number in (line.by_id, line.person_id)}
    return render_template(
        "elders/show_readings.html",
        team=team,
        page=page,
        people={person.id: person for person in people_queries.list_people(numbers)},
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=after if month < this_month else None,
    )
