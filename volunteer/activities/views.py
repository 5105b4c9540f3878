"""The calendar of a team, one date, signing up, planning, moving and cancelling."""

from datetime import date, time, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import (
    notices,
    planning,
    policy,
    queries,
    recurrence,
    signups,
    single_date,
    weeks,
)
from volunteer.activities.forms import CancelForm, DateForm, SignUpForm, WeeklyForm, WordsForm
from volunteer.activities.models import Occurrence, SignupStatus
from volunteer.core import clock, zones
from volunteer.core.access import authorize, public
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("activities", __name__)

WELCOME = {
    SignupStatus.GOING: __("You have a place. Thank you!"),
    SignupStatus.WAITING: __(
        "It is full. You are on the waiting list and will be told when a place comes free."
    ),
}
WELCOME_FOR_THEM = {
    SignupStatus.GOING: __("%(name)s has a place."),
    SignupStatus.WAITING: __("It is full. %(name)s is on the waiting list."),
}
DATES_IN_PREVIEW = 6


def open_team(team_id: int) -> Team:
    team = team_queries.get_team(team_id)
    g.team = team
    return team


def open_date(occurrence_id: int) -> Occurrence:
    """The date of this page; the frame around it speaks of its team."""
    occurrence = queries.get_occurrence(occurrence_id)
    g.team = occurrence.team
    g.back_url = url_for("activities.show_occurrence", occurrence_id=occurrence.id)
    return occurrence


@blueprint.get("/teams/<int:team_id>/week")
def show_week(team_id: int) -> ResponseReturnValue:
    identity.signed_in_person()
    team = open_team(team_id)
    authorize(team_policy.is_member(identity.acted_for(), team))

    now = clock.now()
    today = team.today(now)
    first = zones.monday_of(chosen_day(today))
    after = first + timedelta(days=7)
    # By the clock of the team: a week in which clocks change has an hour more or less.
    begin, end = (zones.at(day, time(0), team.zone) for day in (first, after))
    occurrences = queries.list_between(team, first=begin, before=end)
    return render_template(
        "activities/show_week.html",
        team=team,
        today=today,
        first=first,
        days=weeks.seven_days(occurrences, first),
        missing=sum(o.missing for o in occurrences if o.is_open(now)),
        before=first - timedelta(days=7),
        after=after,
        can_plan=policy.can_plan(identity.in_own_name(), team),
    )


def chosen_day(today: date) -> date:
    """The day in the address, within a year of today; else today."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if abs((day - today).days) <= 366 else today


@blueprint.get("/activities/dates/<int:occurrence_id>")
@public
def show_occurrence(occurrence_id: int) -> ResponseReturnValue:
    """One date: what, when, where, who leads, the risks; names only for the team."""
    occurrence = open_date(occurrence_id)
    whom = identity.find_acted_for()
    can_run = policy.can_run(identity.in_own_name(), occurrence)
    can_sign_up = policy.can_sign_up(whom, occurrence)
    g.back_url = url_for(".show_week", team_id=occurrence.team.id) if can_run else None
    coming = {signup.person_id for signup in occurrence.active_signups}
    others = team_queries.list_active(occurrence.team) if can_run else []
    return render_template(
        "activities/show_occurrence.html",
        occurrence=occurrence,
        today=occurrence.team.today(clock.now()),
        own=occurrence.signup_of(whom),
        is_open=occurrence.is_open(clock.now()),
        has_started=occurrence.has_started(clock.now()),
        can_sign_up=can_sign_up,
        is_pausing=team_policy.is_member(whom, occurrence.team) and not can_sign_up,
        can_run=can_run,
        can_see_names=policy.can_see_names(whom, occurrence),
        others=[m.person for m in others if m.person_id not in coming],
    )


@blueprint.post("/activities/dates/<int:occurrence_id>/signups")
def sign_up(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    form = SignUpForm()
    if not form.validate():
        raise NotFound
    chosen = form.person.data
    # A page that was drawn for oneself is not taken for whom one acts for by now.
    person = identity.acted_for(meant=me.id if chosen == me.id else None)
    if chosen and chosen != person.id:
        authorize(policy.can_run(me, occurrence))
        person = people_queries.get_person(chosen)
    else:
        # Who pauses is refused by the rule itself, whose sentence says why.
        pauses = team_policy.is_member(person, occurrence.team)
        authorize(policy.can_sign_up(person, occurrence) or pauses, visible=True)

    signup = signups.sign_up(occurrence, form.role.data or 0, person, by=me)

    flash(welcome(signup.status, person, me), "success")
    return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))


def welcome(status: SignupStatus, person: Person, me: Person) -> str:
    if person.id == me.id:
        return str(WELCOME[status])
    return str(WELCOME_FOR_THEM[status]) % {"name": person.name}


@blueprint.route("/activities/signups/<int:signup_id>/withdrawal", methods=["GET", "POST"])
def withdraw(signup_id: int) -> ResponseReturnValue:
    """Giving a place back: a page that says what it means, then the button."""
    me = identity.signed_in_person()
    signup = queries.get_signup(signup_id)
    authorize(policy.can_withdraw(me, signup, whom=identity.acted_for()))
    occurrence = open_date(signup.occurrence_id)

    if request.method == "POST":
        waited = signup.is_waiting
        signups.withdraw(signup, by=me)
        flash(
            _("Taken off the waiting list. Thank you for saying so.")
            if waited
            else _("The place was given back. Thank you for saying so."),
            "success",
        )
        return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))
    return render_template(
        "activities/withdraw.html",
        signup=signup,
        occurrence=occurrence,
        is_mine=signup.person_id == me.id,
    )


# --- planning --------------------------------------------------------------------------------


@blueprint.get("/teams/<int:team_id>/activities")
def show_activities(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    team = open_team(team_id)
    authorize(policy.can_plan(me, team))
    g.back_url = url_for(".show_week", team_id=team.id)
    return render_template(
        "activities/show_activities.html",
        team=team,
        activities=queries.list_activities(team),
        today=team.today(clock.now()),
    )


@blueprint.route("/teams/<int:team_id>/activities/new", methods=["GET", "POST"])
def plan_activity(team_id: int) -> ResponseReturnValue:
    """Fill in, look at the next dates, publish: nothing is on the calendar before the look."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    authorize(policy.can_plan(me, team))
    g.back_url = url_for(".show_week", team_id=team.id)
    form = WeeklyForm()
    form.first_on.zone_name = team.zone
    offer_leaders(form, team)
    if request.method == "GET":
        form.leader.data = str(me.id)
    if "more" in request.form:
        form.offer_more_roles()
    elif "again" not in request.form and form.validate_on_submit():
        plan = form.plan()
        if "publish" in request.form:
            activity = planning.plan_weekly(team, plan, by=me)
            flash(_("“%(title)s” is on the calendar.", title=activity.title), "success")
            first = max(plan.first_on, team.today(clock.now()))
            return redirect(url_for(".show_week", team_id=team.id, day=first.isoformat()))
        return render_template(
            "activities/preview_activity.html",
            form=form,
            team=team,
            plan=plan,
            days=next_days(plan, team.zone),
        )
    return render_template("activities/plan_activity.html", form=form, team=team)


