"""Teams and members: starting, joining, the list of members, pasting a list."""

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from volunteer.accounts import code_cards, identity, signing_in
from volunteer.accounts.errors import TooManyTries
from volunteer.audit import queries as audit_queries
from volunteer.core import chinese, clock, saying, sheets
from volunteer.core.access import authorize, public
from volunteer.core.addresses import same_site_referrer
from volunteer.core.errors import DomainError
from volunteer.core.forms import ColumnsForm, FileForm
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.pages import page_of
from volunteer.core.sheets import Table
from volunteer.core.web_address import Site
from volunteer.people import companions, profile
from volunteer.people import queries as people_queries
from volunteer.people.errors import LetterIsPaper, WitnessIsCompanion, WitnessNeeded
from volunteer.people.models import CompanionProof, Person
from volunteer.teams import (
    founding,
    handover,
    importing,
    imports,
    membership,
    pictures,
    policy,
    queries,
    roster,
)
from volunteer.teams.errors import (
    AlreadyOffered,
    NeedsPassword,
    NobodyOfThisName,
    NothingToAdd,
)
from volunteer.teams.forms import (
    CompanionForm,
    HandoverForm,
    JoinForm,
    MemberForm,
    NewTeamForm,
    NoteForm,
    PasteForm,
    ReminderForm,
    TeamForm,
    people_to_choose,
)
from volunteer.teams.models import ImportKind, Membership, Team
from volunteer.teams.roster import Line, Preview

blueprint = Blueprint("teams", __name__)


def open_team(team_id: int) -> Team:
    """The team of this page; the frame around it speaks of the same one."""
    team = queries.get_team(team_id)
    g.team = team
    g.back_url = url_for("teams.show_team", team_id=team.id)
    return team


