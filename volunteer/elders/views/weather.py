"""Calls in heat and cold: begun with one press, made from a list, followed to the last one."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.audit import reading
from volunteer.audit.models import FieldGroup, Reason
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.web import too_late
from volunteer.elders import policy, queries, sharing, weather, weather_queries, weather_wording
from volunteer.elders.errors import NobodyToCall, RoundIsOver, RoundRuns
from volunteer.elders.forms.weather import OutcomeForm, RoundForm
from volunteer.elders.models import Outcome, WeatherCall, WeatherKind, WeatherRound
from volunteer.elders.views.door import blueprint
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/weather-rounds")
def show_rounds(team_id: int) -> ResponseReturnValue:
    """Begin one; the one that runs; those before."""
    _me, team = coordinated_team(team_id, back_to=".show_elders")
    now = clock.now()
    rounds = weather_queries.list_rounds(team)
    return render_template(
        "elders/show_rounds.html",
        team=team,
        running=next((found for found in rounds if found[0].is_running(now)), None),
        before=[found for found in rounds if not found[0].is_running(now)],
        weather_words=weather_wording,
        kinds=WeatherKind,
    )


def kind_in_address() -> WeatherKind:
    """Orange heat where none is named. Raises NotFound: nobody calls for another weather than the
    one that was meant."""
    try:
        return WeatherKind(request.args.get("kind", WeatherKind.HEAT_ORANGE.value))
    except ValueError:
        raise NotFound from None


@blueprint.route("/teams/<int:team_id>/weather-rounds/new", methods=["GET", "POST"])
def begin_round(team_id: int) -> ResponseReturnValue:
    """What is asked, how the calls are shared out, then the one button; ?kind= says which."""
    me, team = coordinated_team(team_id, back_to=".show_rounds")
    kind = kind_in_address()
    form = RoundForm()
    if request.method == "GET":
        form.words.data = str(weather_wording.ASK[kind])
    if form.validate_on_submit():
        try:
            found = weather.begin(
                team,
                kind,
                form.words.data or "",
                by=me,
                lasts=form.lasts,
                spread=form.rest.data == "spread",
            )
        except (RoundRuns, NobodyToCall) as error:
            form.form_errors.append(str(error))
        else:
            flash(
                _("The round has begun. Those who call are told once, without any name."),
                "success",
            )
            return redirect(url_for(".show_round", round_id=found.id))
    today = team.today(clock.now())
    everybody = weather_queries.list_to_call(team, today)
    shared = sharing.share_out(everybody, weather_queries.list_who_know_elders(team, today))
    return render_template(
        "elders/begin_round.html",
        team=team,
        form=form,
        kind=kind,
        everybody=everybody,
        unpaired=[elder for elder in everybody if not elder.paired],
        callers={caller for caller in shared.values() if caller is not None},
        weather_words=weather_wording,
    )


def coordinated_round(round_id: int) -> tuple[Person, WeatherRound]:
    """Who asks and the round of this page, or NotFound for all but the coordinators."""
    me = identity.signed_in_person()
    found = weather_queries.get_round(round_id)
    authorize(policy.can_run_rounds(me, found.team))
    g.team = found.team
    g.back_url = url_for("elders.show_rounds", team_id=found.team_id)
    return me, found


def note_look(found: WeatherRound, me: Person, *, caller: Person | None = None) -> None:
    """Names and numbers are loaded and shown only once it is written down who looks."""
    whose = weather_queries.list_whose(found, caller=caller)
    reading.note(
        FieldGroup.CALLS, of=whose, by=me, reason=Reason.WEATHER, allowed=True,
        team=found.team,
    )  # fmt: skip


@blueprint.get("/weather-rounds/<int:round_id>")
def show_round(round_id: int) -> ResponseReturnValue:
    """How far it is, who is not reached yet, and what came of the others."""
    me, found = coordinated_round(round_id)
    note_look(found, me)
    calls = weather_queries.list_calls(found)
    now = clock.now()
    open_calls = [call for call in calls if not call.is_reached]
    members = [
        (row.person, until)
        for row, until in team_queries.list_active_on(found.team, found.team.today(now))
    ]
    return render_template(
        "elders/show_round.html",
        found=found,
        now=now,
        is_running=found.is_running(now),
        takes_results=found.takes_results(now),
        groups=weather.by_caller(open_calls),
        not_safe=queries.find_open_no_answers(call.elder_id for call in open_calls),
        reached=[call for call in calls if call.is_reached],
        everybody=len(calls),
        members=members,
        away={person.id: until for person, until in members if until},
        weather_words=weather_wording,
    )


@blueprint.get("/weather-rounds/<int:round_id>/sheet")
def show_round_sheet(round_id: int) -> ResponseReturnValue:
    """Each caller's list on paper, to tick."""
    me, found = coordinated_round(round_id)
    g.back_url = url_for(".show_round", round_id=found.id)
    note_look(found, me)
    open_calls = [call for call in weather_queries.list_calls(found) if not call.is_reached]
    return render_template(
        "elders/show_round_sheet.html",
        found=found,
        groups=weather.by_caller(open_calls),
        weather_words=weather_wording,
    )


