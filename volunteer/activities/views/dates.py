"""One date: what, when, where, who comes; signing up and giving back."""

from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import (
    eligibility,
    group_texts,
    lunches,
    policy,
    queries,
    signups,
    stand_ins,
    ties,
    waitlist,
)
from volunteer.activities.attendance import sheet, walk_ins
from volunteer.activities.errors import NotSignedUp, WorthASecondThought
from volunteer.activities.excuses import Reason
from volunteer.activities.forms.dates import SignUpForm, WalkInForm
from volunteer.activities.forms.stand_ins import ExcuseForm
from volunteer.activities.glances import Chance
from volunteer.activities.models import Confirmation, Occurrence, Signup, SignupStatus
from volunteer.activities.views import households
from volunteer.activities.views.door import blueprint, open_date
from volunteer.activities.views.stand_ins import around_date
from volunteer.core import clock, pressing
from volunteer.core.access import authorize, public
from volunteer.core.errors import DomainError, NotAllowed, NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries

# So long before a date its page asks again whether one comes.
ASKED_AGAIN = timedelta(days=3)
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
    now = clock.now()
    whom = identity.find_acted_for()
    can_run = policy.can_run(identity.in_own_name(), occurrence)
    can_sign_up = policy.can_sign_up(whom, occurrence)
    can_see_names = can_sign_up or policy.can_see_names(whom, occurrence)
    g.back_url = url_for(".show_week", team_id=occurrence.team.id) if can_run else None
    coming = {signup.person_id for signup in occurrence.active_signups}
    is_open = occurrence.is_open(now)
    others = team_queries.list_active_on(occurrence.team, occurrence.day) if can_run else []
    own = occurrence.signup_of(whom)
    may_press = whom is not None and can_sign_up and is_open
    return render_template(
        "activities/show_occurrence.html",
        occurrence=occurrence,
        today=occurrence.team.today(now),
        own=own,
        was_moved=group_texts.was_moved(occurrence),
        is_open=is_open,
        has_started=occurrence.has_started(now),
        can_sign_up=can_sign_up,
        is_pausing=not can_sign_up and team_policy.is_member(whom, occurrence.team),
        can_run=can_run,
        lunch=lunches.find_on(occurrence) if can_run else None,
        can_see_names=can_see_names,
        others=[(m.person, until) for m, until in others if m.person_id not in coming],
        **around_date(occurrence, whom, names=can_see_names),
        refused=refusals_of(whom, occurrence, me=identity.signed_in_person())
        if may_press and whom
        else {},
        leads_today=not can_run and leads_now(occurrence, now),
        is_near=occurrence.starts_at - now < ASKED_AGAIN,
        confirmations=said_on(occurrence, own=own, can_run=can_run) if is_open else {},
        housemates=mates_to_bring(whom, occurrence) if may_press and whom else [],
        takes_walk_ins=can_run and occurrence.takes_walk_ins(now),
    )


def leads_now(occurrence: Occurrence, now: datetime) -> bool:
    """Whether who looks leads it, and this is its day."""
    is_its_day = occurrence.is_its_day(now) and not occurrence.is_cancelled
    return is_its_day and policy.can_see_safety_cards(identity.in_own_name(), occurrence)


def said_on(
    occurrence: Occurrence, *, own: Signup | None, can_run: bool
) -> dict[int, Confirmation]:
    """Who has said again that they come: everybody for coordinators, else oneself."""
    asked = occurrence.going if can_run else [own] if own else []
    return {signup.id: word for signup in asked if (word := signup.said) is not None}


def mates_to_bring(person: Person, occurrence: Occurrence) -> list[Person]:
    """With whom this person lives, unless all of them are signed up already."""
    mates = ties.list_housemates(occurrence.team, person)
    everybody = [person, *mates]
    return [] if all(occurrence.signup_of(one) for one in everybody) else mates


def refusals_of(
    person: Person, occurrence: Occurrence, *, me: Person
) -> dict[int, list[DomainError]]:
    """For each role by its number what keeps this person from it, to be read before pressing."""
    facts = eligibility.look_up([occurrence], [person], are_members=True, away={})
    return {
        role.id: [
            signups.as_said_to(me, person, refusal)
            for refusal in facts.refusals(person, role, occurrence)
        ]
        for role in occurrence.roles
    }


