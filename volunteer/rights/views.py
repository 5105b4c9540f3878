"""Asking to be forgotten, for oneself or a member, and answering it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, signing_in
from volunteer.core import clock, saying
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.hours import policy as hours_policy
from volunteer.hours import queries as hours_queries
from volunteer.notifications import outbox
from volunteer.notifications.models import Channel
from volunteer.people.models import Person
from volunteer.rights import forgetting, policy, queries
from volunteer.rights.forms import AskForm, AskForMemberForm, RefuseForm
from volunteer.rights.models import ANSWERED_WITHIN, ForgettingRequest
from volunteer.teams import queries as team_queries

blueprint = Blueprint("rights", __name__)


def oneself() -> Person:
    """Who acts for somebody can't end everything for them."""
    me = identity.oneself()
    authorize(True)
    g.back_url = url_for("privacy.show_held")
    return me


@blueprint.route("/settings/forgetting", methods=["GET", "POST"])
def ask_to_be_forgotten() -> ResponseReturnValue:
    """What it means, asking for it, and what became of it."""
    me = oneself()
    form = AskForm()
    if form.validate_on_submit():
        made = forgetting.ask(me, form.words.data or "", by=me)
        flash(answered_by(made), "success")
        return redirect(url_for(".ask_to_be_forgotten"))
    return render_template(
        "rights/ask_to_be_forgotten.html",
        form=form,
        last=queries.find_last(me),
        days=ANSWERED_WITHIN.days,
        today=clock.today(),
    )


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/forgetting", methods=["GET", "POST"]
)
def ask_for_member(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A coordinator writes it down for who keeps no account of their own."""
    me = identity.signed_in_person()
    member = team_queries.get_membership(team_id, membership_id)
    has_own_account = signing_in.has_password(member.person)
    authorize(policy.can_ask_for(me, member, has_own_account=has_own_account))
    g.team = member.team
    g.back_url = url_for("teams.show_member", team_id=team_id, membership_id=membership_id)
    if found := queries.find_open(member.person):
        return redirect(url_for(".answer_request", request_id=found.id))
    form = AskForMemberForm()
    if form.validate_on_submit():
        made = forgetting.ask(member.person, form.words.data or "", by=me, team=member.team)
        flash(answered_by(made), "success")
        return redirect(url_for(".answer_request", request_id=made.id))
    return render_template(
        "rights/ask_for_member.html",
        form=form,
        member=member,
        days=ANSWERED_WITHIN.days,
        service_until=forgetting.service_kept_until(member.person, clock.now()),
        today=clock.today(),
    )


@blueprint.route("/forgetting-requests/<int:request_id>", methods=["GET", "POST"])
def answer_request(request_id: int) -> ResponseReturnValue:
    """Yes, or no with a reason."""
    me, found = answerable(request_id)
    form = RefuseForm()
    if "yes" in request.form:
        name = found.person.name
        forgetting.grant(found, by=me)
        flash(_("%(name)s is out of everything, and will be told.", name=name), "success")
        return redirect(url_for("home.show_home"))
    if form.validate_on_submit():
        forgetting.refuse(found, form.reason.data or "", by=me)
        flash(_("%(name)s will be told why not.", name=found.person.name), "success")
        return redirect(url_for("home.show_home"))
    person = found.person
    return render_template(
        "rights/answer_request.html",
        form=form,
        found=found,
        today=clock.today(),
        service_until=forgetting.service_kept_until(person, clock.now()),
        certificates=[
            one
            for one in hours_queries.list_of(person)
            if one.is_asked and hours_policy.can_answer(me, one)
        ],
        is_called=outbox.channel_for(person) is Channel.CALL,
        can_take_back=may_take_back(me, found),
    )


@blueprint.post("/forgetting-requests/<int:request_id>/withdrawal")
def take_back(request_id: int) -> ResponseReturnValue:
    """They stay, as they say themselves or have told a coordinator."""
    me = identity.signed_in_person()
    found = queries.get_request(request_id)
    authorize(may_take_back(me, found))
    forgetting.take_back(found, by=me)
    if found.person_id == me.id:
        flash(_("You stay. Everything is as it was."), "success")
        return redirect(url_for(".ask_to_be_forgotten"))
    flash(_("%(name)s stays. Everything is as it was.", name=found.person.name), "success")
    return redirect(url_for("home.show_home"))


def answerable(request_id: int) -> tuple[Person, ForgettingRequest]:
    """Who is asking, and what they may answer."""
    me = identity.signed_in_person()
    found = queries.get_request(request_id)
    authorize(policy.can_answer(me, found, is_operator=identity.is_operator()))
    g.back_url = url_for("home.show_home")
    return me, found


def may_take_back(me: Person, found: ForgettingRequest) -> bool:
    return policy.can_take_back(
        me,
        found,
        has_own_account=signing_in.has_password(found.person),
        is_operator=identity.is_operator(),
    )


def answered_by(made: ForgettingRequest) -> str:
    day = saying.day_words(made.due_on, today=clock.today())
    return _("It has been asked. It is answered by %(day)s at the latest.", day=day)
