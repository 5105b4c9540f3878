"""Nobody answers: begun at a visit, followed step by step, closed."""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.elders import no_answer, policy, queries, recording
from volunteer.elders.forms.no_answer import SafeForm, StepForm
from volunteer.elders.models import AFTER, Ending, NoAnswer, StepKind, Visit
from volunteer.elders.views.door import blueprint, page_of_elder
from volunteer.elders.views.visits import open_visit, page_of_visit
from volunteer.people import consents
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import queries as team_queries


@dataclass(frozen=True)
class Helper:
    """Who follows the steps; `runs`: as a coordinator, who may hand over. `visit`: theirs."""

    me: Person
    runs: bool
    visit: Visit | None


def open_no_answer(number: int) -> tuple[Helper, NoAnswer]:
    """The record of this page, for the coordinators and for who was there. Raises NotFound."""
    me, own, whom = identity.signed_in_person(), identity.in_own_name(), identity.acted_for()
    found = queries.get_no_answer(number)
    of_visits = queries.list_visits_of_no_answer(found)
    authorize(policy.can_see_no_answer(own, found, of_visits, clock.now(), whom=whom))
    runs = policy.can_hand_over(own, found)
    visit = next((visit for visit in of_visits if runs or visit.has(whom)), None)
    g.team = found.team
    if visit is not None:
        g.back_url = page_of_visit(visit)
    elif runs:
        g.back_url = page_of_elder(found.elder)
    return Helper(me, runs, visit), found


@blueprint.post("/visits/<int:visit_id>/no-answer")
def begin_no_answer(visit_id: int) -> ResponseReturnValue:
    """The visitors stand at the door: the clock starts."""
    reader, visit = open_visit(visit_id)
    authorize(policy.can_record(reader.own, visit, clock.now(), whom=reader.whom))
    found = recording.nobody_answers(visit, by=reader.me)
    flash(_("Noted. The coordinators are told at once. Please go on as below."), "success")
    return redirect(url_for(".show_no_answer", no_answer_id=found.id))


@blueprint.get("/no-answers/<int:no_answer_id>")
def show_no_answer(no_answer_id: int) -> ResponseReturnValue:
    """What to do now, minute by minute, and what was done."""
    helper, found = open_no_answer(no_answer_id)
    return guide(helper, found, StepForm(), safe_form(helper))


def safe_form(helper: Helper) -> SafeForm:
    form = SafeForm()
    if not helper.runs:
        form.keep_to_speaking()
    return form


def guide(
    helper: Helper, found: NoAnswer, step_form: StepForm, form: SafeForm
) -> ResponseReturnValue:
    now = clock.now()
    return render_template(
        "elders/show_no_answer.html",
        found=found,
        elder=found.elder,
        helper=helper,
        form=form,
        step_form=step_form,
        minutes=found.minutes(now),
        after={kind: int(span.total_seconds() // 60) for kind, span in AFTER.items()},
        next_step=found.next_step(),
        tells_contacts=consents.has(found.elder.person, ConsentScope.CONTACTS),
        could_go=who_could_go(found) if helper.runs and found.is_open else [],
    )


def who_could_go(found: NoAnswer) -> list[Person]:
    """Who looks after them and is here today: whoever has only phoned is at no door."""
    today = found.team.today(clock.now())
    here = {
        row.person_id
        for row, away_until in team_queries.list_active_on(found.team, today)
        if away_until is None
    }
    return [pair.person for pair in found.elder.paired if pair.person_id in here]


@blueprint.post("/no-answers/<int:no_answer_id>/steps")
def log_step(no_answer_id: int) -> ResponseReturnValue:
    helper, found = open_no_answer(no_answer_id)
    form = StepForm()
    if not form.validate():
        return guide(helper, found, form, safe_form(helper))
    no_answer.log(
        found,
        StepKind(form.kind.data),
        reached=form.was_reached,
        words=form.words.data or "",
        by=helper.me,
    )
    flash(_("Noted."), "success")
    return redirect(url_for(".show_no_answer", no_answer_id=found.id))


@blueprint.post("/no-answers/<int:no_answer_id>/closing")
def close_no_answer(no_answer_id: int) -> ResponseReturnValue:
    """They are safe, or somebody by name has taken over; else it stays open."""
    helper, found = open_no_answer(no_answer_id)
    form = safe_form(helper)
    if not form.validate():
        return guide(helper, found, StepForm(formdata=None), form)
    no_answer.close(
        found,
        Ending(form.ending.data),
        words=form.words.data or "",
        handed_to=form.handed_to.data or "" if helper.runs else "",
        by=helper.me,
    )
    if found.handed_to:
        # Whether they are safe is what this person goes on to find out.
        flash(_("Closed. %(name)s goes on until they know.", name=found.handed_to), "success")
    else:
        flash(_("Closed. It is good to know that they are safe."), "success")
    return redirect(url_for(".show_no_answer", no_answer_id=found.id))
