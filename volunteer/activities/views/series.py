"""Changing a series: which of its dates, what that means for whom; its pauses."""

from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import (
    notices,
    pausing,
    policy,
    queries,
    resumption,
    series_changes,
    series_outcome,
    standing_queries,
)
from volunteer.activities.errors import GoesOnAlready, NoDatesAgain
from volunteer.activities.forms.series import AgainForm, PauseForm, SeriesForm
from volunteer.activities.models import Activity, Occurrence
from volunteer.activities.planning import SeriesPlan
from volunteer.activities.recurrence import Series
from volunteer.activities.resumption import Foreseen
from volunteer.activities.views.door import blueprint, coordinated_activity, open_date
from volunteer.activities.views.planning import DATES_IN_PREVIEW, next_days, offer_choices
from volunteer.core import clock, zones
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.kept_pages import for_going_back
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.core.web import too_late
from volunteer.people.models import Person


@blueprint.get("/activities/dates/<int:occurrence_id>/scope")
def choose_scope(occurrence_id: int) -> ResponseReturnValue:
    """This date, this and those after it, or all: the question before every change."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    return render_template("activities/choose_scope.html", occurrence=occurrence)


@blueprint.route("/activities/<int:activity_id>/series", methods=["GET", "POST"])
def change_series(activity_id: int) -> ResponseReturnValue:
    """Another plan for all coming dates, or, with `since`, for that date and those after it.

    Nothing changes before somebody has read who loses what and who is told.
    """
    me, activity = coordinated_activity(activity_id)
    since = find_since(activity)
    if since:
        g.back_url = url_for(".show_occurrence", occurrence_id=since.id)
    form = SeriesForm()
    form.speak_of(activity.zone)
    offer_choices(form, activity.team)
    if request.method == "GET":
        show(form, activity, since)
    elif "more" in request.form:
        form.offer_more_roles()
    elif "again" not in request.form and form.validate_on_submit():
        plan = form.plan()
        if since is not None:
            plan = series_changes.starting_with(since, plan)
        outcome = series_outcome.foresee(activity, plan, since=since)
        if "publish" in request.form:
            # Asked before it is done: afterwards nothing is left to change.
            told = outcome.people_told
            publish_change(activity, since, plan, by=me, seen=form.seen.data)
            words = _("Changed. Everybody concerned is being told.") if told else _("Changed.")
            flash(words, "success")
            return redirect(url_for(".show_activities", team_id=activity.team_id))
        return render_template(
            "activities/preview_series.html",
            form=form,
            since=since,
            plan=plan,
            days=next_days(plan, activity.zone),
            outcome=outcome,
        )
    form.remember(series_changes.says_of(activity), lambda: show(form, activity, since))
    return for_going_back(
        render_template("activities/change_series.html", form=form, activity=activity, since=since)
    )


def find_since(activity: Activity) -> Occurrence | None:
    """The date that the address names; raises NotFound for one of another activity."""
    number = request.args.get("since", type=int)
    if number is None:
        return None
    occurrence = queries.get_occurrence(number)
    if occurrence.activity_id != activity.id:
        raise NotFound
    return occurrence


def publish_change(
    activity: Activity, since: Occurrence | None, plan: SeriesPlan, *, by: Person, seen: str | None
) -> None:
    """All coming dates, or those from `since` on, follow this plan from now on; `seen` is the mark
    of what the page has shown."""
    if since is None:
        series_changes.change_all(activity, plan, by=by, seen=seen)
    else:
        series_changes.change_since(since, plan, by=by, seen=seen)


def show(form: SeriesForm, activity: Activity, since: Occurrence | None) -> None:
    today = activity.team.today(clock.now())
    series = activity.series
    coming = series.next_days(1, after=since.planned_on if since else today)
    day = coming[0] if coming else today
    first_on = in_step(series, day, today) if coming else today
    # Days on top are none of the times that were said, and days left out are.
    done = len(times_before(series, first_on))
    form.show_series(activity, first_on=first_on, extra_from=day, done=done)
    offer_choices(form, activity.team)


def times_before(series: Series, day: date) -> list[date]:
    """The days of the rule alone before this one."""
    last = day - timedelta(days=1)
    return series.rule_days(series.first_on, last) if last >= series.first_on else []


def in_step(series: Series, day: date, today: date) -> date:
    """From which day on a rule goes on that comes every few weeks: a day on top, in a week between,
    would shift all that follow; then it is the last one that has been, or the day behind the last
    one before it that is to come, while that is in its week."""
    before = times_before(series, day)
    if series.rule.every == 1 or not before or series.rule_days(day, day):
        return day
    last, next_day = before[-1], before[-1] + timedelta(days=1)
    is_same_week = zones.monday_of(last) == zones.monday_of(next_day)
    return next_day if last >= today and is_same_week else last


@blueprint.route("/activities/<int:activity_id>/pauses/new", methods=["GET", "POST"])
def pause_activity(activity_id: int) -> ResponseReturnValue:
    """A rest for some days; first the days, then who is told, then yes."""
    me, activity = coordinated_activity(activity_id)
    form = PauseForm()
    form.speak_of(activity.zone)
    if "again" not in request.form and form.validate_on_submit():
        plan = form.plan()
        if "publish" in request.form:
            pausing.pause(activity, plan, by=me)
            flash(_("The pause is set. Everybody concerned is being told."), "success")
            return redirect(url_for(".show_activities", team_id=activity.team_id))
        resting = pausing.foresee(activity, plan)
        return render_template(
            "activities/preview_pause.html",
            form=form,
            activity=activity,
            plan=plan,
            resting=resting,
            people=[person for person, _dates in notices.dates_of_each(resting)],
        )
    return for_going_back(
        render_template("activities/pause_activity.html", form=form, activity=activity)
    )


@blueprint.route("/activities/<int:activity_id>/resumption", methods=["GET", "POST"])
def take_up_activity(activity_id: int) -> ResponseReturnValue:
    """It has ended, and takes place again: first the day, then what will be made, then yes."""
    me, activity = coordinated_activity(activity_id)
    if not activity.has_ended(activity.team.today(clock.now())):
        return too_late(GoesOnAlready, g.back_url)
    form = AgainForm()
    form.speak_of(activity.zone)
    if "again" not in request.form and form.validate_on_submit():
        try:
            foreseen = resumption.foresee(activity, form.again())
        except NoDatesAgain as error:
            form.first_on.errors = [str(error)]
        else:
            if "publish" not in request.form:
                return render_template(
                    "activities/preview_resumption.html",
                    form=form,
                    activity=activity,
                    **what_comes_again(activity, foreseen),
                )
            resumption.take_up(activity, form.again(), by=me)
            flash(_("“%(title)s” is on the calendar.", title=activity.title), "success")
            first = foreseen.days[0].isoformat()
            return redirect(url_for(".show_week", team_id=activity.team_id, day=first))
    return for_going_back(
        render_template("activities/take_up_activity.html", form=form, activity=activity)
    )


def what_comes_again(activity: Activity, foreseen: Foreseen) -> dict[str, Any]:
    return {
        "days": foreseen.days[:DATES_IN_PREVIEW],
        "back": foreseen.back,
        "off": foreseen.off,
        "people": [person for person, _dates in notices.dates_of_each(foreseen.back)],
        "standing": standing_queries.list_standing(activity),
    }


@blueprint.post("/activities/pauses/<int:rest_id>/end")
def end_pause(rest_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    rest = queries.get_pause(rest_id)
    activity = rest.activity
    authorize(policy.can_change(me, activity))
    count = pausing.take_back(rest, by=me)
    flash(
        ngettext(
            "The pause is over. %(num)d date takes place again.",
            "The pause is over. %(num)d dates take place again.",
            count,
        ),
        "success",
    )
    return redirect(url_for(".show_activities", team_id=activity.team_id))
