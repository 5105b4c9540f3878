"""Visits: planned, opened, changed, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import DomainError
from volunteer.core.language import gettext as _
from volunteer.core.web import too_late
from volunteer.elders import (
    health,
    policy,
    queries,
    record_keys,
    recording,
    safe_exit,
    visits,
    wording,
)
from volunteer.elders.errors import (
    GrownUpNeeded,
    GuardianMustAgree,
    NotVisitedNow,
    TooYoungToVisit,
    VisitInThePast,
    VisitIsOver,
    VisitNotBegun,
)
from volunteer.elders.forms.visits import PaperForm, PlanForm, RecordForm, VisitTimeForm
from volunteer.elders.models import Visit, VisitChannel, VisitPart
from volunteer.elders.models import VisitStatus as Status
from volunteer.elders.views.door import back_to, blueprint, chosen, coordinated_elder, page_of_elder
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership


@dataclass(frozen=True)
class Reader:
    """Who reads a visit's page: themselves or for whom they act, and what that lets them see.

    `own` is who reads in their own name, None for a companion, who has no coordinator's powers;
    `runs`: as a coordinator.
    """

    me: Person
    own: Person | None
    whom: Person
    runs: bool
    sees_whom: bool
    goes: bool


def open_visit(visit_id: int) -> tuple[Reader, Visit]:
    """The visit of this page, for who goes and for the coordinators. Raises NotFound."""
    me, own = identity.signed_in_person(), identity.in_own_name()
    whom = identity.acted_for()
    visit = queries.get_visit(visit_id)
    authorize(policy.can_see_visit(own, visit, whom=whom))
    reader = Reader(
        me,
        own,
        whom,
        runs=policy.can_look_after(own, visit.elder),
        sees_whom=policy.can_see_whom(own, visit, clock.now(), whom=whom),
        goes=policy.goes(whom, visit),
    )
    g.team = visit.team
    g.back_url = page_of_elder(visit.elder) if reader.runs else None
    return reader, visit


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
    """To come; or with ?paper=1 one that has been, whose paper is typed in."""
    me, elder = coordinated_elder(team_id, elder_id)
    if not elder.is_active:
        return too_late(NotVisitedNow, page_of_elder(elder))
    team = elder.team
    rows = team_queries.list_active_on(team, team.today(clock.now()))
    members = [row.person for row, _until in rows]
    paired = {found.person_id for found in elder.paired}
    is_over = "paper" in request.args
    form = PaperForm() if is_over else PlanForm()
    form.day.zone_name = team.zone
    away = {row.person_id: until for row, until in rows if until}
    form.offer([person for person in members if person.id != elder.person_id], paired, away)
    if request.method == "GET":
        here = [person.id for person in members if person.id in paired and person.id not in away]
        # Of who was there nobody is guessed: their hours follow from it.
        form.people.data = [] if is_over else here[:2]
        form.channel.data = elder.visit_channel.value
        # A link may name the day, such as that of a festival.
        form.day.data = request.args.get("day")
    if form.validate_on_submit():
        by_number = {person.id: person for person in members}
        try:
            visit = visits.plan(
                elder,
                [by_number[number] for number in form.people.data or []],
                form.chosen,
                by=me,
                channel=VisitChannel(form.channel.data),
                alone_reason=form.alone_reason.data or "",
                minutes=int(form.minutes.data),
                is_over=is_over,
            )
        except (GrownUpNeeded, GuardianMustAgree, TooYoungToVisit) as error:
            form.people.errors = [str(error)]
        else:
            if is_over:
                return to_its_record(visit)
            said = _("The visit is planned. Those who go are told, without any name.")
            return back_to(elder, said)
    return render_template("elders/plan_visit.html", elder=elder, form=form, is_over=is_over)


def to_its_record(visit: Visit) -> ResponseReturnValue:
    """What the paper says of how it went is typed in next, unless somebody has."""
    if visit.is_planned:
        return redirect(url_for(".record_visit", visit_id=visit.id))
    flash(_("This visit is written down already."), "info")
    return redirect(page_of_visit(visit))


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
    new = {part.person_id: part for part in visits.newcomers(visit)} if visit.is_planned else {}
    others: Sequence[tuple[Membership, date | None]] = []
    if reader.runs and visit.is_planned:
        others = team_queries.list_active_on(visit.team, visit.wall_starts.date())
    return render_template(
        "elders/show_visit.html",
        visit=visit,
        elder=visit.elder,
        reader=reader,
        today=visit.team.today(clock.now()),
        health_note=note,
        findings=recording.findings_of(visit),
        has_begun=has_begun(visit),
        newcomers=new,
        tells_contacts=consents.has(visit.elder.person, ConsentScope.CONTACTS),
        to_read=reader.goes and reader.sees_whom and is_unread(new.get(reader.whom.id)),
        others=[row.person for row, _until in others if row.person_id not in asked],
        away={row.person_id: until for row, until in others if until},
    )


def is_unread(part: VisitPart | None) -> bool:
    """Somebody goes to this home for the first time, and has not read what to beware of."""
    return part is not None and part.read_at is None


@blueprint.post("/visits/<int:visit_id>/reading")
def read_notes(visit_id: int) -> ResponseReturnValue:
    """Before the first visit: I have read what to beware of."""
    reader, visit = open_visit(visit_id)
    authorize(reader.goes and reader.sees_whom)
    visits.read_notes(visit, reader.whom, by=reader.me)
    return told(visit, _("Thank you for reading it."))


@blueprint.post("/visits/<int:visit_id>/arrival")
def arrive(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(policy.can_record(reader.own, visit, clock.now(), whom=reader.whom))
    safe_exit.arrive(visit, by=reader.me)
    return told(visit, _("Noted. When you leave, one button says that you are safely out."))


@blueprint.post("/visits/<int:visit_id>/safe-exit")
def leave_safely(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(policy.can_record(reader.own, visit, clock.now(), whom=reader.whom))
    safe_exit.leave(visit, by=reader.me)
    return told(visit, _("Good. Please write down how it went when you have time."))


def short_health_note(reader: Reader, visit: Visit) -> str:
    """What a visitor must know, near the day and while it is still ahead; a line is written."""
    is_of_use = visit.is_planned or visit.is_open_alarm
    if not (reader.goes and reader.sees_whom and is_of_use and health.is_agreed(visit.elder)):
        return ""
    return health.read_for_visit(visit.elder, by=reader.me, allowed=True)


def has_begun(visit: Visit) -> bool:
    return visit.starts_at - recording.EARLY <= clock.now()


@blueprint.route("/visits/<int:visit_id>/change", methods=["GET", "POST"])
def move_visit(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(reader.runs)
    if not visit.is_planned:
        return too_late(VisitIsOver, page_of_visit(visit))
    inner_page(visit)
    form = VisitTimeForm()
    form.day.zone_name = visit.team.zone
    if request.method == "GET":
        form.show(visit)
    if form.validate_on_submit():
        visits.move(visit, form.chosen, by=reader.me, seen=form.seen.data)
        return told(visit, _("Changed. Those who go are told."))
    form.remember(visit.wall_starts, lambda: form.show(visit))
    return render_template("elders/move_visit.html", visit=visit, form=form)


@blueprint.route("/visits/<int:visit_id>/cancellation", methods=["GET", "POST"])
def cancel_visit(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(reader.runs)
    if not visit.is_planned:
        return too_late(VisitIsOver, page_of_visit(visit))
    inner_page(visit)
    if request.method == "POST":
        visits.cancel(visit, by=reader.me)
        is_to_come = visit.starts_at > clock.now()
        said = (
            _("Cancelled. Those who would have gone are told.") if is_to_come else _("Cancelled.")
        )
        return told(visit, said)
    return render_template("elders/cancel_visit.html", visit=visit)


@blueprint.post("/visits/<int:visit_id>/visitors")
def add_visitor(visit_id: int) -> ResponseReturnValue:
    reader, visit = open_visit(visit_id)
    authorize(reader.runs)
    person = people_queries.get_chosen(request.form.get("person", type=int))
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
    authorize(policy.can_give_back(reader.own, visit, person, whom=reader.whom))
    inner_page(visit)
    is_own = person.id == reader.whom.id
    if request.method == "POST":
        visits.withdraw(visit, person, by=reader.me)
        is_to_come = visit.starts_at > clock.now()
        said = (
            _("Thank you for saying so. The coordinator looks for somebody else.")
            if is_to_come
            else _("Thank you for saying so. The visit has begun: please call whoever still goes.")
        )
        if reader.runs:
            return told(visit, said if is_own else _("%(name)s does not go.", name=person.name))
        flash(said, "success")
        return redirect(url_for("home.show_home"))
    return render_template("elders/give_back.html", visit=visit, person=person, is_own=is_own)


@blueprint.route("/visits/<int:visit_id>/record", methods=["GET", "POST"])
def record_visit(visit_id: int) -> ResponseReturnValue:
    """How it went, on one screen."""
    reader, visit = open_visit(visit_id)
    authorize(policy.can_record(reader.own, visit, clock.now(), whom=reader.whom))
    inner_page(visit)
    key = given_key(reader, visit)
    if key and visit.record_key == key:
        return redirect(page_of_visit(visit))
    if not visit.is_planned or not has_begun(visit):
        if visit.is_planned:
            flash(str(VisitNotBegun.message), "info")
        return redirect(page_of_visit(visit))
    form = record_form(visit)
    if is_filled_in(form):
        try:
            coming = recording.record(visit, form.report(visit), by=reader.me, key=key)
        except VisitInThePast as error:
            form.next_on.errors = [str(error)]
        else:
            return redirect(after_recording(visit, coming))
    return render_template(
        "elders/record_visit.html",
        visit=visit,
        elder=visit.elder,
        form=form,
        key=key or record_keys.new(visit, reader.me),
        # Pressed by mistake on the elder's page, it would stay there as planned.
        may_be_a_slip=reader.runs and visit.channel is not VisitChannel.HOME,
    )


@blueprint.post("/visits/<int:visit_id>/records")
def send_record(visit_id: int) -> ResponseReturnValue:
    """The same, sent by the script of the page, perhaps days later, when there is network again.

    Its key shows that this person had opened the page in time. Answers in JSON and names nobody.
    """
    reader, visit = open_visit(visit_id)
    key = given_key(reader, visit)
    authorize(bool(key))
    form = record_form(visit)
    if not is_filled_in(form):
        # No mistake: the page is sent as usual then, and says what to mend.
        return jsonify(mend=_("Something is missing. Please look at the page again."))
    try:
        coming = recording.record(visit, form.report(visit), by=reader.me, key=key)
    except VisitInThePast as error:
        return jsonify(mend=str(error))
    except DomainError as error:
        return jsonify(problem=str(error)), error.status
    return jsonify(saved=True, next=after_recording(visit, coming))


def given_key(reader: Reader, visit: Visit) -> str:
    """The key of the page that was sent; empty without a good one."""
    key = request.form.get("key", "")
    return key if record_keys.is_good(key, visit, reader.me) else ""


def record_form(visit: Visit) -> RecordForm:
    form = RecordForm()
    form.next_on.zone_name = visit.team.zone
    if visit.channel is VisitChannel.PHONE:
        form.ask_about_call()
    return form


def is_filled_in(form: RecordForm) -> bool:
    """By its own buttons, or by the one for a visit at which all was well."""
    return bool(form.validate_on_submit()) and (not form.is_all_fine or form.take_all_as_fine())


def after_recording(visit: Visit, coming: Visit | None) -> str:
    """Say that it is saved, and lead on."""
    if visit.status is Status.NO_ANSWER and visit.is_open_alarm:
        flash(_("Noted. The coordinators are told at once. Please go on as below."), "success")
        return url_for(".show_no_answer", no_answer_id=visit.no_answer_id)
    if coming is not None:
        flash(_("Saved, and the next visit is planned. Thank you!"), "success")
    else:
        flash(_("Saved. Thank you!"), "success")
    elder = visit.elder
    if elder.is_to_be_met and not visit.is_in_person:
        said = _("A call is not enough now: somebody is to go to see them by %(when)s.",
                 when=wording.by_when(elder))  # fmt: skip
        flash(said, "info")
    return page_of_visit(visit)
