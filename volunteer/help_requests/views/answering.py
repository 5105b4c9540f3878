"""One request, for the coordinators: each step that they may take with it."""

from collections.abc import Callable, Collection, Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock, searching
from volunteer.core.access import authorize
from volunteer.core.database import LARGEST_NUMBER, row_number
from volunteer.core.errors import NotFound
from volunteer.core.forms import TidyForm
from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as __
from volunteer.core.pages import page_of
from volunteer.elders import queries as elder_queries
from volunteer.elders.models import Elder
from volunteer.help_requests import (
    bounds,
    closing,
    hints,
    matching,
    merging,
    money,
    policy,
    queries,
    suggesting,
    triage,
    widening,
)
from volunteer.help_requests.errors import TimeIsOver
from volunteer.help_requests.forms.answering import (
    AnswerForm,
    AroundForm,
    AskVolunteerForm,
    BriefForm,
    CalledForm,
    DoneForm,
    ElderForm,
    HandOnForm,
    MergeForm,
    NoteForm,
    RaiseForm,
    ReferForm,
    RefusalForm,
    ReopenForm,
    TimeForm,
)
from volunteer.help_requests.models import Helped, HelpRequest, HelpStatus, OfferStatus
from volunteer.help_requests.triage import Referral
from volunteer.help_requests.views.door import blueprint
from volunteer.network.models import Place
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

MOST_FOUND = 12
LONGEST_NUMBER = len(str(LARGEST_NUMBER))

