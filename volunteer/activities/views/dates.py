"""One date: what, when, where, who comes; signing up and giving back."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy, queries, sheet, signups, stand_ins
from volunteer.activities.excuses import Reason
from volunteer.activities.forms.dates import SignUpForm
from volunteer.activities.forms.stand_ins import ExcuseForm
from volunteer.activities.models import Signup, SignupStatus
from volunteer.activities.views.door import blueprint, open_date
from volunteer.activities.views.stand_ins import around_date
from volunteer.core import clock
from volunteer.core.access import authorize, public
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries

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


@blueprint.get("/activities/dates/<int:occurrence_id>")
@public
def show_occurrence(occurrence_id: int) -> ResponseReturnValue:
    """One date: what, when, where, who leads, the risks; names only for the team."""
    occurrence = open_date(occurrence_id)
    whom = identity.find_acted_for()
    can_run = policy.can_run(identity.in_own_name(), occurrence)
    can_sign_up = policy.can_sign_up(whom, occurrence)
    can_see_names = can_sign_up or policy.can_see_names(whom, occurrence)
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
        is_pausing=not can_sign_up and team_policy.is_member(whom, occurrence.team),
        can_run=can_run,
        can_see_names=can_see_names,
        others=[m.person for m in others if m.person_id not in coming],
        **around_date(occurrence, whom, names=can_see_names),
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

    form = ExcuseForm()
    if form.validate_on_submit():
        waited = signup.is_waiting
        if form.looks_for_somebody:
            return look_for_somebody(signup, form.given(), me)
        signups.withdraw(signup, by=me, reason=form.given())
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
        form=form,
        has_started=occurrence.has_started(clock.now()),
        can_look=stand_ins.can_look(occurrence, clock.now()) and not signup.role.waiting,
    )


def look_for_somebody(signup: Signup, reason: Reason, me: Person) -> ResponseReturnValue:
    search = stand_ins.look(signup, reason, by=me)
    if search is None:
        flash(_("Somebody was waiting and has the place now. Thank you for saying so."), "success")
    elif search.is_open:
        flash(_("We ask others now. You need not do anything more."), "success")
    else:
        flash(
            _("There is nobody to ask. The coordinators are told, and the place is free."), "info"
        )
    return redirect(url_for(".show_occurrence", occurrence_id=signup.occurrence_id))


@blueprint.get("/activities/dates/<int:occurrence_id>/roster")
def show_roster(occurrence_id: int) -> ResponseReturnValue:
    """A sheet to sign at the door."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    lines = [line for line in sheet.all_lines(occurrence) if line.is_going]
    return render_template(
        "activities/show_roster.html",
        occurrence=occurrence,
        lines=lines,
        repeated=sheet.repeated_names(lines),
    )