def next_days(plan: planning.WeeklyPlan, zone: str) -> list[date]:
    """The first dates that will be on the calendar, so that people see what the rule says."""
    last = plan.first_on + timedelta(weeks=DATES_IN_PREVIEW + 1)
    coming = [
        day
        for day in recurrence.days(plan.weekday, first=plan.first_on, last=last)
        if recurrence.span(day, plan.starts, plan.ends, zone).starts_at > clock.now()
    ]
    return coming[:DATES_IN_PREVIEW]


def offer_leaders(form: WordsForm, team: Team) -> None:
    form.offer_leaders([m.person for m in team_queries.list_active(team)])


@blueprint.route("/activities/<int:activity_id>/words", methods=["GET", "POST"])
def change_words(activity_id: int) -> ResponseReturnValue:
    """Title, place, roles and notes of all coming dates; the time is changed date by date."""
    me = identity.signed_in_person()
    activity = queries.get_activity(activity_id)
    authorize(policy.can_change(me, activity))
    g.team = activity.team
    g.back_url = url_for(".show_activities", team_id=activity.team_id)
    form = WordsForm()
    offer_leaders(form, activity.team)
    if "more" in request.form:
        form.offer_more_roles()
    elif form.validate_on_submit():
        planning.change_words(activity, form.words(), by=me)
        flash(_("Saved for all coming dates."), "success")
        return redirect(url_for(".show_activities", team_id=activity.team_id))
    elif request.method == "GET":
        form.show(activity)
        offer_leaders(form, activity.team)
    return render_template("activities/change_words.html", form=form, activity=activity)


@blueprint.route("/activities/<int:activity_id>/end", methods=["GET", "POST"])
def end_activity(activity_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    activity = queries.get_activity(activity_id)
    authorize(policy.can_change(me, activity))
    g.team = activity.team
    g.back_url = url_for(".show_activities", team_id=activity.team_id)
    if request.method == "POST":
        count = planning.end(activity, by=me)
        flash(
            ngettext(
                "The activity has ended. %(num)d date was cancelled.",
                "The activity has ended. %(num)d dates were cancelled.",
                count,
            ),
            "success",
        )
        return redirect(url_for(".show_activities", team_id=activity.team_id))
    coming = [o for o in queries.list_coming(activity, after=clock.now()) if not o.is_cancelled]
    return render_template(
        "activities/end_activity.html",
        activity=activity,
        coming=coming,
        people=len(notices.dates_of_each(coming)),
    )


@blueprint.route("/activities/dates/<int:occurrence_id>/change", methods=["GET", "POST"])
def move_date(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    form = DateForm()
    form.day.zone_name = occurrence.activity.zone
    if form.validate_on_submit():
        if single_date.move(occurrence, form.plan(), by=me):
            flash(told_words(occurrence), "success")
        return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))
    if request.method == "GET":
        form.show(occurrence)
    return render_template(
        "activities/move_date.html",
        form=form,
        occurrence=occurrence,
        people=len(notices.whom_it_concerns(occurrence)),
    )


def told_words(occurrence: Occurrence) -> str:
    count = len(notices.whom_it_concerns(occurrence))
    if not count:
        return _("Changed. Nobody had signed up, so nobody needs to be told.")
    return ngettext(
        "Changed. %(num)d person is being told.", "Changed. %(num)d people are being told.", count
    )


@blueprint.route("/activities/dates/<int:occurrence_id>/cancellation", methods=["GET", "POST"])
def cancel_date(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    form = CancelForm()
    if form.validate_on_submit():
        single_date.cancel(occurrence, reason=form.reason.data or "", by=me)
        flash(told_words(occurrence), "success")
        return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))
    return render_template(
        "activities/cancel_date.html",
        form=form,
        occurrence=occurrence,
        people=len(notices.whom_it_concerns(occurrence)),
    )


@blueprint.post("/activities/dates/<int:occurrence_id>/restoration")
def restore_date(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    single_date.restore(occurrence, by=me)
    flash(told_words(occurrence), "success")
    return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))


@blueprint.get("/activities/dates/<int:occurrence_id>/roster")
def show_roster(occurrence_id: int) -> ResponseReturnValue:
    """A sheet to sign at the door."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    return render_template("activities/show_roster.html", occurrence=occurrence)
