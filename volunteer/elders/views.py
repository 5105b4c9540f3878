"""The team's elders: the list, one elder, health, pairings; visits planned, opened, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from io import BytesIO
from typing import TypeVar

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, signing_in
from volunteer.audit import queries as audit_queries
from volunteer.audit.models import Reason
from volunteer.core import clock, saying, sheets, zones
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.forms import ColumnsForm, FileForm
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.core.sheets import Table
from volunteer.elders import (
    care,
    health,
    importing,
    no_answer,
    overview,
    pairing,
    policy,
    queries,
    visits,
)
from volunteer.elders.errors import AlreadyServed, NotSafeYet, VisitInThePast, VisitNotBegun
from volunteer.elders.forms import (
    ConsentForm,
    ElderForm,
    EndForm,
    HealthForm,
    NewElderForm,
    PauseForm,
    PlanForm,
    RecordForm,
    RiskForm,
    SafeForm,
    VisitTimeForm,
)
from volunteer.elders.models import Elder, ElderStatus, EndReason, RiskLevel, Visit, VisitChannel
from volunteer.elders.models import VisitStatus as Status
from volunteer.elders.overview import Order, Show
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people import wording as people_wording
from volunteer.people.errors import GiverNeeded, WitnessNeeded
from volunteer.people.models import Consent, ConsentScope, Person
from volunteer.teams import imports
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.errors import NothingToAdd
from volunteer.teams.models import ImportKind, Membership, Team

blueprint = Blueprint("elders", __name__)

Value = TypeVar("Value", bound=StrEnum)

# Why one may look at health here; lists have a page of their own.
REASONS_TO_LOOK = (Reason.VISIT, Reason.MEAL, Reason.EMERGENCY, Reason.UPKEEP, Reason.ASKED)


def coordinated_team(team_id: int) -> tuple[Person, Team]:
    """Who is asking and their team, or NotFound for everybody but its coordinators."""
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    authorize(team_policy.can_coordinate(me, team))
    g.team = team
    g.back_url = url_for("elders.show_elders", team_id=team.id)
    return me, team


def coordinated_elder(team_id: int, elder_id: int) -> tuple[Person, Elder]:
    """Who is asking and the elder of this page, or NotFound for all but the coordinators."""
    me = identity.signed_in_person()
    elder = queries.get_elder(team_id, elder_id)
    authorize(policy.can_look_after(me, elder))
    surround(elder)
    return me, elder


def surround(elder: Elder) -> None:
    """The frame around the page speaks of the elder's team and leads back to the elder."""
    g.team = elder.team
    g.back_url = page_of_elder(elder)


def page_of_elder(elder: Elder) -> str:
    return url_for("elders.show_elder", team_id=elder.team_id, elder_id=elder.id)


