"""Certificates: asking for one, answering, the paper, and whether one is genuine."""

from datetime import timedelta

from flask import (
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import chinese, clock, downloads, qr
from volunteer.core.access import authorize, public
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.core.seen import mark_of
from volunteer.core.web_address import Site
from volunteer.hours import (
    certificates,
    exporting,
    numbers,
    policy,
    publicity,
    queries,
    records,
    wording,
)
from volunteer.hours.errors import NothingToCertify
from volunteer.hours.forms import (
    AnswerForm,
    AskForm,
    CheckForm,
    IssueForm,
    RefuseForm,
    RevokeForm,
    SpanForm,
)
from volunteer.hours.models import ServiceCertificate
from volunteer.hours.records import Line
from volunteer.hours.views.door import blueprint
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.views.door import coordinated_team

A_WEEK = timedelta(days=7)

# --- asking --------------------------------------------------------------------------------------


@blueprint.get("/my-hours/certificates")
def show_own_certificates() -> ResponseReturnValue:
    """What was certified, and what waits."""
    identity.signed_in_person()
    whom = identity.acted_for()
    g.back_url = url_for("activities.show_my_hours")
    return render_template(
        "hours/show_own_certificates.html",
        found=queries.list_of(whom),
        can_ask=bool(queries.list_teams_served(whom)),
    )


@blueprint.route("/my-hours/certificates/new", methods=["GET", "POST"])
def ask_for_certificate() -> ResponseReturnValue:
    """For which days, of which team; a coordinator issues it."""
    me = identity.signed_in_person()
    whom = identity.acted_for()
    g.back_url = url_for(".show_own_certificates")
    served = queries.list_teams_served(whom)
    form = AskForm()
    form.offer(served)
    if served and form.validate_on_submit():
        certificates.ask(form.chosen_team, whom, form.span(), by=me)
        flash(_("The coordinators are told, and you get an answer."), "success")
        return redirect(url_for(".show_own_certificates"))
    if served and request.method == "GET":
        form.show(min(first for _team, first in served))
    return render_template(
        "hours/ask_for_certificate.html",
        form=form,
        has_hours=bool(served),
        showing=[team for team, _first in served if team.publicity_days],
    )


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/certificates/new", methods=["GET", "POST"]
)
def ask_for_member(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A coordinator writes down that a member would like one, and goes on to issue it."""
    me = identity.signed_in_person()
    member = team_queries.get_membership(team_id, membership_id)
    authorize(policy.can_ask_for(me, member))
    g.team = member.team
    g.back_url = url_for("teams.show_member", team_id=team_id, membership_id=membership_id)
    if found := queries.find_asked(member.team, member.person):
        return redirect(url_for(".show_certificate", certificate_id=found.id))
    served = [one for one in queries.list_teams_served(member.person) if one[0].id == team_id]
    form = AskForm()
    form.offer(served)
    if served and form.validate_on_submit():
        made = certificates.ask(member.team, member.person, form.span(), by=me)
        return redirect(url_for(".show_certificate", certificate_id=made.id))
    if served and request.method == "GET":
        form.show(served[0][1])
    return render_template(
        "hours/ask_for_certificate.html",
        form=form,
        has_hours=bool(served),
        showing=[team for team, _first in served if team.publicity_days],
        member=member,
    )


# --- one certificate -----------------------------------------------------------------------------


@blueprint.route("/certificates/<int:certificate_id>", methods=["GET", "POST"])
def show_certificate(certificate_id: int) -> ResponseReturnValue:
    """How it stands; for who may answer, issuing, refusing, revoking."""
    me, whom, found = seen(certificate_id)
    can_answer = whom.id == me.id and policy.can_answer(me, found)
    issue, refuse, revoke = IssueForm(), RefuseForm(prefix="no"), RevokeForm(prefix="revoke")
    if request.method == "POST":
        authorize(can_answer)
        if words := answer_with(issue, refuse, revoke, found, by=me):
            flash(words, "success")
            return back_to(found)
    elif can_answer:
        issue.process(data=usual_issuer(found, me))
    counts_now = certificates.counts_now(found) if found.is_issued else None
    lines = lines_of(found)
    minutes = found.minutes if found.number else records.sum_of(lines)
    now = clock.now()
    is_public = found.is_public(now)
    has_moved_on = counts_now is not None and counts_now != found.minutes
    return render_template(
        "hours/show_certificate.html",
        found=found,
        lines=lines,
        minutes=minutes,
        counts_now=counts_now,
        has_moved_on=has_moved_on,
        is_looked_over=has_moved_on and queries.is_looked_over(found),
        waiting_dates=queries.list_waiting_dates(found, now=now) if found.is_asked else [],
        waiting_deeds=queries.count_waiting_deeds(found) if found.is_asked else 0,
        alone=queries.list_days_confirmed_alone(found) if found.is_asked and can_answer else [],
        can_answer=can_answer,
        today=found.team.today(now),
        is_public=is_public,
        must_be_shown=publicity.must_be_shown(found, minutes or 0),
        objections=queries.list_objections(found) if can_answer else [],
        answer=AnswerForm(),
        mark_of=mark_of,
        can_take_back=policy.can_take_back(me, found, whom=whom),
        is_own=found.person_id == whom.id,
        issue=issue,
        refuse=refuse,
        revoke=revoke,
    )


def answer_with(
    issue: IssueForm,
    refuse: RefuseForm,
    revoke: RevokeForm,
    found: ServiceCertificate,
    *,
    by: Person,
) -> str | None:
    """Do what the pressed button says, and what to say of it; None when its form says why not."""
    if "issue" in request.form and issue.validate_on_submit():
        certificates.issue(found, issue.issuer(), by=by)
        return _("Issued. Please print it, and have it stamped.")
    if "refuse" in request.form and refuse.validate_on_submit():
        certificates.refuse(found, refuse.reason.data or "", by=by)
        return _("%(name)s will be told why not.", name=found.person.name)
    if "withdraw" in request.form and revoke.validate_on_submit():
        certificates.revoke(found, revoke.reason.data or "", by=by)
        return _("It is not good any more, and %(name)s will be told.", name=found.person.name)
    return None


@blueprint.post("/certificates/<int:certificate_id>/withdrawal")
def take_back(certificate_id: int) -> ResponseReturnValue:
    """None is needed after all."""
    me, whom, found = seen(certificate_id)
    authorize(policy.can_take_back(me, found, whom=whom))
    certificates.take_back(found, by=me)
    flash(_("It is taken back."), "success")
    if found.person_id == whom.id:
        return redirect(url_for(".show_own_certificates"))
    return redirect(url_for(".show_certificates", team_id=found.team_id))


@blueprint.get("/certificates/<int:certificate_id>/sheet")
def show_sheet(certificate_id: int) -> ResponseReturnValue:
    """The paper, to print and to have stamped. Of one that is not good there is none."""
    _me, _whom, found = seen(certificate_id)
    authorize(found.is_issued)
    g.back_url = url_for(".show_certificate", certificate_id=found.id)
    address = url_for(".check_certificate", number=found.number)
    return render_template(
        "hours/show_sheet.html",
        found=found,
        lines=lines_of(found),
        hours=wording.hours_of(found),
        rounded=wording.ROUNDED[found.rounding],
        picture=qr.draw(Site(current_app.config["BASE_URL"]).address(address)),
    )


def seen(certificate_id: int) -> tuple[Person, Person, ServiceCertificate]:
    """Who is asking, for whom, and a certificate that they may see."""
    me = identity.signed_in_person()
    whom = identity.acted_for()
    found = queries.get_certificate(certificate_id)
    authorize(policy.can_see(me, found, whom=whom))
    g.team = found.team
    g.back_url = (
        url_for(".show_own_certificates")
        if found.person_id == whom.id
        else url_for(".show_certificates", team_id=found.team_id)
    )
    return me, whom, found


def lines_of(found: ServiceCertificate) -> list[Line]:
    """What stands on it; until it is issued, what would."""
    if found.number:
        return [Line.read(kept) for kept in found.lines]
    return queries.list_lines(found.team, found.person, certificates.span_of(found))


def usual_issuer(found: ServiceCertificate, me: Person) -> dict[str, str]:
    """As on the last one; the first time, as the law has it for neighbours' teams. The phone of who
    coordinates the team no more stands on no new paper."""
    last = queries.find_last_of_team(found.team)
    coordinators = team_queries.who_coordinates([found.team_id]).get(found.team_id, set())
    contact = last.contact if last and last.answered_by_id in coordinators else found.team.phone
    return {
        "unit": last.unit if last else wording.usual_unit(found.team),
        "in_charge": last.in_charge if last else "",
        "handler": me.name,
        "contact": chinese.phone_words(contact or ""),
    }


def back_to(found: ServiceCertificate) -> ResponseReturnValue:
    return redirect(url_for(".show_certificate", certificate_id=found.id))


# --- for coordinators, and for everybody -------------------------------------------------------


@blueprint.get("/teams/<int:team_id>/certificates")
def show_certificates(team_id: int) -> ResponseReturnValue:
    """Who waits for one, and what was issued."""
    me, team = coordinated_team(team_id, back_to="activities.show_hours")
    return render_template(
        "hours/show_certificates.html",
        team=team,
        waiting=queries.list_to_answer(team.id, me, now=clock.now()),
        shown=queries.list_public(team, now=clock.now()),
        page=page_of(queries.answered_of(team), request.args.get("page", 1, type=int)),
    )


@blueprint.route("/teams/<int:team_id>/hours/table", methods=["GET", "POST"])
def take_table_along(team_id: int) -> ResponseReturnValue:
    """The team's hours as a file, for the national system."""
    me, team = coordinated_team(team_id, back_to="activities.show_hours")
    form = SpanForm()
    form.speak_of(team.zone)
    if form.validate_on_submit():
        try:
            return downloads.table(exporting.take_along(team, form.span(), by=me), _("hours"))
        except NothingToCertify as error:
            form.last_on.errors = [error.message]
    if request.method == "GET":
        # In the first week of a month, the month before is what has to be entered.
        form.show((team.today(clock.now()) - A_WEEK).replace(day=1))
    return render_template("hours/take_table_along.html", form=form, team=team)


@blueprint.post("/teams/<int:team_id>/hours/members")
def take_members_along(team_id: int) -> ResponseReturnValue:
    """Who is in the team, as a second file for the national system."""
    me, team = coordinated_team(team_id)
    return downloads.table(exporting.take_members_along(team, by=me), _("members"))


@blueprint.get("/certificates/check")
@public
def check_certificate() -> ResponseReturnValue:
    """Whether the paper with this number is genuine, and still good."""
    form = CheckForm(formdata=request.args, meta={"csrf": False})
    is_asked = "number" in request.args and form.validate()
    number = numbers.read(form.number.data or "") if is_asked else None
    found = queries.find_by_number(number) if number else None
    return render_template(
        "hours/check_certificate.html",
        form=form,
        is_asked=is_asked,
        found=found,
        holder=wording.masked(found.holder) if found else "",
        hours=wording.hours_of(found) if found else "",
    )
