"""What goes out, to whom; what became of it; and the coordinator's call list."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.accounts import queries as account_queries
from volunteer.activities import queries as activity_queries
from volunteer.core import clock, nights, saying, zones
from volunteer.core.access import authorize
from volunteer.core.database import one_or_not_found
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.core.pages import page_of
from volunteer.notifications import explaining, letters, rations
from volunteer.notifications import queries as outbox
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import (
    call_list,
    calling,
    inviting,
    phone_tree,
    plans,
    preview,
    queries,
    timing,
    wording,
)
from volunteer.reminders import policy as call_policy
from volunteer.reminders.errors import BackupCallsAlready, TooFewCallers
from volunteer.reminders.forms import (
    ActivityTimesForm,
    CallForm,
    InvitingForm,
    PhoneTreeForm,
    TeamTimesForm,
)
from volunteer.reminders.inviting import Able
from volunteer.reminders.models import Call, CallResult
from volunteer.reminders.queries import CallCard
from volunteer.teams import policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team

blueprint = Blueprint("reminders", __name__)

NOTED = {
    CallResult.COMES: __("Noted: %(name)s comes."),
    CallResult.DECLINED: __("Noted: %(name)s does not come. The place is free again."),
    CallResult.NO_ANSWER: __("Noted. %(name)s stays on the list."),
    CallResult.UNCLEAR: __("Noted. %(name)s stays on the list."),
}


def message_of(team: Team, message_id: int) -> OutboxMessage:
    return one_or_not_found(outbox.of_team(team.id).where(OutboxMessage.id == message_id))


@blueprint.get("/teams/<int:team_id>/messages")
def show_messages(team_id: int) -> ResponseReturnValue:
    """What will go out next, to whom and to whom not; what became of the last ones."""
    me, team = coordinated_team(team_id)
    now = clock.now()
    coming = preview.of_team(team, now)
    reader = coming.find(request.args.get("person", type=int) or me.id)
    run = queries.find_last_run(team)
    return render_template(
        "reminders/show_messages.html",
        team=team,
        coming=coming,
        due_wall=team.wall(coming.due_at),
        first_day=timing.first_day(team, coming.due_at),
        reader=reader,
        letter=preview.letter_to(team, reader, coming.due_at) if reader else None,
        run=run,
        run_wall=team.wall(run.due_at) if run else None,
        counts=queries.count_of_run(run) if run else {},
        on_their_way=outbox.count_on_their_way(team.id, run.due_at) if run else 0,
        times=[
            wording.offset(offset) for offset in plans.look_up([team.id]).times(team.id).offsets
        ],
        to_call=queries.count_everybody_to_call(team, now),
        texts=rations.of_team_today(team.id, team.zone),
    )


def count_calls(team: Team, now: datetime) -> int:
    """How many are to be asked whether they come."""
    return queries.count_waiting([team.id], now).get(team.id, 0)


@blueprint.get("/teams/<int:team_id>/messages/sent")
def show_sent(team_id: int) -> ResponseReturnValue:
    """Every message of the team and what happened to it."""
    _me, team = coordinated_team(team_id, back_to=".show_messages")
    page = page_of(outbox.of_team(team.id), request.args.get("page", 1, type=int))
    return render_template("reminders/show_sent.html", team=team, page=page)


@blueprint.get("/teams/<int:team_id>/messages/<int:message_id>")
def show_message(team_id: int, message_id: int) -> ResponseReturnValue:
    """What happened to one message: to whom, when, how, why it did not go, what helps."""
    _me, team = coordinated_team(team_id, back_to=".show_sent")
    message = message_of(team, message_id)
    return render_template(
        "reminders/show_message.html",
        team=team,
        message=message,
        why=explaining.why_not(message),
        can_go_again=message.can_go_again(clock.now()),
    )


@blueprint.post("/teams/<int:team_id>/messages/<int:message_id>/again")
def try_again(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    message = message_of(team, message_id)
    call_list.try_again(message, team=team, by=me)
    name = _("the group") if message.channel is Channel.GROUP else message.person.name
    flash(_("The message to %(name)s goes out again.", name=name), "success")
    return redirect(url_for(".show_message", team_id=team.id, message_id=message.id))


@blueprint.get("/teams/<int:team_id>/call-list")
def show_call_list(team_id: int) -> ResponseReturnValue:
    """Who is to be called, with the number large and what to say."""
    me, team = coordinated_team(team_id, back_to=".show_messages")
    calls = outbox.list_calls(team.id)
    now = clock.now()
    cards = queries.list_calls(team, now)
    people = {call.person_id for call in calls} | {card.call.person_id for card in cards}
    asked = {card.call.person_id for card in cards if not card.call.is_done}
    news = by_person(calls)
    return render_template(
        "reminders/show_call_list.html",
        me=me,
        team=team,
        count=len(asked.union(call.person_id for call in calls)),
        news=news,
        news_of={told[0].person_id: told for told in news},
        words=letters.write(calls),
        companions=account_queries.find_companions(people),
        in_the_morning=in_the_morning(team.zone, now),
        **sorted_out(cards),
    )


def by_person(calls: Iterable[OutboxMessage]) -> list[list[OutboxMessage]]:
    """What is to be told, a list for each person: nobody is called three times for three things."""
    news: dict[int, list[OutboxMessage]] = {}
    for call in calls:
        news.setdefault(call.person_id, []).append(call)
    return list(news.values())


def sorted_out(cards: Sequence[CallCard]) -> dict[str, Any]:
    return {
        "to_ask": [card for card in cards if not card.call.is_done],
        "asked": [card for card in cards if card.call.is_done],
    }


def told_along(team: Team, call: OutboxMessage) -> list[OutboxMessage]:
    """What else the page showed beside this call for the same person, and is still to be told.
    What came on the list after the page was drawn has not been told with it."""
    shown = set(request.form.get("along", "").split(","))
    return [
        other
        for other in outbox.list_calls(team.id)
        if other.person_id == call.person_id and other.id != call.id and str(other.id) in shown
    ]


@blueprint.post("/teams/<int:team_id>/call-list/<int:message_id>/made")
def tick_call(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    call = message_of(team, message_id)
    for told in (call, *told_along(team, call)):
        call_list.reached(told, team=team, by=me)
    flash(_("%(name)s has been told.", name=call.person.name), "success")
    return redirect(url_for(".show_call_list", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/call-list/<int:message_id>/unanswered")
def note_no_answer(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    call = message_of(team, message_id)
    for untold in (call, *told_along(team, call)):
        call_list.not_reached(untold, team=team, by=me)
    flash(_("Noted. %(name)s stays on the list.", name=call.person.name), "success")
    return redirect(url_for(".show_call_list", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/messages/<int:message_id>/call")
def call_instead(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    message = message_of(team, message_id)
    call_list.call_instead(message, team=team, by=me)
    flash(_("%(name)s is on the call list now.", name=message.person.name), "success")
    return redirect(url_for(".show_call_list", team_id=team.id))


# --- whether they come: calls, and sharing them out --------------------------------------------


def back_from(call: Call, me: Person) -> ResponseReturnValue:
    """To the list from which it was noted: one's own share, or the team's."""
    if policy.can_coordinate(me, call.team):
        return redirect(url_for(".show_call_list", team_id=call.team_id))
    return redirect(url_for(".show_calls", share_id=call.share_id))


@blueprint.post("/calls/<int:call_id>/result")
def note_call(call_id: int) -> ResponseReturnValue:
    """来, 不来, 没接, 说不清: noted with one press."""
    me = identity.signed_in_person()
    call = queries.get_call(call_id)
    authorize(call_policy.can_note_call(me, call, clock.now()))
    form = CallForm()
    if not form.validate():
        raise NotFound
    calling.note(call, form.said, words=form.note.data or "", by=me)
    flash(str(NOTED[form.said]) % {"name": call.person.name}, "success")
    return back_from(call, me)


@blueprint.post("/calls/<int:call_id>/undoing")
def undo_call(call_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    call = queries.get_call(call_id)
    authorize(call_policy.can_note_call(me, call, clock.now()))
    calling.undo(call, by=me)
    flash(_("Undone. %(name)s is to be called again.", name=call.person.name), "success")
    return back_from(call, me)


@blueprint.route("/teams/<int:team_id>/phone-tree", methods=["GET", "POST"])
def share_calls_out(team_id: int) -> ResponseReturnValue:
    """Who calls, and who stands in for them."""
    me, team = coordinated_team(team_id, back_to=".show_call_list")
    count = count_calls(team, clock.now())
    people = [membership.person for membership in team_queries.list_active(team)]
    form = PhoneTreeForm()
    form.offer(people, count)
    if form.validate_on_submit():
        callers, backup = form.chosen(people)
        try:
            shares = phone_tree.split(team, callers, backup, by=me)
        except (TooFewCallers, BackupCallsAlready) as error:
            wrong = form.callers if isinstance(error, TooFewCallers) else form.backup
            wrong.errors = [str(error)]
        else:
            told = saying.listed(share.caller.name for share in shares)
            flash(_("Shared out to %(names)s. They are told.", names=told), "success")
            return redirect(url_for(".show_call_list", team_id=team.id))
    return render_template("reminders/share_calls_out.html", form=form, team=team, count=count)


@blueprint.route("/activities/dates/<int:occurrence_id>/invitations", methods=["GET", "POST"])
def invite_members(occurrence_id: int) -> ResponseReturnValue:
    """Whom to ask for a date that lacks people, and how each is told; one press asks them."""
    me = identity.signed_in_person()
    occurrence = activity_queries.get_occurrence(occurrence_id)
    authorize(policy.can_coordinate(me, occurrence.team))
    g.team = occurrence.team
    here = url_for("activities.show_occurrence", occurrence_id=occurrence.id)
    g.back_url = here
    now = clock.now()
    is_needed = inviting.is_needed(occurrence, now)
    able = inviting.look(occurrence, now) if is_needed else Able()
    form = InvitingForm()
    form.offer(able.by_message)
    if form.validate_on_submit():
        count = inviting.invite(occurrence, set(form.people.data or ()), by=me)
        say_how_many(count)
        return redirect(here)
    if not form.is_submitted():
        form.tick(able.by_message, request.args.getlist("person", type=int))
    return render_template(
        "reminders/invite_members.html",
        form=form,
        occurrence=occurrence,
        is_needed=is_needed,
        able=able,
        in_the_morning=in_the_morning(occurrence.activity.zone, now),
    )


def in_the_morning(zone: str, now: datetime) -> datetime | None:
    """When the night is over, by the clock on the wall; None by day."""
    awake = nights.awake(now, zone)
    return zones.to_wall(awake, zone) if awake > now else None


def say_how_many(asked: int) -> None:
    if asked:
        flash(ngettext("%(num)d member is being asked.",
                       "%(num)d members are being asked.", asked), "success")  # fmt: skip
    else:
        flash(_("They have been asked already, or can’t be asked any more."), "info")


@blueprint.get("/call-shares/<int:share_id>")
def show_calls(share_id: int) -> ResponseReturnValue:
    """One caller's own calls, and nobody else's."""
    me = identity.signed_in_person()
    share = queries.get_share(share_id)
    now = clock.now()
    authorize(call_policy.can_make_calls(me, share, now))
    g.team = share.team
    cards = queries.list_calls_of(share, now)
    people = {card.call.person_id for card in cards}
    return render_template(
        "reminders/show_calls.html",
        me=me,
        share=share,
        companions=account_queries.find_companions(people),
        in_the_morning=in_the_morning(share.team.zone, now),
        **sorted_out(cards),
    )


@blueprint.post("/call-shares/<int:share_id>/handover")
def hand_calls_on(share_id: int) -> ResponseReturnValue:
    """The caller can't: the backup caller has the share from now on."""
    me = identity.signed_in_person()
    share = queries.get_share(share_id)
    authorize(call_policy.can_make_calls(me, share, clock.now()))
    phone_tree.hand_on(share, by=me)
    flash(_("%(name)s makes these calls now. Thank you.", name=share.backup.name), "success")
    if policy.can_coordinate(me, share.team):
        return redirect(url_for(".show_call_list", team_id=share.team_id))
    return redirect(url_for("home.show_home"))