def coordinated_team(team_id: int) -> tuple[Person, Team]:
    """Who is asking and their team, or NotFound for everybody but its coordinators."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    authorize(policy.can_coordinate(me, team))
    return me, team


@blueprint.get("/teams")
@public
def show_teams() -> ResponseReturnValue:
    teams = queries.list_teams()
    return render_template(
        "teams/show_teams.html", teams=teams, members=queries.count_members(teams)
    )


@blueprint.route("/teams/new", methods=["GET", "POST"])
def start_team() -> ResponseReturnValue:
    me = identity.signed_in_person()
    authorize(True)  # every neighbour may start a team
    if not signing_in.has_password(me):
        flash(str(NeedsPassword.message), "info")
        return redirect(url_for("accounts.choose_password", next=url_for(".start_team")))
    form = NewTeamForm()
    if form.validate_on_submit():
        team = founding.start(form.details(), form.steps(), by=me)
        flash(_("The team has started. Now add its members."), "success")
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
        handover=queries.find_handover(team) if is_in and not identity.find_acting() else None,
    )


@blueprint.route("/teams/<int:team_id>/settings", methods=["GET", "POST"])
def change_team(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    form = TeamForm()
    if form.validate_on_submit():
        founding.change(team, form.details(), by=me)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_team", team_id=team.id))
    if request.method == "GET":
        form.show(team)
    return render_template("teams/change_team.html", form=form, team=team)


@blueprint.route("/teams/<int:team_id>/reminder", methods=["GET", "POST"])
def set_reminder(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    form = ReminderForm()
    if form.validate_on_submit():
        weekday, at = form.chosen
        founding.set_reminder(team, weekday=weekday, at=at, by=me)
        flash(_("Saved. The next message goes out on the day you see below."), "success")
        return redirect(url_for("reminders.show_messages", team_id=team.id))
    if request.method == "GET":
        form.show(team)
    return render_template("teams/set_reminder.html", form=form, team=team)


# --- the open link ---------------------------------------------------------------------------


@blueprint.route("/join/<code>", methods=["GET", "POST"])
@public
def join(code: str) -> ResponseReturnValue:
    """The open link: whoever has it may ask; a coordinator answers."""
    team = queries.find_team_by_join_code(chinese.narrow(code))
    g.team = team
    whom = identity.find_acted_for()
    form = JoinForm()
    if whom is not None:
        own = queries.find_membership(team, whom)
        return render_template("teams/join_signed_in.html", team=team, own=own, code=code)
    if form.validate_on_submit():
        identity.remember(membership.apply_as_newcomer(team, form.details()))
        flash(_("Thank you. The coordinator will answer you."), "success")
        return redirect(url_for("home.show_home"))
    return render_template("teams/join.html", form=form, team=team, code=code)


@blueprint.post("/join/<code>/application")
def apply(code: str) -> ResponseReturnValue:
    """Somebody who is signed in already asks to join, or for whom somebody acts."""
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    team = queries.find_team_by_join_code(chinese.narrow(code))
    authorize(True)  # holding the open link is the permission to ask
    membership.apply(team, whom, by=me)
    flash(_("Thank you. The coordinator will answer you."), "success")
    return redirect(url_for("home.show_home"))


@blueprint.post("/teams/<int:team_id>/join-link")
def renew_join_link(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    founding.renew_join_link(team, by=me)
    flash(_("The team has a new link. The old one leads nowhere any more."), "success")
    return redirect(url_for(".show_members", team_id=team.id))


# --- members ---------------------------------------------------------------------------------


@blueprint.get("/teams/<int:team_id>/members")
def show_members(team_id: int) -> ResponseReturnValue:
    _me, team = coordinated_team(team_id)
    words = request.args.get("q", "")
    page = page_of(queries.search_members(team, words), request.args.get("page", 1, type=int), 100)
    join_url = Site(current_app.config["BASE_URL"]).address(url_for(".join", code=team.join_code))
    return render_template(
        "teams/show_members.html",
        team=team,
        words=words,
        page=page,
        applications=queries.list_applications(team),
        same_names=queries.list_repeated_names(team),
        join_url=join_url,
        join_picture=pictures.qr(join_url),
    )


@blueprint.route("/teams/<int:team_id>/members/paste", methods=["GET", "POST"])
def paste_members(team_id: int) -> ResponseReturnValue:
    """Paste a list, look at what was understood, then save: nothing is saved before the look."""
    me, team = coordinated_team(team_id)
    form = PasteForm()
    if not form.validate_on_submit() or "again" in request.form:
        return render_template("teams/paste_members.html", form=form, team=team)
    try:
        preview = roster.preview(team, form.text.data or "")
    except DomainError as error:
        form.text.errors = [str(error)]
        return render_template("teams/paste_members.html", form=form, team=team)
    if "save" not in request.form:
        return render_template(
            "teams/preview_members.html",
            form=form,
            team=team,
            preview=preview,
            form_key=sheets.new_form_key(),
        )
    save_chosen(team, preview, me)
    return redirect(url_for(".show_members", team_id=team.id))


def save_chosen(team: Team, preview: Preview[Line], me: Person) -> None:
    """Take in whom the coordinator has left ticked, and say how many they are."""
    chosen = preview.chosen(request.form.getlist("line"))
    done = roster.add_all(team, chosen, by=me, form_key=request.form.get("form_key"))
    flash(_("%(count)d people are in the team now.", count=len(done.made)), "success")


@blueprint.route("/teams/<int:team_id>/members/file", methods=["GET", "POST"])
def add_from_file(team_id: int) -> ResponseReturnValue:
    """Choose a file, say what its columns hold, look it through, then save.

    Nothing is kept here in between: the table goes along in the coordinator's own pages.
    """
    me, team = coordinated_team(team_id)
    g.back_url = url_for(".show_members", team_id=team.id)
    if "packed" not in request.form:
        file_form = FileForm()
        found = file_form.validate_on_submit() and file_form.table(importing.COLUMNS)
        if not found:
            return render_template("teams/add_from_file.html", form=file_form, team=team)
        form = ColumnsForm(found, importing.COLUMNS, is_first=True)
        return render_template("teams/name_columns.html", form=form, team=team)
    table = Table.unpack(request.form["packed"])
    form = ColumnsForm(table, importing.COLUMNS, is_first=False)
    if not form.validate() or "again" in request.form:
        return render_template("teams/name_columns.html", form=form, team=team)
    preview = importing.preview(team, table, form.held)
    if "save" in request.form:
        try:
            save_chosen(team, preview, me)
        except NothingToAdd as error:
            flash(str(error), "error")
        else:
            return redirect(url_for(".show_imports", team_id=team.id))
    return render_template(
        "teams/preview_file.html",
        form=form,
        team=team,
        preview=preview,
        form_key=sheets.new_form_key(),
    )


@blueprint.get("/teams/<int:team_id>/members/form-sheet")
def download_form_sheet(team_id: int) -> ResponseReturnValue:
    """An empty table with our headings, to be filled in; nobody stands in it."""
    coordinated_team(team_id)
    return send_file(
        BytesIO(sheets.empty_sheet(importing.COLUMNS)),
        mimetype="text/csv",
        as_attachment=True,
        download_name=_("members") + ".csv",
    )


@blueprint.get("/teams/<int:team_id>/imports")
def show_imports(team_id: int) -> ResponseReturnValue:
    """The lists that were added, and which of them can be taken back."""
    _me, team = coordinated_team(team_id)
    g.back_url = url_for(".show_members", team_id=team.id)
    page = page_of(queries.imports_of(team), request.args.get("page", 1, type=int))
    return render_template("teams/show_imports.html", team=team, page=page)


@blueprint.route("/teams/<int:team_id>/imports/<int:import_id>/undo", methods=["GET", "POST"])
def undo_import(team_id: int, import_id: int) -> ResponseReturnValue:
    """What taking a list of members back would do, and doing it."""
    me, team = coordinated_team(team_id)
    done = queries.get_import(team.id, import_id, ImportKind.MEMBERS)
    g.back_url = url_for(".show_imports", team_id=team.id)
    if request.method != "POST":
        imports.check_open(done)
        found = importing.foresee(done)
        return render_template("teams/undo_import.html", team=team, done=done, found=found)
    found = importing.take_back(done, by=me)
    flash(_("%(count)d people were taken out again.", count=len(found.going)), "success")
    if found.staying:
        names = saying.listed(row.person.name for row in found.staying)
        flash(
            _("These stay, because something has been done since: %(names)s.", names=names), "info"
        )
    return redirect(url_for(".show_imports", team_id=team.id))


@blueprint.route("/teams/<int:team_id>/members/<int:membership_id>", methods=["GET", "POST"])
def show_member(team_id: int, membership_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    g.back_url = url_for(".show_members", team_id=team.id)
    has_own_account = signing_in.has_password(member.person)
    can_change = policy.can_change_details(me, member, has_own_account=has_own_account)
    form, note_form = MemberForm(prefix="person"), NoteForm(prefix="note")
    if "details" in request.form and can_change and form.validate_on_submit():
        profile.change(member.person, form.details(member.person), by=me, team=team)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_member", team_id=team.id, membership_id=member.id))
    if "remark" in request.form and note_form.validate_on_submit():
        membership.change_note(member, note_form.note.data or "", by=me)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_member", team_id=team.id, membership_id=member.id))
    if request.method == "GET" or "remark" in request.form:
        form.show(member.person)
    if "remark" not in request.form:
        note_form.process(data={"note": member.note})
    return render_template(
        "teams/show_member.html",
        team=team,
        member=member,
        form=form,
        note_form=note_form,
        can_change=can_change,
        card=code_cards.find_open(member.person),
        has_own_account=has_own_account,
        companions=companions.going(member.person),
    )


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/link")
def make_link(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A personal link for a member, shown once, to hand over on paper or in a chat."""
    me, team = coordinated_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    authorize(member.is_in_team)
    g.back_url = url_for(".show_member", team_id=team.id, membership_id=member.id)
    token = signing_in.make_link(member.person, by=me, team=team)
    address = Site(current_app.config["BASE_URL"]).address(
        url_for("accounts.show_link", token=token)
    )
    return render_template(
        "teams/make_link.html",
        team=team,
        member=member,
        address=address,
        picture=pictures.qr(address),
        lasts=signing_in.HANDED_LINK_LASTS.days,
    )


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/companions/new", methods=["GET", "POST"]
)
def name_companion(team_id: int, membership_id: int) -> ResponseReturnValue:
    """Who may act for this member: chosen from the team, or by name and phone from elsewhere."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    authorize(policy.can_name_companion(me, member))
    here = url_for(".show_member", team_id=team.id, membership_id=member.id)
    g.back_url = here
    form = CompanionForm()
    form.offer([m.person for m in queries.list_active(team) if m.person_id != member.person_id])
    if form.validate_on_submit() and (companion := chosen_companion(form, me)):
        try:
            companions.begin(
                companion,
                member.person,
                proof=CompanionProof(form.proof.data),
                consent=form.consent(),
                has_own_account=signing_in.has_password(member.person),
                by=me,
                team=team,
            )
        except (WitnessNeeded, WitnessIsCompanion) as error:
            form.witness.errors = [str(error)]
        except LetterIsPaper as error:
            form.way.errors = [str(error)]
        else:
            values = {"companion": companion.name, "name": member.person.name}
            flash(_("%(companion)s may act for %(name)s now.", **values), "success")
            return redirect(here)
    return render_template("teams/name_companion.html", form=form, team=team, member=member)


def chosen_companion(form: CompanionForm, me: Person) -> Person | None:
    """Somebody of the list, or the one person with this name and phone; else it says so."""
    if form.companion.data:
        return people_queries.get_person(int(form.companion.data))
    if not (form.name.data and form.phone.data):
        form.companion.errors = [_("Please choose somebody, or write a name and a phone below.")]
        return None
    try:
        return membership.find_elsewhere(form.name.data, form.phone.data, by=me)
    except (NobodyOfThisName, TooManyTries) as error:
        form.phone.errors = [str(error)]
        return None


@blueprint.post("/companions/<int:companion_id>/end")
def end_companionship(companion_id: int) -> ResponseReturnValue:
    """One press, by the member, the companion, or a coordinator of the member's team."""
    me = identity.signed_in_person()
    companionship = people_queries.get_companionship(companion_id)
    authorize(policy.can_end_companionship(me, companionship))
    companions.end(companionship, by=me)
    values = {"companion": companionship.companion.name, "name": companionship.person.name}
    flash(_("%(companion)s does not act for %(name)s any more.", **values), "success")
    return redirect(same_site_referrer() or url_for("home.show_home"))


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/code-card")
def make_card(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A code card to print, shown this once."""
    me, team = coordinated_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    authorize(member.is_in_team)
    g.back_url = url_for(".show_member", team_id=team.id, membership_id=member.id)
    card = code_cards.make(member.person, by=me, team=team)
    address = Site(current_app.config["BASE_URL"]).address(url_for("accounts.enter_card"))
    return render_template(
        "teams/make_card.html",
        team=team,
        member=member,
        card=card,
        address=address,
        picture=pictures.qr(address),
        until=team.wall(clock.now() + code_cards.LASTS).date(),
    )


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/code-card/end")
def end_card(team_id: int, membership_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    authorize(member.is_in_team)
    code_cards.end(member.person, by=me, team=team)
    flash(_("The card opens nothing any more."), "success")
    return redirect(url_for(".show_member", team_id=team.id, membership_id=member.id))


class Step(NamedTuple):
    """What a button on a member's page does, and what is said afterwards."""

    act: Callable[..., None]
    said: Sentence


# By the last part of its address.
COORDINATORS_STEPS = {
    "approval": Step(membership.approve, __("%(name)s is in the team now.")),
    "rejection": Step(membership.reject, __("%(name)s was told no. They may ask again.")),
    "coordinatorship": Step(membership.make_coordinator, __("%(name)s is a coordinator now.")),
    "membership": Step(membership.make_member, __("%(name)s is a member like the others now.")),
}
EVERYBODYS_STEPS = {
    "pause": Step(membership.pause, __("%(name)s pauses: no messages and no duties for now.")),
    "return": Step(membership.resume, __("Welcome back, %(name)s.")),
    "departure": Step(membership.leave, __("%(name)s has left the team.")),
}


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/<step>")
def take_step(team_id: int, membership_id: int, step: str) -> ResponseReturnValue:
    """Approve, reject, pause, return, leave, make coordinator or member."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    if step in EVERYBODYS_STEPS:
        whom = identity.acted_for()
        authorize(policy.can_change_membership(me, member, whom=whom))
    else:
        authorize(step in COORDINATORS_STEPS and policy.can_coordinate(me, team))
    chosen = {**EVERYBODYS_STEPS, **COORDINATORS_STEPS}[step]
    chosen.act(member, by=me)
    flash(str(chosen.said) % {"name": member.person.name}, "success")
    return redirect(after_step(me, team, member))


def after_step(me: Person, team: Team, member: Membership) -> str:
    """Back to where one was, so that several people can be answered one after the other."""
    if identity.find_acting() or not policy.can_coordinate(me, team):
        return url_for(".show_team", team_id=team.id)
    was_here = url_for(".show_member", team_id=team.id, membership_id=member.id)
    came_from = same_site_referrer() or was_here
    if came_from.startswith(was_here):
        return was_here if member.is_in_team else url_for(".show_members", team_id=team.id)
    return came_from


@blueprint.get("/teams/<int:team_id>/members/<int:membership_id>/<step>")
def confirm_step(team_id: int, membership_id: int, step: str) -> ResponseReturnValue:
    """What leaving or pausing will mean, before it is done."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    whom = identity.acted_for()
    authorize(
        step in {"pause", "departure"} and policy.can_change_membership(me, member, whom=whom)
    )
    return render_template("teams/confirm_step.html", team=team, member=member, step=step)


# --- handing the team over ---------------------------------------------------------------------


@blueprint.route("/teams/<int:team_id>/handover", methods=["GET", "POST"])
def offer_team(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    authorize(policy.can_hand_over(me, team), visible=True)
    own = membership.find(team, me)
    members = {str(m.person_id): m for m in queries.list_active(team) if not m.is_coordinator}
    form = HandoverForm(taker=request.args.get("to"))
    form.taker.choices = people_to_choose([m.person for m in members.values()])
    if own is not None and form.validate_on_submit():
        taker = members[form.taker.data]
        try:
            handover.offer(own, taker)
        except AlreadyOffered as error:
            form.taker.errors = [str(error)]
        else:
            flash(_("%(name)s has been asked. You stay coordinator until they say yes.",
                    name=taker.person.name), "success")  # fmt: skip
            return redirect(url_for(".show_team", team_id=team.id))
    return render_template("teams/offer_team.html", form=form, team=team, members=members)


@blueprint.post("/teams/<int:team_id>/handover/acceptance")
def accept_team(team_id: int) -> ResponseReturnValue:
    """Who has no password yet chooses one first: a link alone is no key to a team."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    offered = queries.get_handover(team)
    authorize(policy.can_answer_handover(me, offered))
    here = url_for(".show_team", team_id=team.id)
    try:
        handover.accept(offered)
    except NeedsPassword as error:
        flash(str(error), "info")
        return redirect(url_for("accounts.choose_password", next=here))
    flash(_("You coordinate %(team)s now. Thank you.", team=team.name), "success")
    return redirect(here)


@blueprint.post("/teams/<int:team_id>/handover/refusal")
def decline_team(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    team = open_team(team_id)
    offered = queries.get_handover(team)
    authorize(policy.can_answer_handover(me, offered))
    handover.decline(offered)
    flash(_("You have said no. Everything stays as it is."), "success")
    return redirect(url_for(".show_team", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/handover/withdrawal")
def take_back_team(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    team = open_team(team_id)
    offered = queries.get_handover(team)
    authorize(policy.can_take_back_handover(me, offered))
    handover.take_back(offered)
    flash(_("You have taken the offer back. You stay coordinator."), "success")
    return redirect(url_for(".show_team", team_id=team.id))


@blueprint.get("/teams/<int:team_id>/history")
def show_history(team_id: int) -> ResponseReturnValue:
    """Who did what in this team, for whom, when."""
    _me, team = coordinated_team(team_id)
    page = page_of(audit_queries.of_team(team.id), request.args.get("page", 1, type=int))
    numbers = {n for entry in page.rows for n in (entry.by_id, entry.person_id) if n}
    people = {person.id: person for person in people_queries.list_people(numbers)}
    return render_template("teams/show_history.html", team=team, page=page, people=people)
