"""Concerns: reported by everybody in a team, read by who is named for it, and by nobody else."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, signing_in
from volunteer.audit import queries as audit_queries
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.elders import concern_queries, concern_wording, concerns, policy, queries
from volunteer.elders.errors import DeputyIsLead
from volunteer.elders.forms.concerns import (
    ConcernForm,
    PlaceReaderForm,
    StepForm,
    TeamReadersForm,
)
from volunteer.elders.models import Concern, Elder
from volunteer.elders.views.door import blueprint, coordinated_elder
from volunteer.network import queries as network_queries
from volunteer.network.models import PlaceKind
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/concerns")
def show_concerns() -> ResponseReturnValue:
    """Report one; what one has reported, “received” and nothing more; what one is to read."""
    me, own, whom = identity.signed_in_person(), identity.in_own_name(), identity.acted_for()
    return render_template(
        "elders/show_concerns.html",
        today=clock.today(),
        teams=[membership.team for membership in team_queries.list_memberships_of(whom)],
        # What is confided to somebody is read in their own name only.
        readable=concern_queries.list_readable(own) if own else [],
        reported=concern_queries.list_reported_by(me),
        concern_words=concern_wording,
    )


@blueprint.route("/teams/<int:team_id>/concerns/new", methods=["GET", "POST"])
def report_concern(team_id: int) -> ResponseReturnValue:
    """Anybody in the team, or who acts for them, about anybody whom they meet there."""
    me, whom = identity.signed_in_person(), identity.acted_for()
    team = team_queries.get_team(team_id)
    authorize(team_policy.is_member(whom, team))
    g.team = team
    g.back_url = url_for(".show_concerns")
    return report_page(team, None, me)


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/concerns/new", methods=["GET", "POST"])
def report_concern_about(team_id: int, elder_id: int) -> ResponseReturnValue:
    """From the elder's page."""
    me, elder = coordinated_elder(team_id, elder_id)
    return report_page(elder.team, elder, me)


@blueprint.route("/visits/<int:visit_id>/concerns/new", methods=["GET", "POST"])
def report_concern_from_visit(visit_id: int) -> ResponseReturnValue:
    """From a visit, by who may see whom it is to."""
    me, own = identity.signed_in_person(), identity.in_own_name()
    visit = queries.get_visit(visit_id)
    whom = identity.acted_for()
    authorize(policy.can_see_whom(own, visit, clock.now(), whom=whom))
    g.team = visit.team
    g.back_url = url_for("elders.show_visit", visit_id=visit.id)
    return report_page(visit.team, visit.elder, me)


def report_page(team: Team, elder: Elder | None, me: Person) -> ResponseReturnValue:
    # Nobody is asked whether it is about themselves.
    in_charge = [person for person in concerns.people_in_charge(team) if person.id != me.id]
    form = ConcernForm()
    form.offer(in_charge, knows_whom=elder is not None)
    if form.validate_on_submit():
        concerns.report(team, form.details(in_charge), by=me, elder=elder)
        flash(
            _("Received. Thank you for saying so. Please talk to nobody else about it."), "success"
        )
        return redirect(url_for(".show_concerns"))
    return render_template(
        "elders/report_concern.html",
        team=team,
        elder=elder,
        form=form,
        readers=concern_queries.find_team_readers(team),
    )


@blueprint.get("/concerns/<int:concern_id>")
def show_concern(concern_id: int) -> ResponseReturnValue:
    """What was reported and what was done; every look is written down first."""
    me = identity.signed_in_person()
    identity.expect_second_step()
    concern = concerns.read(concern_id, by=me)
    authorize(policy.can_read_concern(me, concern))
    return concern_page(concern, StepForm())


@blueprint.post("/concerns/<int:concern_id>/steps")
def note_step(concern_id: int) -> ResponseReturnValue:
    """What was done about it, or that it is closed."""
    me = identity.signed_in_person()
    identity.expect_second_step()
    concern = concern_queries.get_concern(concern_id)
    authorize(policy.can_read_concern(me, concern))
    form = StepForm()
    if not form.validate():
        return concern_page(concerns.read(concern_id, by=me), form)
    concerns.note_step(concern, form.words.data or "", closes=form.closes, by=me)
    flash(_("Closed.") if form.closes else _("Noted."), "success")
    return redirect(url_for(".show_concern", concern_id=concern.id))


def concern_page(concern: Concern, form: StepForm) -> ResponseReturnValue:
    g.back_url = url_for(".show_concerns")
    looks = audit_queries.list_looks_at_concerns(concerns.whose_record(concern))
    return render_template(
        "elders/show_concern.html",
        concern=concern,
        form=form,
        looks=looks,
        people={p.id: p for p in people_queries.list_people(look.by_id for look in looks)},
        concern_words=concern_wording,
    )


# --- who reads them --------------------------------------------------------------------------


@blueprint.route("/teams/<int:team_id>/concern-readers", methods=["GET", "POST"])
def name_readers(team_id: int) -> ResponseReturnValue:
    """One person and one deputy."""
    me, team = coordinated_team(team_id, back_to="teams.change_team")
    people = [membership.person for membership in team_queries.list_active(team)]
    readers = concern_queries.find_team_readers(team)
    form = TeamReadersForm()
    form.offer(people)
    if request.method == "GET":
        form.show(readers)
    if form.validate_on_submit():
        lead, deputy = form.chosen(people)
        try:
            concerns.name_readers(team, lead, deputy, by=me, seen=form.seen.data)
        except DeputyIsLead as error:
            form.deputy.errors = [str(error)]
        else:
            flash(_("Saved. Nobody else in the team reads concerns."), "success")
            return redirect(url_for("teams.change_team", team_id=team.id))
    form.remember(concerns.readers_of(team), lambda: form.show(readers))
    return render_template(
        "elders/name_readers.html",
        team=team,
        form=form,
        is_vacant=readers is not None and readers.lead not in people,
    )


@blueprint.get("/concern-readers")
def show_place_readers() -> ResponseReturnValue:
    """For operators: who reads, in each community, what a team's own readers must not."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for("home.show_home")
    return render_template(
        "elders/show_place_readers.html",
        places=network_queries.list_places(PlaceKind.COMMUNITY),
        readers=concern_queries.list_place_readers(),
        waiting=concern_queries.list_places_waiting(),
    )


@blueprint.route("/places/<int:place_id>/concern-reader", methods=["GET", "POST"])
def name_place_reader(place_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    place = network_queries.get_place(place_id)
    g.back_url = url_for(".show_place_readers")
    form = PlaceReaderForm()
    if form.validate_on_submit():
        user = signing_in.find_by_login(form.login.data or "")
        if user is None or user.password_hash is None:
            form.login.errors = [
                _(
                    "Nobody signs in by this name and a password. "
                    "Please ask them for their sign-in name."
                )
            ]
        else:
            concerns.name_place_reader(place, user.person, by=me)
            flash(_("Saved: %(name)s.", name=user.person.name), "success")
            return redirect(url_for(".show_place_readers"))
    return render_template("elders/name_place_reader.html", place=place, form=form)
