"""Coming every week: saying so, seeing what comes of it, pausing, ending."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy, queries, standing, standing_dates, standing_queries
from volunteer.activities.forms.standing import EndForm, StandingForm
from volunteer.activities.models import Activity, StandingPlace
from volunteer.activities.views.door import blueprint, coordinated_activity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.forms import DaysAwayForm
from volunteer.core.language import gettext as _
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries


def open_standing(standing_id: int) -> StandingPlace:
    """The place of this page, for who may change it."""
    me = identity.signed_in_person()
    found = standing_queries.get_standing(standing_id)
    authorize(policy.can_change_standing(me, found, whom=identity.acted_for()))
    g.team = found.activity.team
    g.back_url = url_for(".show_standing", standing_id=found.id)
    return found


@blueprint.get("/activities/<int:activity_id>/standing-places")
def show_standing_places(activity_id: int) -> ResponseReturnValue:
    """Who comes every week, for coordinators."""
    _me, activity = coordinated_activity(activity_id)
    return render_template(
        "activities/show_standing_places.html",
        activity=activity,
        held=standing_queries.list_standing(activity),
        today=activity.team.today(clock.now()),
    )


@blueprint.route("/activities/<int:activity_id>/standing-places/new", methods=["GET", "POST"])
def begin_standing(activity_id: int) -> ResponseReturnValue:
    """For oneself, or whom one acts for."""
    me = identity.signed_in_person()
    activity = queries.get_activity(activity_id)
    g.team = activity.team
    g.back_url = url_for(".show_week", team_id=activity.team_id)
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    authorize(policy.can_come_every_week(whom, activity))
    return ask_how_often(activity, StandingForm(activity), me, whom)


@blueprint.route("/activities/<int:activity_id>/standing-places/entry", methods=["GET", "POST"])
def enter_standing(activity_id: int) -> ResponseReturnValue:
    """A coordinator enters it for somebody who said so."""
    me, activity = coordinated_activity(activity_id)
    g.back_url = url_for(".show_standing_places", activity_id=activity.id)
    people = [membership.person for membership in team_queries.list_active(activity.team)]
    return ask_how_often(activity, StandingForm(activity, people), me, None)


def ask_how_often(
    activity: Activity, form: StandingForm, me: Person, whom: Person | None
) -> ResponseReturnValue:
    """The page of both; without a person in the address it is asked for."""
    if form.validate_on_submit():
        person = whom or people_queries.get_person(form.person.data)
        begun = standing.begin(activity, person, form.plan(), by=me)
        flash(what_came_of_it(begun, is_own=person.id == me.id), "success")
        return redirect(url_for(".show_standing", standing_id=begun.id))
    return render_template(
        "activities/begin_standing.html", form=form, activity=activity, person=whom
    )


def what_came_of_it(begun: StandingPlace, *, is_own: bool) -> str:
    """Some of the dates may be full, or not for them: the page below says which."""
    if all(own.has_place for own in standing_dates.coming_dates(begun)):
        return (
            _("Thank you! You have a place on each of these dates.")
            if is_own
            else _("%(name)s has a place on each of these dates.", name=begun.person.name)
        )
    return (
        _("Thank you! On which dates you have a place, you see below.")
        if is_own
        else _(
            "It is noted. On which dates %(name)s has a place, you see below.",
            name=begun.person.name,
        )
    )


@blueprint.get("/activities/standing-places/<int:standing_id>")
def show_standing(standing_id: int) -> ResponseReturnValue:
    found = open_standing(standing_id)
    g.back_url = None
    return render_template(
        "activities/show_standing.html",
        standing=found,
        coming=standing_dates.coming_dates(found),
        today=found.activity.team.today(clock.now()),
        can_change_activity=policy.can_change(identity.in_own_name(), found.activity),
        is_own=found.person_id == identity.acted_for().id,
    )


@blueprint.route(
    "/activities/standing-places/<int:standing_id>/pauses/new", methods=["GET", "POST"]
)
def pause_standing(standing_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    found = open_standing(standing_id)
    form = DaysAwayForm(found.activity.zone)
    if form.validate_on_submit():
        standing.pause(found, *form.days(), by=me)
        flash(_("The pause is noted. Have a good time!"), "success")
        return redirect(url_for(".show_standing", standing_id=found.id))
    return render_template("activities/pause_standing.html", standing=found, form=form)


@blueprint.post("/activities/standing-pauses/<int:pause_id>/end")
def end_standing_pause(pause_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    away = standing_queries.get_pause(pause_id)
    found = away.standing
    authorize(policy.can_change_standing(me, found, whom=identity.acted_for()))
    standing.end_pause(away, by=me)
    flash(_("The pause is over. The places are there again, where there is room."), "success")
    return redirect(url_for(".show_standing", standing_id=found.id))


@blueprint.route("/activities/standing-places/<int:standing_id>/end", methods=["GET", "POST"])
def end_standing(standing_id: int) -> ResponseReturnValue:
    """A page that says what it means, then the button."""
    me = identity.signed_in_person()
    found = open_standing(standing_id)
    form = EndForm(found.activity.zone)
    if form.validate_on_submit():
        standing.end(found, last_on=form.last_on.day, by=me)
        flash(_("It is noted. Thank you for all the times!"), "success")
        return redirect(url_for(".show_standing", standing_id=found.id))
    return render_template(
        "activities/end_standing.html",
        standing=found,
        form=form,
        is_own=found.person_id == identity.acted_for().id,
    )