def back_to(elder: Elder, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(page_of_elder(elder))


def chosen(values: type[Value], text: str, usual: Value) -> Value:
    """The value that stands in the address; the usual one for anything else."""
    try:
        return values(text)
    except ValueError:
        return usual


# --- the list --------------------------------------------------------------------------------


@blueprint.get("/teams/<int:team_id>/elders")
def show_elders(team_id: int) -> ResponseReturnValue:
    _me, team = coordinated_team(team_id)
    g.back_url = None
    today = team.today(clock.now())
    words = request.args.get("q", "")
    show = chosen(Show, request.args.get("show", ""), Show.ALL)
    order = chosen(Order, request.args.get("order", ""), Order.URGENCY)
    everybody = queries.list_elders(team)
    found = overview.found(overview.shown(everybody, show, today), words)
    elders = overview.in_order(found, order, today)
    return render_template(
        "elders/show_elders.html",
        team=team,
        today=today,
        words=words,
        show=show,
        order=order,
        elders=elders,
        buildings=overview.by_building(elders) if order is Order.WALK else [],
        counts={show: len(overview.shown(everybody, show, today)) for show in Show},
        alarms=queries.list_alarms(team),
    )


@blueprint.route("/teams/<int:team_id>/elders/new", methods=["GET", "POST"])
def take_in(team_id: int) -> ResponseReturnValue:
    """Somebody new on the list; ?member= when they are in the team already."""
    me, team = coordinated_team(team_id)
    member = chosen_member(team)
    form = NewElderForm()
    if member is not None:
        form.keep_own_name(member.person)
    if form.validate_on_submit():
        try:
            elder = care.take_in(
                team,
                form.details(),
                by=me,
                person=member.person if member else None,
                consent=form.consent(),
                risk=RiskLevel(form.risk.data),
                risk_reason=form.risk_reason.data or "",
            )
        except AlreadyServed as error:
            form.form_errors.append(str(error))
        else:
            called = elder.preferred_name
            if elder.is_active:
                return back_to(elder, _("%(name)s is on the list.", name=called))
            return back_to(
                elder, _("%(name)s is on the list. Visits begin once they agree.", name=called)
            )
    return render_template("elders/take_in.html", team=team, form=form, member=member)


def chosen_member(team: Team) -> Membership | None:
    """The member whom the address names, in the team now. Raises NotFound."""
    number = request.args.get("member", type=int)
    if number is None:
        return None
    member = team_queries.get_membership(team.id, number)
    if not member.is_in_team:
        raise NotFound
    return member


# --- one elder -------------------------------------------------------------------------------


@blueprint.get("/teams/<int:team_id>/elders/<int:elder_id>")
def show_elder(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Everything but health, which is behind a question of its own."""
    me, elder = coordinated_elder(team_id, elder_id)
    team = elder.team
    g.back_url = url_for(".show_elders", team_id=team.id)
    today = team.today(clock.now())
    their_visits = queries.list_visits_to(elder)
    given = people_queries.list_consents(elder.person)
    members = [row.person for row in team_queries.list_active(team)]
    looking_after = {pairing.person_id for pairing in elder.paired}
    agreed = [consent for consent in given if consent.holds(consents.today())]
    return render_template(
        "elders/show_elder.html",
        team=team,
        elder=elder,
        today=today,
        planned=[visit for visit in reversed(their_visits) if visit.is_planned],
        past=[visit for visit in their_visits if not visit.is_planned],
        findings_of=visits.findings_of,
        agreed=agreed,
        ended=[consent for consent in given if consent not in agreed],
        may_be_visited=any(consent.scope is ConsentScope.BASIC for consent in agreed),
        scopes=people_wording.SCOPES,
        ways=people_wording.WAYS,
        givers=people_wording.GIVERS,
        others=[p for p in members if p.id not in looking_after and p.id != elder.person_id],
        can_go=me.id != elder.person_id,
    )


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/details", methods=["GET", "POST"])
def change_elder(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    own_name = not signing_in.has_password(elder.person)
    form = ElderForm()
    if request.method == "GET":
        form.show(elder)
    if not own_name:
        form.keep_own_name(elder.person)
    if form.validate_on_submit():
        care.change(elder, form.details(), by=me, own_name=own_name)
        return back_to(elder, _("Saved."))
    return render_template("elders/change_elder.html", elder=elder, form=form, own_name=own_name)


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/risk", methods=["GET", "POST"])
def set_risk(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    form = RiskForm(data={"level": elder.risk_level.value, "reason": elder.risk_reason})
    if form.validate_on_submit():
        care.set_risk(elder, RiskLevel(form.level.data), form.reason.data or "", by=me)
        return back_to(elder, _("Saved. How often they are seen follows from it."))
    return render_template("elders/set_risk.html", elder=elder, form=form)


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/pause", methods=["GET", "POST"])
def pause_visits(team_id: int, elder_id: int) -> ResponseReturnValue:
    """In hospital or away: what that means for whom, then the button."""
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_active)
    form = PauseForm()
    if form.validate_on_submit():
        care.suspend(elder, form.note.data or "", by=me)
        return back_to(elder, _("Noted. Nobody visits until they are back."))
    return render_template(
        "elders/pause_visits.html", elder=elder, form=form, coming=coming_visits(elder)
    )


@blueprint.post("/teams/<int:team_id>/elders/<int:elder_id>/return")
def begin_visits(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Back from hospital, or agreed meanwhile."""
    me, elder = coordinated_elder(team_id, elder_id)
    care.begin(elder, by=me)
    return back_to(elder, _("Visits may be planned again. Somebody should see them soon."))


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/end", methods=["GET", "POST"])
def end_care(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Off the list: what that means for whom, then the button."""
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    form = EndForm()
    if form.validate_on_submit():
        care.end(elder, EndReason(form.reason.data), by=me)
        flash(_("%(name)s is no longer on the list.", name=elder.preferred_name), "success")
        return redirect(url_for(".show_elders", team_id=team_id))
    return render_template(
        "elders/end_care.html", elder=elder, form=form, coming=coming_visits(elder)
    )


def coming_visits(elder: Elder) -> list[Visit]:
    """What would be cancelled."""
    return [v for v in queries.list_planned_visits(elder) if v.starts_at > clock.now()]


@blueprint.post("/teams/<int:team_id>/elders/<int:elder_id>/pairings")
def pair(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    person = people_queries.get_person(request.form.get("person", 0, type=int))
    authorize(team_policy.is_member(person, elder.team))
    pairing.pair(elder, person, by=me)
    said = _(
        "%(volunteer)s looks after %(name)s now.", volunteer=person.name, name=elder.preferred_name
    )
    return back_to(elder, said)


@blueprint.post("/teams/<int:team_id>/pairings/<int:pairing_id>/end")
def unpair(team_id: int, pairing_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    found = queries.get_pairing(team_id, pairing_id)
    elder = found.elder
    authorize(policy.can_look_after(me, elder))
    pairing.unpair(found, by=me)
    said = _(
        "%(volunteer)s no longer looks after %(name)s.",
        volunteer=found.person.name,
        name=elder.preferred_name,
    )
    return back_to(elder, said)


@blueprint.get("/teams/<int:team_id>/elders/<int:elder_id>/card")
def show_card(team_id: int, elder_id: int) -> ResponseReturnValue:
    """A card for the visitor's pocket; nothing about health stands on paper."""
    _me, elder = coordinated_elder(team_id, elder_id)
    return render_template("elders/show_card.html", elder=elder)


# --- what they agreed to ---------------------------------------------------------------------


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/consents/new", methods=["GET", "POST"])
def note_consent(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    form = ConsentForm()
    if request.method == "GET":
        # Nothing is ticked, unless one came here by a link that asks for this one.
        form.scope.data = request.args.get("scope")
    if form.validate_on_submit():
        try:
            give(elder, ConsentScope(form.scope.data), form, me)
        except (WitnessNeeded, GiverNeeded) as error:
            form.witness.errors = [str(error)]
        else:
            return back_to(elder, _("Noted. They may take it back at any time."))
    return render_template("elders/note_consent.html", elder=elder, form=form)


def give(elder: Elder, scope: ConsentScope, form: ConsentForm, me: Person) -> None:
    """Note it; who agrees to be looked after is visited from now on."""
    if scope is ConsentScope.BASIC and elder.status is ElderStatus.PROSPECTIVE:
        care.begin(elder, form.details(), by=me)
    else:
        consents.give(elder.person, scope, form.details(), by=me, team=elder.team)


@blueprint.route(
    "/teams/<int:team_id>/elders/<int:elder_id>/consents/<int:consent_id>/withdrawal",
    methods=["GET", "POST"],
)
def withdraw_consent(team_id: int, elder_id: int, consent_id: int) -> ResponseReturnValue:
    """What stops when they take it back, then the button."""
    me, elder = coordinated_elder(team_id, elder_id)
    consent = consent_of(elder, consent_id)
    authorize(consent.holds(consents.today()))
    if request.method == "POST":
        consents.withdraw(elder.person, consent.scope, by=me, team=elder.team)
        return back_to(elder, _("Noted: they no longer agree."))
    return render_template(
        "elders/withdraw_consent.html",
        elder=elder,
        consent=consent,
        scopes=people_wording.SCOPES,
        coming=coming_visits(elder),
    )


def consent_of(elder: Elder, consent_id: int) -> Consent:
    for consent in people_queries.list_consents(elder.person):
        if consent.id == consent_id:
            return consent
    raise NotFound


# --- health ----------------------------------------------------------------------------------


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/health", methods=["GET", "POST"])
def show_health(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Why does one look? Then health and diet, once that look is written down.

    Whoever is signed in and gives a reason leaves a line, refused or not.
    """
    me = identity.signed_in_person()
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
        health.write(elder, form.health(), by=me)
        return back_to(elder, _("Saved."))
    known = health.read(elder, by=me, reason=reason, allowed=is_allowed)
    if form is not None and known is not None and request.method == "GET":
        form.show(known)
    return render_template(
        "elders/show_health.html", elder=elder, reason=reason, known=known, form=form
    )


def reason_to_look() -> Reason | None:
    reason = chosen(Reason, request.args.get("reason", ""), Reason.EXPORT)
    return reason if reason in REASONS_TO_LOOK else None


@blueprint.get("/teams/<int:team_id>/readings")
def show_readings(team_id: int) -> ResponseReturnValue:
    """Who looked at health and diet, at whose, and why; month by month."""
    _me, team = coordinated_team(team_id)
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


def month_in_address(usual: date) -> date:
    """The first day of the month in the address; the usual one for anything else."""
    try:
        month = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return usual
    return month if date(2000, 1, 1) <= month <= usual else usual


# --- taking in a list ------------------------------------------------------------------------


# --- visits ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """Who reads a visit's page: themselves or for whom they act, and what that lets them see.

    `runs`: as a coordinator, in their own name; a companion has no coordinator's powers.
    """

    me: Person
    whom: Person
    runs: bool
    sees_whom: bool
    goes: bool


def open_visit(visit_id: int) -> tuple[Reader, Visit]:
    """The visit of this page, for who goes and for the coordinators. Raises NotFound."""
    me = identity.signed_in_person()
    whom = identity.acted_for()
    visit = queries.get_visit(visit_id)
    runs = policy.can_look_after(identity.in_own_name(), visit.elder)
    goes = policy.goes(whom, visit)
    authorize(runs or goes)
    g.team = visit.team
    g.back_url = page_of_elder(visit.elder) if runs else None
    sees_whom = runs or (goes and visit.is_near(clock.now()))
    return Reader(me, whom, runs, sees_whom, goes), visit


def inner_page(visit: Visit) -> None:
    """The way back leads to the visit."""
    g.back_url = page_of_visit(visit)


def page_of_visit(visit: Visit) -> str:
    return url_for("elders.show_visit", visit_id=visit.id)


def told(visit: Visit, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(page_of_visit(visit))


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/visits/new", methods=["GET", "POST"])
def plan_visit(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_active)
    team = elder.team
    members = [row.person for row in team_queries.list_active(team)]
    paired = {found.person_id for found in elder.paired}
    form = PlanForm()
    form.day.zone_name = team.zone
    form.offer([person for person in members if person.id != elder.person_id], paired)
    if request.method == "GET":
        form.people.data = [person.id for person in members if person.id in paired][:2]
        form.channel.data = elder.visit_channel.value
    if form.validate_on_submit():
        by_number = {person.id: person for person in members}
        visits.plan(
            elder,
            [by_number[number] for number in form.people.data or []],
            form.chosen,
            by=me,
            channel=VisitChannel(form.channel.data),
            alone_reason=form.alone_reason.data or "",
        )
        return back_to(elder, _("The visit is planned. Who goes is told, without any name."))
    return render_template("elders/plan_visit.html", elder=elder, form=form)


@blueprint.post("/teams/<int:team_id>/elders/<int:elder_id>/visits")
def begin_now(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Phoned or met them just now: what was seen is recorded next."""
    me, elder = coordinated_elder(team_id, elder_id)
    channel = chosen(VisitChannel, request.form.get("channel", ""), VisitChannel.PHONE)
    visit = visits.begin_now(elder, channel, by=me)
    return redirect(url_for(".record_visit", visit_id=visit.id))


@blueprint.get("/visits/<int:visit_id>")
def show_visit(visit_id: int) -> ResponseReturnValue:
    """When, with whom; whom one visits only near the day; how it went."""
    reader, visit = open_visit(visit_id)
    note = short_health_note(reader, visit)
    asked = {person.id for person in visit.going} | {visit.elder.person_id}
    others: Sequence[Membership] = []
    if reader.runs and visit.is_planned:
        others = team_queries.list_active(visit.team)
    return render_template(
        "elders/show_visit.html",
        visit=visit,
        elder=visit.elder,
        reader=reader,
        today=visit.team.today(clock.now()),
        health_note=note,
        findings=visits.findings_of(visit),
        has_begun=has_begun(visit),
        others=[row.person for row in others if row.person_id not in asked],
    )


def short_health_note(reader: Reader, visit: Visit) -> str:
    """What a visitor must know, near the day and while it is still ahead; a line is written."""
    is_of_use = visit.is_planned or visit.is_open_alarm
    if not (reader.goes and reader.sees_whom and is_of_use and health.is_agreed(visit.elder)):
        return ""
    return health.read_for_visit(visit.elder, by=reader.me, allowed=True)


def has_begun(visit: Visit) -> bool:
    return visit.starts_at - visits.EARLY <= clock.now()


@blueprint.route("/visits/<int:visit_id>/change", methods=["GET", "POST"])
def move_visit(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(reader.runs and visit.is_planned)
    inner_page(visit)
    form = VisitTimeForm()
    form.day.zone_name = visit.team.zone
    if request.method == "GET":
        form.show(visit)
    if form.validate_on_submit():
        visits.move(visit, form.chosen, by=reader.me)
        return told(visit, _("Changed. Who goes is told."))
    return render_template("elders/move_visit.html", visit=visit, form=form)


@blueprint.route("/visits/<int:visit_id>/cancellation", methods=["GET", "POST"])
def cancel_visit(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(reader.runs and visit.is_planned)
    inner_page(visit)
    if request.method == "POST":
        visits.cancel(visit, by=reader.me)
        return told(visit, _("Cancelled. Who would have gone is told."))
    return render_template("elders/cancel_visit.html", visit=visit)


@blueprint.post("/visits/<int:visit_id>/visitors")
def add_visitor(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(reader.runs)
    person = people_queries.get_person(request.form.get("person", 0, type=int))
    authorize(team_policy.is_member(person, visit.team))
    visits.join(visit, person, by=reader.me)
    return told(visit, _("%(name)s goes too, and is told.", name=person.name))


@blueprint.route(
    "/visits/<int:visit_id>/visitors/<int:person_id>/withdrawal", methods=["GET", "POST"]
)
def give_back(visit_id: int, person_id: int) -> ResponseReturnValue:
    """I can't come; or a coordinator says so for somebody."""
    reader, visit = open_visit(visit_id)
    person = people_queries.get_person(person_id)
    authorize((reader.runs or person.id == reader.whom.id) and visit.has(person))
    inner_page(visit)
    is_own = person.id == reader.whom.id
    if request.method == "POST":
        visits.withdraw(visit, person, by=reader.me)
        said = _("Thank you for saying so. The coordinator looks for somebody else.")
        if reader.runs:
            return told(visit, said if is_own else _("%(name)s does not go.", name=person.name))
        flash(said, "success")
        return redirect(url_for("home.show_home"))
    return render_template("elders/give_back.html", visit=visit, person=person, is_own=is_own)


@blueprint.route("/visits/<int:visit_id>/record", methods=["GET", "POST"])
def record_visit(visit_id: int) -> ResponseReturnValue:
    """How it went, on one screen."""
    reader, visit = open_visit(visit_id)
    authorize(reader.sees_whom)
    inner_page(visit)
    if not visit.is_planned or not has_begun(visit):
        if visit.is_planned:
            flash(str(VisitNotBegun.message), "info")
        return redirect(page_of_visit(visit))
    form = RecordForm()
    form.next_on.zone_name = visit.team.zone
    is_all_fine = "all_fine" in request.form
    if form.validate_on_submit() and (not is_all_fine or form.take_all_as_fine()):
        try:
            coming = visits.record(visit, form.report(visit), by=reader.me)
        except VisitInThePast as error:
            form.next_on.errors = [str(error)]
        else:
            return after_recording(visit, coming)
    return render_template("elders/record_visit.html", visit=visit, elder=visit.elder, form=form)


def after_recording(visit: Visit, coming: Visit | None) -> ResponseReturnValue:
    if visit.status is Status.NO_ANSWER:
        flash(_("Noted. The coordinators are told at once. Please go on as below."), "success")
        return redirect(url_for(".show_no_answer", visit_id=visit.id))
    if coming is not None:
        return told(visit, _("Saved, and the next visit is planned. Thank you!"))
    return told(visit, _("Saved. Thank you!"))


@blueprint.route("/visits/<int:visit_id>/no-answer", methods=["GET", "POST"])
def show_no_answer(visit_id: int) -> ResponseReturnValue:
    """What to do when nobody answers, minute by minute; a coordinator closes it."""
    reader, visit = open_visit(visit_id)
    authorize(reader.sees_whom)
    inner_page(visit)
    form = SafeForm()
    if request.method == "POST":
        authorize(reader.runs, visible=True)
        if form.validate():
            try:
                no_answer.close(
                    visit,
                    form.words.data or "",
                    spoke_with_them=form.how.data == "spoke",
                    by=reader.me,
                )
            except NotSafeYet as error:
                form.words.errors = [str(error)]
            else:
                return told(visit, _("Closed. It is good to know that they are safe."))
    return render_template(
        "elders/show_no_answer.html", visit=visit, elder=visit.elder, reader=reader, form=form
    )


# --- elders from a file ----------------------------------------------------------------------


@blueprint.route("/teams/<int:team_id>/elders/file", methods=["GET", "POST"])
def add_from_file(team_id: int) -> ResponseReturnValue:
    """Choose a file, say what its columns hold, look it through, then save.

    Nothing is kept here in between: the table goes along in the coordinator's own pages.
    """
    me, team = coordinated_team(team_id)
    if "packed" not in request.form:
        file_form = FileForm()
        found = file_form.validate_on_submit() and file_form.table(importing.COLUMNS)
        if not found:
            return render_template("elders/add_from_file.html", form=file_form, team=team)
        form = ColumnsForm(found, importing.COLUMNS, is_first=True)
        return render_template("elders/name_columns.html", form=form, team=team)
    table = Table.unpack(request.form["packed"])
    form = ColumnsForm(table, importing.COLUMNS, is_first=False)
    if not form.validate() or "again" in request.form:
        return render_template("elders/name_columns.html", form=form, team=team)
    preview = importing.preview(team, table, form.held)
    if "save" in request.form:
        lines = preview.chosen(request.form.getlist("line"))
        try:
            done = importing.add_all(team, lines, by=me, form_key=request.form.get("form_key"))
        except NothingToAdd as error:
            flash(str(error), "error")
        else:
            flash(_("%(count)d elders are on the list now.", count=len(done.made)), "success")
            return redirect(url_for("teams.show_imports", team_id=team.id))
    return render_template(
        "elders/preview_file.html",
        form=form,
        team=team,
        preview=preview,
        form_key=sheets.new_form_key(),
    )


@blueprint.get("/teams/<int:team_id>/elders/form-sheet")
def download_form_sheet(team_id: int) -> ResponseReturnValue:
    """An empty table with our headings, to be filled in; nobody stands in it."""
    coordinated_team(team_id)
    return send_file(
        BytesIO(sheets.empty_sheet(importing.COLUMNS)),
        mimetype="text/csv",
        as_attachment=True,
        download_name=_("elders") + ".csv",
    )


@blueprint.route(
    "/teams/<int:team_id>/elders/imports/<int:elder_import_id>/undo", methods=["GET", "POST"]
)
def undo_import(team_id: int, elder_import_id: int) -> ResponseReturnValue:
    """What taking a list of elders back would do, and doing it."""
    me, team = coordinated_team(team_id)
    done = team_queries.get_import(team.id, elder_import_id, ImportKind.ELDERS)
    g.back_url = url_for("teams.show_imports", team_id=team.id)
    if request.method != "POST":
        imports.check_open(done)
        found = importing.foresee(done)
        return render_template("elders/undo_import.html", team=team, done=done, found=found)
    found = importing.take_back(done, by=me)
    flash(_("%(count)d elders were taken off the list again.", count=len(found.going)), "success")
    if found.staying:
        names = saying.listed(elder.preferred_name for elder in found.staying)
        flash(
            _("These stay, because something has been done since: %(names)s.", names=names), "info"
        )
    return redirect(url_for("teams.show_imports", team_id=team.id))