@blueprint.post("/activities/dates/<int:occurrence_id>/signups")
def sign_up(occurrence_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    form = SignUpForm()
    if form.person.data and "role" not in request.form:
        flash(_("Please choose for which work."), "error")
        return redirect(url_for(".show_occurrence", occurrence_id=occurrence_id))
    if not form.validate():
        raise NotFound
    if not form.person.data and "person" in request.form:
        flash(_("Please choose who it is."), "error")
        return redirect(url_for(".show_occurrence", occurrence_id=occurrence_id))
    person, is_entered = whom_it_is_for(occurrence_id, form.person.data, me)
    if is_entered and form.together.data:
        return households.ask_who_comes_along(queries.get_date(occurrence_id), person)
    role_id = form.role.data or 0

    def admit(chance: Chance) -> None:
        # Who pauses is refused by the rule itself, whose sentence says why.
        authorize(is_entered or policy.can_ask_for_place(chance), visible=True)

    welcome = welcome_for(person, me)
    try:
        place = signups.ask(
            occurrence_id, role_id, person, by=me, is_sure=form.sure.data, admit=admit
        )
    except WorthASecondThought as thought:
        occurrence = open_date(occurrence_id)
        return render_template(
            "activities/confirm_sign_up.html",
            occurrence=occurrence,
            role=signups.role_of(occurrence, role_id),
            person=person,
            doubts=thought.doubts,
        )
    except NotAllowed:
        raise
    except DomainError:
        # The page that says why stands in the frame of its team.
        open_date(occurrence_id)
        raise

    flash(welcome[place.status], "success")
    return redirect(url_for(".show_occurrence", occurrence_id=occurrence_id))


def whom_it_is_for(occurrence_id: int, chosen: int | None, me: Person) -> tuple[Person, bool]:
    """Who is to have the place, and whether a coordinator enters them."""
    # A page that was drawn for oneself is not taken for whom one acts for by now.
    person = identity.acted_for(meant=me.id if chosen == me.id else None)
    if not chosen or chosen == person.id:
        return person, False
    authorize(policy.can_run(me, queries.get_date(occurrence_id)))
    return people_queries.get_person(chosen), True


def welcome_for(person: Person, me: Person) -> dict[SignupStatus, str]:
    """What is said when this person has a place, or waits for one."""
    if person.id == me.id:
        return {status: str(words) for status, words in WELCOME.items()}
    theirs = {"name": person.name}
    return {status: str(words) % theirs for status, words in WELCOME_FOR_THEM.items()}


@blueprint.post("/activities/signups/<int:signup_id>/place")
def take_place(signup_id: int) -> ResponseReturnValue:
    """Who waits takes the place that is held for them, or one that came free."""
    me = identity.signed_in_person()
    signup = queries.get_signup(signup_id)
    authorize(policy.can_withdraw(me, signup, whom=identity.acted_for()))
    occurrence = open_date(signup.occurrence_id)

    waitlist.take(signup, by=me)

    flash(welcome_for(signup.person, me)[SignupStatus.GOING], "success")
    return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))


@blueprint.route("/activities/dates/<int:occurrence_id>/walk-ins", methods=["GET", "POST"])
def add_walk_in(occurrence_id: int) -> ResponseReturnValue:
    """Who stands at the door on the day: a member, or somebody new."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    coming = {signup.person_id for signup in occurrence.going}
    members = {str(m.person_id): m.person for m in team_queries.list_active(occurrence.team)}
    form = WalkInForm()
    form.offer(occurrence, [p for p in members.values() if p.id not in coming])
    if request.method == "GET":
        form.form_key.data = pressing.new_form_key()
    elif form.validate():
        who = members[form.member.data] if form.member.data else form.newcomer()
        signup = walk_ins.walk_in(
            occurrence, int(form.role.data), who, by=me, form_key=form.form_key.data or ""
        )
        flash(_("%(name)s is written down. Welcome!", name=signup.person.name), "success")
        return redirect(url_for(".add_walk_in", occurrence_id=occurrence.id))
    return render_template("activities/add_walk_in.html", form=form, occurrence=occurrence)


@blueprint.route("/activities/signups/<int:signup_id>/withdrawal", methods=["GET", "POST"])
def withdraw(signup_id: int) -> ResponseReturnValue:
    """Giving a place back: a page that says what it means, then the button."""
    me = identity.signed_in_person()
    signup = queries.get_signup(signup_id)
    authorize(policy.can_withdraw(me, signup, whom=identity.acted_for()))
    occurrence = open_date(signup.occurrence_id)

    form = ExcuseForm()
    if form.validate_on_submit():
        if form.looks_for_somebody:
            return look_for_somebody(signup, form.given(), me)
        give_back(signup, form.given(), me)
        return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))
    return render_template(
        "activities/withdraw.html",
        signup=signup,
        occurrence=occurrence,
        is_mine=signup.person_id == me.id,
        form=form,
        has_started=occurrence.has_started(clock.now()),
        can_look=stand_ins.can_look(occurrence, clock.now()) and not signup.role.waiting,
        goes_with=[other.person.name for other in signups.goes_with(signup)],
    )


def give_back(signup: Signup, reason: Reason, me: Person) -> None:
    """Pressed twice, the second answer is as kind as the first."""
    waited = signup.is_waiting
    try:
        signups.withdraw(signup, by=me, reason=reason)
    except NotSignedUp as error:
        flash(str(error), "info")
        return
    flash(given_back_words(signup.person, me, waited=waited), "success")


def given_back_words(person: Person, me: Person, *, waited: bool) -> str:
    """Thanks are for who has told us; a coordinator reads whose place it was."""
    if person.id == me.id:
        return (
            _("Taken off the waiting list. Thank you for saying so.")
            if waited
            else _("The place was given back. Thank you for saying so.")
        )
    return (
        _("%(name)s is taken off the waiting list.", name=person.name)
        if waited
        else _("The place of %(name)s was given back.", name=person.name)
    )


def look_for_somebody(signup: Signup, reason: Reason, me: Person) -> ResponseReturnValue:
    search = stand_ins.look(signup, reason, by=me)
    if search is None:
        flash(_("Somebody is waiting for this place already. Thank you for saying so."), "success")
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
    )
