"""Whom to call now, and writing down what happened, from wherever it happened."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy as activity_policy
from volunteer.activities import queries as activity_queries
from volunteer.core import clock, pressing
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.elders import policy as elder_policy
from volunteer.elders import queries as elder_queries
from volunteer.help_requests import policy as help_policy
from volunteer.help_requests import queries as help_queries
from volunteer.incidents import origins, policy, queries, reporting, wording
from volunteer.incidents.errors import SeenToAlready
from volunteer.incidents.forms import ReportForm
from volunteer.incidents.origins import Origin
from volunteer.incidents.views.door import blueprint
from volunteer.meals import policy as meal_policy
from volunteer.pictures import views as pictures
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries


@blueprint.get("/incidents")
def show_own_incidents() -> ResponseReturnValue:
    """Whom to call now; where to write it down; what one has written."""
    me, whom = identity.signed_in_person(), identity.acted_for()
    own = identity.in_own_name()
    return render_template(
        "incidents/show_own_incidents.html",
        today=clock.today(),
        teams=[membership.team for membership in team_queries.list_memberships_of(whom)],
        # Whoever acts for somebody reads on another day what they wrote.
        reported=queries.list_reported_by(me),
        can_open=own is not None,
        incident_words=wording,
    )


@blueprint.route("/teams/<int:team_id>/incidents/new", methods=["GET", "POST"])
@pictures.takes_picture
def report_incident(team_id: int) -> ResponseReturnValue:
    identity.signed_in_person()
    team = team_queries.get_team(team_id)
    authorize(policy.can_report(identity.acted_for(), team))
    return report_page(origins.of_team(team), url_for(".show_own_incidents"))


@blueprint.route("/activities/dates/<int:occurrence_id>/incidents/new", methods=["GET", "POST"])
@pictures.takes_picture
def report_incident_at_date(occurrence_id: int) -> ResponseReturnValue:
    """From the page of a date, or of a lunch, with those who are down for it."""
    identity.signed_in_person()
    occurrence = activity_queries.get_occurrence(occurrence_id)
    authorize(activity_policy.can_see_names(identity.acted_for(), occurrence))
    back = url_for("activities.show_occurrence", occurrence_id=occurrence.id)
    # Who eats there only coordinators know.
    with_diners = meal_policy.can_run(identity.in_own_name(), occurrence.team)
    return report_page(origins.of_date(occurrence, with_diners=with_diners), back)


@blueprint.route("/visits/<int:visit_id>/incidents/new", methods=["GET", "POST"])
@pictures.takes_picture
def report_incident_on_visit(visit_id: int) -> ResponseReturnValue:
    """From a visit; whom it is to is named to who may know it."""
    identity.signed_in_person()
    own, whom = identity.in_own_name(), identity.acted_for()
    visit = elder_queries.get_visit(visit_id)
    authorize(elder_policy.can_see_visit(own, visit, whom=whom))
    with_whom = elder_policy.can_see_whom(own, visit, clock.now(), whom=whom)
    back = url_for("elders.show_visit", visit_id=visit.id)
    return report_page(origins.of_visit(visit, with_whom=with_whom), back)


@blueprint.route("/help-offers/<int:offer_id>/incidents/new", methods=["GET", "POST"])
@pictures.takes_picture
def report_incident_while_helping(offer_id: int) -> ResponseReturnValue:
    """From what a volunteer has promised: they themselves, or their coordinators."""
    identity.signed_in_person()
    offer = help_queries.get_offer(offer_id)
    team = offer.team
    is_theirs = help_policy.can_see_offer(identity.acted_for(), offer)
    runs = team is not None and team_policy.can_coordinate(identity.in_own_name(), team)
    authorize(is_theirs or runs)
    if team is None:
        raise NotFound
    back = url_for("help_requests.show_offer", offer_id=offer.id) if is_theirs else None
    whom = None if runs else offer.person
    return report_page(origins.of_help(offer.help_request, team, whom=whom), back)


def report_page(origin: Origin, back: str | None) -> ResponseReturnValue:
    me, own = identity.signed_in_person(), identity.in_own_name()
    g.team, g.back_url = origin.team, back
    form = ReportForm()
    form.offer(origin)
    if not form.is_submitted():
        form.begin_at(origin.wall_at)
        form.place.data = origin.place
        form.form_key.data = pressing.new_form_key()
    if form.validate_on_submit():
        made = reporting.report(
            origin,
            form.told(),
            by=me,
            photo=form.photo.photo,
            form_key=form.form_key.data or None,
        )
        if len(made.versions) > 1:
            flash(_("You had sent this already. What you wrote now is kept as its correction."),
                  "success")  # fmt: skip
        elif team_policy.can_coordinate(own, origin.team):
            flash(_("It is written down."), "success")
        else:
            flash(_("Received. The coordinators are told at once. Thank you."), "success")
        if own is None:
            return redirect(url_for(".show_own_incidents"))
        return redirect(url_for(".show_incident", incident_id=made.id))
    if isinstance(g.get("refused"), SeenToAlready):
        form.form_key.data = pressing.new_form_key()
    return render_template("incidents/report_incident.html", form=form, origin=origin)