FORMS: dict[str, type[TidyForm]] = {
    "take_on": AnswerForm,
    "refer": ReferForm,
    "decline": RefusalForm,
    "note": NoteForm,
    "link_elder": ElderForm,
    "change_brief": BriefForm,
    "ask": AskVolunteerForm,
    "ask_around": AroundForm,
    "stop_asking": TidyForm,
    "welcome": TidyForm,
    "turn_down": TidyForm,
    "hand_on": HandOnForm,
    "raise_level": RaiseForm,
    "merge": MergeForm,
    "agree": TimeForm,
    "finish": DoneForm,
    "reopen": ReopenForm,
    "call_back": CalledForm,
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
    "ask_around": __("The nearest are asked first, then further around. At night nobody is asked."),
    "stop_asking": __("Nobody more is asked by itself."),
    "welcome": __("The volunteer sees now whom it is for, and where."),
    "turn_down": __("All right. Somebody else is looked for."),
    "hand_on": __("The other team has it now, and is told."),
    "raise_level": __("It has gone one level up. The teams there are told."),
    "merge": __("The two are one now. Nothing that was written is lost."),
    "agree": __("The time is agreed. The volunteer is told."),
    "finish": __("Done. Now ask the resident whether all is well."),
    "reopen": __("It is open again."),
    "call_back": __("Thank you for asking. What they said is written down."),
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
    is_open = help_request.is_open
    teams, above = queries.find_ways_on(help_request, team) if is_open else ([], None)
    forms = forms_for(help_request, step, elders, teams)
    if step in FORMS and forms[step].validate():
        try:
            STEPS[step](help_request, team, forms[step], me)
        except TimeIsOver as error:
            forms[step]["day"].errors = [str(error)]
        else:
            flash(str(SAID[step]), "success")
            if step in GIVEN_AWAY:
                return redirect(url_for(".show_board", team_id=team.id))
            return redirect(
                url_for(".answer_help_request", team_id=team.id, help_request_id=help_request.id)
            )
    return page_of_coordinator(me, help_request, team, elders, forms, step, above=above)


@blueprint.post("/teams/<int:team_id>/help-requests/<int:help_request_id>/search")
def search_members(team_id: int, help_request_id: int) -> ResponseReturnValue:
    """Whom one might ask, besides those who are suggested."""
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    help_request = queries.get_help_request(help_request_id)
    authorize(policy.can_answer(me, help_request, team))
    return searching.answer_at(
        ".answer_help_request", anchor="who", team_id=team.id, help_request_id=help_request.id
    )


def forms_for(
    help_request: HelpRequest, step: str, elders: Sequence[Elder], teams: Sequence[Team]
) -> dict[str, TidyForm]:
    """A form for each step; only the one that was sent holds what was typed."""
    forms = {}
    for name, kind in FORMS.items():
        forms[name] = kind(prefix=name) if name == step else kind(formdata=None, prefix=name)
    forms["link_elder"].offer(elders, help_request.elder_id)
    forms["hand_on"].offer(teams)
    if step != "change_brief":
        forms["change_brief"]["brief"].data = help_request.brief
    forms["agree"]["day"].zone_name = help_request.zone
    return forms


def agree(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    matching.agree_on(help_request, form.wall, by=me)


def raise_level(help_request: HelpRequest, team: Team, form: TidyForm, me: Person) -> None:
    # A page that was opened before this was asked names none.
    to = number_in(form["to"].data) if form["to"].data else None
    triage.raise_level(help_request, team, words=words_of(form), to=to, by=me)


def refer(help_request: HelpRequest, team: Team, form: TidyForm, me: Person) -> None:
    referral = Referral(form["to"].data or "", form["phone"].data or "")
    triage.refer(help_request, team, words=words_of(form), referral=referral, by=me)


def note(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    is_internal = form["reader"].data == "team"
    triage.note(help_request, words_of(form), is_internal=is_internal, by=me)


def link_elder(help_request: HelpRequest, team: Team, form: TidyForm, me: Person) -> None:
    number = form["elder"].data
    elder = elder_queries.get_elder(team.id, number) if number else None
    triage.link_elder(help_request, elder, by=me)


def ask_volunteer(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    person = people_queries.get_person(number_in(form["person"].data))
    matching.offer(help_request, person, by=me)


def ask_around(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    widening.begin(
        help_request, at_once=form["at_once"].data, wait_minutes=form["wait"].data, by=me
    )


def hand_on(help_request: HelpRequest, team: Team, form: TidyForm, me: Person) -> None:
    to = team_queries.get_team(form["to_team"].data)
    triage.hand_on(help_request, team, to, words=words_of(form), by=me)


def merge(help_request: HelpRequest, team: Team, form: TidyForm, me: Person) -> None:
    earlier = queries.get_help_request(number_in(form["earlier"].data))
    authorize(policy.can_answer(me, earlier, team))
    merging.merge(help_request, earlier, team=team, by=me)


def call_back(help_request: HelpRequest, _team: Team, form: TidyForm, me: Person) -> None:
    closing.call_back(help_request, Helped(form["helped"].data), words=words_of(form), by=me)


def number_in(text: str | None) -> int:
    """A row's number that came hidden in a form; raises NotFound for anything else."""
    if not (text or "").isdecimal() or len(text or "") > LONGEST_NUMBER:
        raise NotFound
    return row_number(int(text or ""))


def words_of(form: TidyForm) -> str:
    return form["words"].data or ""


STEPS: dict[str, Callable[[HelpRequest, Team, TidyForm, Person], object]] = {
    "take_on": lambda r, team, form, me: triage.take_on(r, team, words=words_of(form), by=me),
    "refer": refer,
    "decline": lambda r, team, form, me: triage.decline(r, team, words=words_of(form), by=me),
    "hand_on": hand_on,
    "raise_level": raise_level,
    "merge": merge,
    "note": note,
    "link_elder": link_elder,
    "change_brief": lambda r, _team, form, me: triage.change_brief(
        r, form["brief"].data or "", by=me
    ),
    "ask": ask_volunteer,
    "ask_around": ask_around,
    "stop_asking": lambda r, _team, _form, _me: widening.stop(r),
    "welcome": lambda r, _team, _form, me: matching.welcome(r, by=me),
    "turn_down": lambda r, _team, _form, me: matching.turn_down(r, by=me),
    "agree": agree,
    "finish": lambda r, _team, form, me: closing.finish(r, words=words_of(form), by=me),
    "reopen": lambda r, _team, form, me: closing.reopen(r, words_of(form), by=me),
    "call_back": call_back,
    "withdraw": lambda r, _team, _form, me: closing.withdraw(r, by=me),
}
# After these it is no longer this team's, so that its page can't be shown to them any more.
GIVEN_AWAY = {"hand_on", "raise_level"}


def page_of_coordinator(
    me: Person,
    help_request: HelpRequest,
    team: Team,
    elders: Sequence[Elder],
    forms: dict[str, TidyForm],
    step: str,
    *,
    above: Place | None,
) -> ResponseReturnValue:
    """`above`: to which level it may be handed up."""
    now = clock.now()
    words = searching.words()
    closed = {o.person_id for o in help_request.offers if o.status is not OfferStatus.RELEASED}
    elder = next((e for e in elders if e.id == help_request.elder_id), None)
    is_looking = help_request.status is HelpStatus.ACCEPTED
    return render_template(
        "help_requests/answer_help_request.html",
        team=team,
        help_request=help_request,
        moment=now,
        today=team.today(now),
        forms=forms,
        step=step,
        above=above,
        words=words,
        elder=elder,
        elders_like=[] if elder else hints.elders_like(help_request, elders),
        same=hints.same_before(help_request, team),
        care=bounds.words_in(help_request.words or ""),
        suggestions=suggesting.suggest(help_request, team, now) if is_looking else [],
        found=members_found(team, words, besides=closed) if is_looking and words else [],
        errand=money.find(help_request) if policy.can_see_money(me, help_request, now) else None,
    )


def members_found(team: Team, words: str, *, besides: Collection[int]) -> list[Person]:
    """Active members by these words, but for the people of these numbers."""
    rows = page_of(team_queries.search_members(team, words), 1, MOST_FOUND).rows
    return [one.person for one in rows if one.is_active and one.person_id not in besides]