@blueprint.route("/weather-rounds/<int:round_id>/end", methods=["GET", "POST"])
def end_round(round_id: int) -> ResponseReturnValue:
    me, found = coordinated_round(round_id)
    g.back_url = url_for(".show_round", round_id=found.id)
    if found.ended_at is not None:
        return too_late(RoundIsOver, g.back_url)
    if request.method == "POST":
        weather.end(found, by=me)
        flash(_("The round is over. Callers no longer see the names."), "success")
        return redirect(url_for(".show_round", round_id=found.id))
    calls = weather_queries.list_calls(found)
    return render_template(
        "elders/end_round.html",
        found=found,
        left=[call for call in calls if not call.is_reached],
        weather_words=weather_wording,
    )


@blueprint.post("/weather-rounds/<int:round_id>/dates-outdoors")
def let_dates_go_on(round_id: int) -> ResponseReturnValue:
    """The answer to whether dates outdoors go on; asked on the coordinators' first page."""
    me, found = coordinated_round(round_id)
    weather.let_dates_go_on(found, by=me)
    flash(_("They go on as planned."), "success")
    return redirect(url_for("home.show_today", team_id=found.team_id))


@blueprint.get("/weather-rounds/<int:round_id>/calls")
def show_own_calls(round_id: int) -> ResponseReturnValue:
    """One caller's own, and nobody else's, while the round runs."""
    me, whom = identity.signed_in_person(), identity.acted_for()
    found = weather_queries.get_round(round_id)
    authorize(policy.can_make_calls(whom, found, clock.now()))
    g.team = found.team
    note_look(found, me, caller=whom)
    calls = weather_queries.list_calls_of(found, whom)
    to_call = [call for call in calls if not call.is_noted]
    return render_template(
        "elders/show_own_calls.html",
        found=found,
        to_call=to_call,
        not_safe=queries.find_open_no_answers(call.elder_id for call in to_call),
        noted=[call for call in calls if call.is_noted],
        weather_words=weather_wording,
    )


@blueprint.post("/weather-calls/<int:weather_call_id>/outcome")
def note_call(weather_call_id: int) -> ResponseReturnValue:
    """All is well, needs help, no answer, does not want it: one press."""
    me, call = call_to_note(weather_call_id)
    form = OutcomeForm()
    if not form.validate():
        raise NotFound
    visit = weather.note(call, form.came, words=form.note.data or "", by=me)
    said = str(weather_wording.NOTED[form.came]) % {"name": call.elder.preferred_name}
    flash(said, "success")
    if form.came is Outcome.NO_ANSWER:
        return redirect(url_for(".show_no_answer", no_answer_id=visit.no_answer_id))
    return back_from(call)


@blueprint.post("/weather-calls/<int:weather_call_id>/undoing")
def undo_call(weather_call_id: int) -> ResponseReturnValue:
    me, call = call_to_note(weather_call_id)
    weather.undo(call, by=me)
    flash(_("Undone. %(name)s is to be called again.", name=call.elder.preferred_name), "success")
    return back_from(call)


@blueprint.post("/weather-calls/<int:weather_call_id>/caller")
def give_call(weather_call_id: int) -> ResponseReturnValue:
    """Somebody else makes this call."""
    me = identity.signed_in_person()
    call = weather_queries.get_call(weather_call_id)
    authorize(policy.can_run_rounds(me, call.team))
    person = people_queries.get_chosen(request.form.get("person", type=int))
    authorize(team_policy.is_member(person, call.team))
    weather.give(call, person, by=me)
    flash(
        _("%(caller)s calls %(name)s.", caller=person.name, name=call.elder.preferred_name),
        "success",
    )
    return back_from(call)


def call_to_note(weather_call_id: int) -> tuple[Person, WeatherCall]:
    """Who notes, and the call, for its caller and the coordinators. Raises NotFound."""
    me, whom = identity.signed_in_person(), identity.acted_for()
    call = weather_queries.get_call(weather_call_id)
    authorize(policy.can_note_call(identity.in_own_name(), call, clock.now(), whom=whom))
    return me, call


def back_from(call: WeatherCall) -> ResponseReturnValue:
    """To the list from which it was noted: the whole round, or one's own calls."""
    own_list = url_for(".show_own_calls", round_id=call.round_id)
    came_from_own = request.form.get("from") == "own"
    own = identity.in_own_name()
    if came_from_own or not policy.can_run_rounds(own, call.team):
        return redirect(own_list)
    return redirect(url_for(".show_round", round_id=call.round_id))