# --- when reminders go out ---------------------------------------------------------------------


@blueprint.route("/teams/<int:team_id>/reminder-times", methods=["GET", "POST"])
def set_team_times(team_id: int) -> ResponseReturnValue:
    """How long before a date its people are reminded; the team's own line; asking when short."""
    me, team = coordinated_team(team_id, back_to=".show_messages")
    form = TeamTimesForm()
    if form.validate_on_submit():
        plans.set_for_team(
            team,
            form.offsets,
            own_line=form.own_line.data or "",
            watch_days=form.watch_days.data or 0,
            by=me,
            seen=form.seen.data,
        )
        flash(_("Saved. It counts for every reminder from now on."), "success")
        return redirect(url_for(".show_messages", team_id=team.id))
    says = plans.for_team(team)
    if request.method == "GET":
        form.show(says)
    form.remember(says, lambda: form.show(says))
    return render_template(
        "reminders/set_team_times.html",
        form=form,
        team=team,
        activities=activity_queries.list_activities(team),
    )


@blueprint.route("/activities/<int:activity_id>/reminder-times", methods=["GET", "POST"])
def set_activity_times(activity_id: int) -> ResponseReturnValue:
    """The same for one activity, or, with ?work=, for one kind of its work."""
    me = identity.signed_in_person()
    activity = activity_queries.get_activity(activity_id)
    authorize(policy.can_coordinate(me, activity.team))
    team = g.team = activity.team
    g.back_url = url_for(".set_team_times", team_id=team.id)
    work = request.args.get("work", "")
    if work and work not in {role.name for role in activity.roles}:
        raise NotFound
    known = plans.look_up([team.id])
    form = ActivityTimesForm()
    form.shown = shown = known.times(team.id, activity.id, work).offsets
    if form.validate_on_submit():
        plans.set_for_activity(
            activity,
            form.offsets if form.own.data else None,
            work=work,
            by=me,
            seen=form.seen.data,
        )
        flash(_("Saved. It counts for every reminder from now on."), "success")
        return redirect(url_for(".set_team_times", team_id=team.id))
    own = plans.for_activity(activity, work)
    if request.method == "GET":
        form.show(shown, is_own=own is not None)
    form.remember(own, lambda: form.show(shown, is_own=own is not None))
    return render_template(
        "reminders/set_activity_times.html", form=form, activity=activity, work=work, known=known
    )
