"""Planning an activity, changing what it says, ending it."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.activities import (
    holiday_questions,
    insurance,
    notices,
    patterns,
    planning,
    policy,
    queries,
    recurrence,
    series_changes,
)
from volunteer.activities.errors import InsuranceNeeded
from volunteer.activities.forms.holidays import HolidaysForm
from volunteer.activities.forms.series import SeriesForm
from volunteer.activities.forms.words import WordsForm
from volunteer.activities.models import Activity
from volunteer.activities.views.door import blueprint, coordinated_activity
from volunteer.core import clock, zones
from volunteer.core.access import authorize
from volunteer.core.kept_pages import for_going_back
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team
from volunteer.training import queries as training_queries

DATES_IN_PREVIEW = 6


@blueprint.route("/teams/<int:team_id>/activities/new", methods=["GET", "POST"])
def plan_activity(team_id: int) -> ResponseReturnValue:
    """Fill in, look at the next dates, publish: nothing is on the calendar before the look.

    The dates can be looked at as soon as the rule says which they are, too.
    """
    me, team = coordinated_team(team_id, back_to=".show_week")
    form = SeriesForm()
    form.speak_of(team.zone)
    offer_choices(form, team)
    if request.method == "GET":
        prefill(form, team, me)
    days: list[date] = []
    if "more" in request.form:
        form.offer_more_roles()
    elif {"dates", "again"} & set(request.form):
        days = next_days(form.plan(), team.zone) if form.check_dates() else []
    elif form.validate_on_submit() and is_publishable(form, team) and has_days(form, team):
        plan = form.plan()
        coming = holiday_questions.days_to_come(plan, team.zone)
        named, missing_years = holiday_questions.foresee(coming)
        asked = HolidaysForm(named, team.zone)
        if "publish" in request.form and asked.validate():
            first = publish(team, plan, asked, me)
            return redirect(url_for(".show_week", team_id=team.id, day=first.isoformat()))
        look = render_template(
            "activities/preview_activity.html",
            form=form,
            team=team,
            plan=plan,
            days=next_days(plan, team.zone),
            leader=form.leader_name,
            asked=asked,
            missing_years=missing_years,
        )
        return for_going_back(look)
    return for_going_back(
        render_template(
            "activities/plan_activity.html",
            form=form,
            team=team,
            patterns=patterns.PATTERNS,
            days=days,
        )
    )


def publish(team: Team, plan: planning.SeriesPlan, asked: HolidaysForm, me: Person) -> date:
    """Put it on the calendar, dates on holidays as was answered; the day of the first date."""
    activity = holiday_questions.plan_series(team, plan, asked.decisions(), by=me)
    flash(_("“%(title)s” is on the calendar.", title=activity.title), "success")
    days = next_days(plan, team.zone)
    return days[0] if days else team.today(clock.now())


def prefill(form: SeriesForm, team: Team, me: Person) -> None:
    """What the address asks for: a pattern, or another activity of the team to be copied."""
    pattern = patterns.find(request.args.get("pattern", ""))
    like = request.args.get("like", type=int)
    if pattern is not None:
        form.show_pattern(pattern)
    elif like is not None:
        activity = queries.get_activity(like)
        authorize(policy.can_change(me, activity))
        form.show_series(activity, first_on=team.today(clock.now()))
        form.first_on.data = ""
    offer_choices(form, team)
    if not form.leader.data:
        form.leader.data = str(me.id)


def next_days(plan: planning.SeriesPlan, zone: str) -> list[date]:
    """The first dates that will be on the calendar, so that people see what the rule says."""
    today = zones.day_in(zone, clock.now())
    days = plan.series.next_days(DATES_IN_PREVIEW + 1, after=today)
    coming = [
        day
        for day in days
        if recurrence.span(day, plan.starts, plan.ends, zone).starts_at > clock.now()
    ]
    return coming[:DATES_IN_PREVIEW]


def has_days(form: SeriesForm, team: Team) -> bool:
    """Whether any of its days is still to come; else the form says so, and keeps what was typed."""
    if next_days(form.plan(), team.zone):
        return True
    form.first_on.errors = [_("That time is over already. Please choose a later day or hour.")]
    return False


def offer_choices(form: WordsForm, team: Team) -> None:
    """The trainings that work may ask for, and the people who may lead."""
    form.offer_trainings(training_queries.list_trainings(team))
    form.offer_leaders([m.person for m in team_queries.list_active(team)])


def is_publishable(form: WordsForm, team: Team) -> bool:
    """Whether it may be published; else the form says what is missing, and keeps what was typed."""
    words = form.words()
    try:
        insurance.check_publishable(
            team, words.danger, words.risk_note, today=team.today(clock.now())
        )
    except InsuranceNeeded as error:
        form.danger.errors = [str(error)]
        return False
    return True


def show(form: WordsForm, activity: Activity) -> None:
    form.show(activity)
    offer_choices(form, activity.team)


@blueprint.route("/activities/<int:activity_id>/words", methods=["GET", "POST"])
def change_words(activity_id: int) -> ResponseReturnValue:
    """Title, place, roles and notes of all coming dates; the time is changed date by date."""
    me, activity = coordinated_activity(activity_id)
    form = WordsForm()
    offer_choices(form, activity.team)
    if "more" in request.form:
        form.offer_more_roles()
    elif form.validate_on_submit() and is_publishable(form, activity.team):
        series_changes.change_words(activity, form.words(), by=me, seen=form.seen.data)
        flash(_("Saved for all coming dates."), "success")
        return redirect(url_for(".show_activities", team_id=activity.team_id))
    elif request.method == "GET":
        show(form, activity)
    form.remember(planning.words_of(activity), lambda: show(form, activity))
    return render_template("activities/change_words.html", form=form, activity=activity)


@blueprint.route("/activities/<int:activity_id>/end", methods=["GET", "POST"])
def end_activity(activity_id: int) -> ResponseReturnValue:
    me, activity = coordinated_activity(activity_id)
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
