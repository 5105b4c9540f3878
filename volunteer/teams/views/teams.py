"""Teams: the list, starting one, its page, its settings and its history."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, signing_in
from volunteer.audit import queries as audit_queries
from volunteer.audit.wording import DEEDS, OBJECTIONS
from volunteer.core.access import authorize, public
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.network import queries as place_queries
from volunteer.network.models import PlaceKind
from volunteer.people import queries as people_queries
from volunteer.people.wording import told_apart
from volunteer.teams import founding, handover_queries, queries, shown
from volunteer.teams.errors import NeedsPassword
from volunteer.teams.forms import NewTeamForm, ReminderForm, TeamForm
from volunteer.teams.views.door import blueprint, coordinated_team, open_team


@blueprint.get("/teams")
@public
def show_teams() -> ResponseReturnValue:
    """Those that people are in."""
    found = queries.list_teams_up_to_the_city()
    members = queries.count_members(found)
    teams = [team for team in found if team.id in members]
    return render_template("teams/show_teams.html", teams=teams, members=members)


@blueprint.route("/teams/new", methods=["GET", "POST"])
def start_team() -> ResponseReturnValue:
    me = identity.signed_in_person()
    authorize(True)  # every neighbour may start a team
    if not signing_in.has_password(me):
        flash(str(NeedsPassword.message), "info")
        return redirect(url_for("accounts.choose_password", next=url_for(".start_team")))
    cities = place_queries.list_places(PlaceKind.CITY)
    # Where all others are; of the first team nobody knows it.
    form = NewTeamForm(data={"city": cities[0].name if len(cities) == 1 else ""})
    if form.validate_on_submit():
        team = founding.start(form.details(), form.steps(), by=me)
        flash(_("The team has started. Now add its members."), "success")
        if not team.is_verified:
            flash(_("Once the operator has made sure who your team is, it stands on the page for "
                    "everybody, and reads what residents ask for."), "info")  # fmt: skip
        return redirect(url_for(".paste_members", team_id=team.id))
    return render_template("teams/start_team.html", form=form)


@blueprint.get("/teams/<int:team_id>")
@public
def show_team(team_id: int) -> ResponseReturnValue:
    """What everybody may know of a team; its members see their own standing."""
    team = open_team(team_id)
    g.back_url = url_for(".show_teams")
    whom = identity.find_acted_for()
    own = queries.find_membership(team, whom)
    is_in = own is not None and own.is_in_team
    return render_template(
        "teams/show_team.html",
        team=team,
        own=own,
        coordinators=queries.list_coordinators(team),
        members=queries.count_members([team]).get(team.id, 0),
        handover=handover_queries.find_handover(team)
        if is_in and not identity.find_acting()
        else None,
        has_shown=is_in and shown.has_any(team),
        rings_at=handover_queries.find_former_with_phone(team)
        if own and own.is_coordinator
        else None,
    )


@blueprint.route("/teams/<int:team_id>/settings", methods=["GET", "POST"])
def change_team(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to=".show_team")
    form = TeamForm()
    if form.validate_on_submit():
        founding.change(team, form.details(), by=me, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_team", team_id=team.id))
    if request.method == "GET":
        form.show(team)
    form.remember(founding.details_of(team), lambda: form.show(team))
    return render_template("teams/change_team.html", form=form, team=team)


@blueprint.route("/teams/<int:team_id>/reminder", methods=["GET", "POST"])
def set_reminder(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to=".show_team")
    form = ReminderForm()
    if form.validate_on_submit():
        weekday, at = form.chosen
        founding.set_reminder(team, weekday=weekday, at=at, by=me, seen=form.seen.data)
        flash(_("Saved. The next message goes out on the day you see below."), "success")
        return redirect(url_for("reminders.show_messages", team_id=team.id))
    if request.method == "GET":
        form.show(team)
    form.remember(founding.reminder_of(team), lambda: form.show(team))
    return render_template("teams/set_reminder.html", form=form, team=team)


@blueprint.get("/teams/<int:team_id>/history")
def show_history(team_id: int) -> ResponseReturnValue:
    """Who did what in this team, for whom, when."""
    _me, team = coordinated_team(team_id, back_to=".show_team")
    page = page_of(audit_queries.of_team(team.id), request.args.get("page", 1, type=int))
    numbers = {n for entry in page.rows for n in (entry.by_id, entry.person_id) if n}
    names = told_apart(people_queries.list_people(numbers))
    return render_template(
        "teams/show_history.html",
        team=team,
        page=page,
        names=names,
        deeds=DEEDS,
        objections=OBJECTIONS,
    )
