"""Asking for help and following it; the team's board; what a volunteer is asked."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize, public
from volunteer.core.database import LARGEST_NUMBER
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import TidyForm
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.pages import page_of
from volunteer.elders import queries as elder_queries
from volunteer.elders.models import Elder
from volunteer.help_requests import (
    asking,
    closing,
    danger,
    figures,
    following,
    hints,
    matching,
    policy,
    queries,
    triage,
)
from volunteer.help_requests.errors import (
    TimeIsOver,
    TooManyAsked,
    TooManyTried,
    UnknownNumber,
)
from volunteer.help_requests.forms import (
    AnswerForm,
    AskForm,
    AskVolunteerForm,
    BriefForm,
    DoneForm,
    ElderForm,
    FindForm,
    NoteForm,
    RefusalForm,
    ReopenForm,
    TimeForm,
)
from volunteer.help_requests.models import HelpOffer, HelpRequest, HelpStatus, OfferStatus
from volunteer.network.models import Place
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("help_requests", __name__)

# In the signed cookie: which requests this browser may follow, and until when.
SHOWN = "help_requests"
SHOWN_LASTS = timedelta(minutes=30)
MOST_SHOWN = 5
MOST_FOUND, MOST_OFFERED = 12, 5
LONGEST_NUMBER = len(str(LARGEST_NUMBER))


# --- asking ----------------------------------------------------------------------------------


@blueprint.route("/help-requests/new", methods=["GET", "POST"])
@public
def ask_for_help() -> ResponseReturnValue:
    """The form for everybody; words of danger first lead to whom to call now."""
    me = identity.find_signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int)) if me else None
    communities = queries.list_communities()
    form = AskForm()
    form.offer_communities(communities, chosen_community(communities))
    if request.method == "GET" and whom is not None:
        form.know(whom, next(iter(queries.list_asked_by(whom)), None))
    found = danger.words_in(form.words.data or "") if request.method == "POST" else []
    if request.method == "POST" and "again" not in request.form and form.validate():
        community = next((p for p in communities if p.id == form.community.data), None)
        if community is None:
            raise NotFound
        if found and not form.no_danger.data:
            return render_template("help_requests/look_at_danger.html", form=form, found=found)
        try:
            asking.count_one(form.details().phone, request.remote_addr or "")
        except TooManyAsked as error:
            form.form_errors.append(str(error))
        else:
            return asked(asking.ask(community, form.details(), asker=whom, by=me))
    teams = phones_of(communities, form)
    if len(teams) == 1:
        # The frame offers to call them: calling is just as good.
        g.team = teams[0]
    return render_template(
        "help_requests/ask_for_help.html",
        form=form,
        communities=communities,
        found=[] if form.no_danger.data else found,
        teams=teams,
        team=None,
    )


def chosen_community(communities: Sequence[Place]) -> Place | None:
    """The one that the address names, itself or by a team in it."""
    place_id = request.args.get("place", type=int)
    if team_id := request.args.get("team", type=int):
        teams = queries.community_of_each(team_queries.list_teams())
        place_id = next((place.id for team, place in teams.items() if team.id == team_id), None)
    return next((place for place in communities if place.id == place_id), None)


def phones_of(communities: Sequence[Place], form: AskForm) -> list[Team]:
    """Whom one may call instead: the teams of the chosen community, or of all."""
    chosen = [place for place in communities if place.id == form.community.data] or communities
    numbers = {place.id for place in chosen}
    teams = queries.community_of_each(team_queries.list_teams())
    return [team for team, place in teams.items() if team.phone and place.id in numbers]


def asked(help_request: HelpRequest) -> ResponseReturnValue:
    """On to the page that shows the way; its number is to be written down."""
    flash(_("We have got it. Please write the number on paper."), "success")
    if identity.find_signed_in_person() is not None:
        return redirect(url_for(".show_own", help_request_id=help_request.id))
    show_in_this_browser(help_request)
    return redirect(url_for(".show_help_request", help_request_id=help_request.id))


# --- following without an account --------------------------------------------------------------


def show_in_this_browser(help_request: HelpRequest) -> None:
    """Who has just asked it, or has shown number and phone, may follow it for a while."""
    until = int((clock.now() + SHOWN_LASTS).timestamp())
    others = [entry for entry in shown_here() if entry[0] != help_request.id]
    session[SHOWN] = [*others, (help_request.id, until)][-MOST_SHOWN:]


def shown_here() -> list[tuple[int, int]]:
    now = clock.now().timestamp()
    return [(number, until) for number, until in session.get(SHOWN, []) if until > now]


def find_followed(help_request_id: int) -> HelpRequest | None:
    """The request, for who has shown number and phone here, or asked it while signed in."""
    found = queries.find_row(help_request_id)
    if found is None:
        return None
    may_follow = is_shown_here(found) or policy.can_follow(identity.find_acted_for(), found)
    return found if may_follow else None


def show_number_first() -> ResponseReturnValue:
    """The same for every number, whether there is such a request or not."""
    flash(_("Please show the number and the phone first."), "info")
    return redirect(url_for(".find_help_request"))


def back_to(help_request: HelpRequest) -> ResponseReturnValue:
    page = ".show_help_request" if is_shown_here(help_request) else ".show_own"
    return redirect(url_for(page, help_request_id=help_request.id))


def is_shown_here(help_request: HelpRequest) -> bool:
    return help_request.id in {number for number, _until in shown_here()}


@blueprint.route("/help-requests/status", methods=["GET", "POST"])
@public
def find_help_request() -> ResponseReturnValue:
    form = FindForm()
    if form.validate_on_submit():
        try:
            help_request = following.find(
                form.number.data or "", form.phone.data or "", caller=request.remote_addr or ""
            )
        except (UnknownNumber, TooManyTried) as error:
            form.form_errors.append(str(error))
        else:
            show_in_this_browser(help_request)
            return redirect(url_for(".show_help_request", help_request_id=help_request.id))
    return render_template(
        "help_requests/find_help_request.html",
        form=form,
        teams=[team for team in team_queries.list_teams() if team.phone],
    )


@blueprint.post("/help-requests/forgetting")
@public
def forget_help_requests() -> ResponseReturnValue:
    """Done looking: this browser shows it to nobody any more."""
    session.pop(SHOWN, None)
    flash(_("This browser has forgotten it. The number on your paper stays good."), "success")
    return redirect(url_for("home.show_home"))


@blueprint.get("/help-requests/<int:help_request_id>")
@public
def show_help_request(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    return page_of_asker(help_request)


@blueprint.get("/my-help-requests")
def show_all_own() -> ResponseReturnValue:
    identity.signed_in_person()
    whom = identity.acted_for()
    return render_template(
        "help_requests/show_all_own.html", help_requests=queries.list_asked_by(whom)
    )


@blueprint.get("/my-help-requests/<int:help_request_id>")
def show_own(help_request_id: int) -> ResponseReturnValue:
    whom = identity.acted_for()
    help_request = queries.get_help_request(help_request_id)
    authorize(policy.can_follow(whom, help_request))
    g.back_url = url_for(".show_all_own")
    return page_of_asker(help_request)


def page_of_asker(help_request: HelpRequest) -> ResponseReturnValue:
    g.team = help_request.team
    now = clock.now()
    return render_template(
        "help_requests/show_help_request.html",
        help_request=help_request,
        today=help_request.wall(now).date(),
        steps=[step for step in help_request.steps if not step.is_internal],
        is_shown_here=is_shown_here(help_request),
        teams=[] if help_request.team else queries.list_teams_in(help_request.place),
    )


@blueprint.post("/help-requests/<int:help_request_id>/confirmation")
@public
def confirm(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    closing.confirm(help_request, by=who_does_it(help_request))
    flash(_("Thank you. It is good to hear that all is well."), "success")
    return back_to(help_request)


@blueprint.route("/help-requests/<int:help_request_id>/reopening", methods=["GET", "POST"])
@public
def reopen(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    form = ReopenForm()
    if form.validate_on_submit():
        closing.reopen(help_request, form.words.data or "", by=who_does_it(help_request))
        flash(_("It is open again. The team is told now, and calls you."), "success")
        return back_to(help_request)
    return render_template("help_requests/reopen.html", form=form, help_request=help_request)


@blueprint.route("/help-requests/<int:help_request_id>/withdrawal", methods=["GET", "POST"])
@public
def withdraw(help_request_id: int) -> ResponseReturnValue:
    help_request = find_followed(help_request_id)
    if help_request is None:
        return show_number_first()
    if request.method == "POST":
        closing.withdraw(help_request, by=who_does_it(help_request))
        flash(_("It is taken back. You may ask again at any time."), "success")
        return back_to(help_request)
    return render_template("help_requests/withdraw.html", help_request=help_request)


def who_does_it(help_request: HelpRequest) -> Person | None:
    """Who asked it while signed in, or their companion; else the resident, without an account."""
    whom = identity.find_acted_for()
    is_theirs = policy.can_follow(whom, help_request)
    return identity.find_signed_in_person() if is_theirs else None


# --- the team's board ----------------------------------------------------------------------------


GROUPS = {
    "waiting": HelpStatus.NEW,
    "looking": HelpStatus.ACCEPTED,
    "matched": HelpStatus.MATCHED,
    "done": HelpStatus.DONE,
}
PAST = "past"


def coordinated_team(team_id: int) -> tuple[Person, Team]:
    """Who is asking and their team, or NotFound for everybody but its coordinators."""
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    authorize(team_policy.can_coordinate(me, team))
    g.team = team
    return me, team


@blueprint.get("/teams/<int:team_id>/help-requests")
def show_board(team_id: int) -> ResponseReturnValue:
    """What waits, and how long answers take."""
    _me, team = coordinated_team(team_id)
    now = clock.now()
    shown = request.args.get("show", "")
    is_past = shown == PAST
    rows = [] if is_past else queries.list_open(team)
    groups = {
        name: [row for row in rows if row.status is status] for name, status in GROUPS.items()
    }
    return render_template(
        "help_requests/show_board.html",
        team=team,
        moment=now,
        shown=shown if is_past or shown in GROUPS else "",
        groups=groups,
        past=page_of(queries.of_past(team), request.args.get("page", 1, type=int))
        if is_past
        else None,
        times=figures.answer_times(team, now),
    )


@blueprint.route("/teams/<int:team_id>/help-requests/new", methods=["GET", "POST"])
def enter_help_request(team_id: int) -> ResponseReturnValue:
    """For somebody who called or came to the desk."""
    me, team = coordinated_team(team_id)
    g.back_url = url_for(".show_board", team_id=team.id)
    form = AskForm()
    form.without_communities()
    found = danger.words_in(form.words.data or "") if request.method == "POST" else []
    if request.method == "POST" and "again" not in request.form and form.validate():
        if found and not form.no_danger.data:
            return render_template("help_requests/look_at_danger.html", form=form, found=found)
        community = queries.community_of_each([team])[team]
        help_request = asking.ask(community, form.details(), by=me, team=team)
        flash(
            _("Entered. Please tell them the number: %(number)s.", number=help_request.number),
            "success",
        )
        return redirect(
            url_for(".answer_help_request", team_id=team.id, help_request_id=help_request.id)
        )
    return render_template(
        "help_requests/ask_for_help.html",
        form=form,
        communities=[],
        found=[] if form.no_danger.data else found,
        teams=[],
        team=team,
    )


# --- one request, for the coordinators -----------------------------------------------------------


FORMS: dict[str, type[TidyForm]] = {
    "take_on": AnswerForm,
    "refer": RefusalForm,
    "decline": RefusalForm,
    "note": NoteForm,
    "link_elder": ElderForm,
    "change_brief": BriefForm,
    "ask": AskVolunteerForm,
    "agree": TimeForm,
    "finish": DoneForm,
    "reopen": ReopenForm,
    "confirm": TidyForm,
    "withdraw": TidyForm,
}
SAID: dict[str, Sentence] = {
    "take_on": __("Your team has it now. Next, ask a volunteer."),
    "refer": __("Referred. The resident can read where to."),
    "decline": __("Declined. The resident can read why."),
    "note": __("Written down."),
    "link_elder": __("Saved."),
    "change_brief": __("Saved."),
    "ask": __("Asked. A message is on its way."),
    "agree": __("The time is agreed. The volunteer is told."),
    "finish": __("Done. Now ask the resident whether all is well."),
    "reopen": __("It is open again."),
    "confirm": __("Confirmed. Thank you for asking."),
    "withdraw": __("It is taken back."),
}


@blueprint.route(
    "/teams/<int:team_id>/help-requests/<int:help_request_id>", methods=["GET", "POST"]
)
def answer_help_request(team_id: int, help_request_id: int) -> ResponseReturnValue:
    """Everything about one request, and each step that a coordinator may take with it."""
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    help_request = queries.get_help_request(help_request_id)
    authorize(policy.can_answer(me, help_request, team))
    g.team = team
    g.back_url = url_for(".show_board", team_id=team.id)

    step = request.form.get("step", "") if request.method == "POST" else ""
    elders = elder_queries.list_elders(team)
    forms = forms_for(help_request, step, elders)
    if step in FORMS and forms[step].validate():
        try:
            STEPS[step](help_request, team, forms[step], me)
        except TimeIsOver as error:
            forms[step]["day"].errors = [str(error)]
        else:
            flash(str(SAID[step]), "success")
            return redirect(
                url_for(".answer_help_request", team_id=team.id, help_request_id=help_request.id)
            )
    return page_of_coordinator(help_request, team, elders, forms, step)


def forms_for(help_request: HelpRequest, step: str, elders: Sequence[Elder]) -> dict[str, TidyForm]:
    """A form for each step; only the one that was sent holds what was typed."""
    forms = {}
    for name, kind in FORMS.items():
        forms[name] = kind(prefix=name) if name == step else kind(formdata=None, prefix=name)
    forms["link_elder"].offer(elders, help_request.elder_id)
    if step != "change_brief":
        forms["change_brief"]["brief"].data = help_request.brief
    forms["agree"]["day"].zone_name = help_request.zone
    return forms


def agree(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    matching.agree_on(help_request, form.wall, by=me)


def note(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    is_internal = form["reader"].data == "team"
    triage.note(help_request, words_of(form), is_internal=is_internal, by=me)


def link_elder(help_request: HelpRequest, team: Team, form: TidyForm, me: Person) -> None:
    number = form["elder"].data
    elder = elder_queries.get_elder(team.id, number) if number else None
    triage.link_elder(help_request, elder, by=me)


def ask_volunteer(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    number = form["person"].data or ""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise NotFound
    matching.offer(help_request, people_queries.get_person(int(number)), by=me)


def words_of(form: TidyForm) -> str:
    return form["words"].data or ""


STEPS: dict[str, Callable[[HelpRequest, Team, TidyForm, Person], object]] = {
    "take_on": lambda r, team, form, me: triage.take_on(r, team, words=words_of(form), by=me),
    "refer": lambda r, team, form, me: triage.refer(r, team, words=words_of(form), by=me),
    "decline": lambda r, team, form, me: triage.decline(r, team, words=words_of(form), by=me),
    "note": note,
    "link_elder": link_elder,
    "change_brief": lambda r, _team, form, me: triage.change_brief(
        r, form["brief"].data or "", by=me
    ),
    "ask": ask_volunteer,
    "agree": agree,
    "finish": lambda r, _team, form, me: closing.finish(r, words=words_of(form), by=me),
    "reopen": lambda r, _team, form, me: closing.reopen(r, words_of(form), by=me),
    "confirm": lambda r, _team, _form, me: closing.confirm(r, by=me),
    "withdraw": lambda r, _team, _form, me: closing.withdraw(r, by=me),
}


def page_of_coordinator(
    help_request: HelpRequest,
    team: Team,
    elders: Sequence[Elder],
    forms: dict[str, TidyForm],
    step: str,
) -> ResponseReturnValue:
    now = clock.now()
    words = request.args.get("q", "").strip()
    asked_already = {o.person_id for o in help_request.offers if o.status is OfferStatus.ASKED}
    elder = next((e for e in elders if e.id == help_request.elder_id), None)
    paired = [pairing.person for pairing in elder.paired] if elder else []
    return render_template(
        "help_requests/answer_help_request.html",
        team=team,
        help_request=help_request,
        moment=now,
        today=team.today(now),
        forms=forms,
        step=step,
        words=words,
        elder=elder,
        elders_like=[] if elder else hints.elders_like(help_request, elders),
        same=hints.same_before(help_request, team),
        paired=[person for person in paired if person.id not in asked_already],
        found=[
            membership.person
            for membership in page_of(
                team_queries.search_members(team, words), 1, MOST_FOUND if words else MOST_OFFERED
            ).rows
            if membership.is_active and membership.person_id not in asked_already
        ]
        if help_request.status is HelpStatus.ACCEPTED
        else [],
    )


# --- a volunteer is asked ------------------------------------------------------------------------


def open_offer(offer_id: int) -> tuple[Person, HelpOffer]:
    """Who does it, and the offer to them or to whom they act for."""
    whom, me = identity.acted_for(), identity.signed_in_person()
    offer = queries.get_offer(offer_id)
    authorize(policy.can_see_offer(whom, offer))
    g.team = offer.help_request.team
    return me, offer


@blueprint.route("/help-offers/<int:offer_id>", methods=["GET", "POST"])
def show_offer(offer_id: int) -> ResponseReturnValue:
    """Before a yes what kind of help and when; after it whom and where, until a day after it."""
    me, offer = open_offer(offer_id)
    form = DoneForm()
    step = request.form.get("step", "")
    if request.method == "POST" and form.validate():
        if step == "accept":
            matching.accept(offer, by=me)
            flash(_("Thank you! Below you see whom it is for. Please call them."), "success")
        elif step == "decline":
            matching.decline(offer, by=me)
            flash(_("Thank you for saying so. It is quite all right."), "success")
        elif step == "done":
            closing.finish(
                offer.help_request, words=form.words.data or "", by=me, volunteer=offer.person
            )
            flash(_("Thank you for your help!"), "success")
        else:
            raise DomainError
        return redirect(url_for(".show_offer", offer_id=offer.id))
    now = clock.now()
    return render_template(
        "help_requests/show_offer.html",
        offer=offer,
        help_request=offer.help_request,
        form=form,
        today=offer.help_request.wall(now).date(),
        can_see_whom=policy.can_see_whom(offer.person, offer, now),
    )


@blueprint.route("/help-offers/<int:offer_id>/return", methods=["GET", "POST"])
def give_back(offer_id: int) -> ResponseReturnValue:
    """A page that says what it means, then the button."""
    me, offer = open_offer(offer_id)
    g.back_url = url_for(".show_offer", offer_id=offer.id)
    if request.method == "POST":
        matching.give_back(offer.help_request, by=me, volunteer=offer.person)
        flash(_("Thank you for saying so. We look for somebody else."), "success")
        return redirect(url_for(".show_offer", offer_id=offer.id))
    return render_template("help_requests/give_back.html", offer=offer)
