"""What goes out, to whom; what became of it; and the coordinator's call list."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.database import one_or_not_found
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.notifications import explaining, letters
from volunteer.notifications import queries as outbox
from volunteer.notifications.models import OutboxMessage
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.reminders import call_list, preview, queries, timing
from volunteer.teams import policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("reminders", __name__)


def coordinated_team(team_id: int) -> tuple[Person, Team]:
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    authorize(policy.can_coordinate(me, team))
    g.team = team
    return me, team


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
        calls=outbox.list_calls(team.id),
    )


@blueprint.get("/teams/<int:team_id>/messages/sent")
def show_sent(team_id: int) -> ResponseReturnValue:
    """Every message of the team and what happened to it."""
    _me, team = coordinated_team(team_id)
    g.back_url = url_for(".show_messages", team_id=team.id)
    page = page_of(outbox.of_team(team.id), request.args.get("page", 1, type=int))
    return render_template("reminders/show_sent.html", team=team, page=page)


@blueprint.get("/teams/<int:team_id>/messages/<int:message_id>")
def show_message(team_id: int, message_id: int) -> ResponseReturnValue:
    """What happened to one message: to whom, when, how, why it did not go, what helps."""
    _me, team = coordinated_team(team_id)
    g.back_url = url_for(".show_sent", team_id=team.id)
    message = message_of(team, message_id)
    return render_template(
        "reminders/show_message.html",
        team=team,
        message=message,
        why=explaining.why(message.problem),
        can_go_again=message.can_go_again(clock.now()),
    )


@blueprint.post("/teams/<int:team_id>/messages/<int:message_id>/again")
def try_again(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    message = message_of(team, message_id)
    call_list.try_again(message, team=team, by=me)
    flash(_("The message to %(name)s goes out again.", name=message.person.name), "success")
    return redirect(url_for(".show_message", team_id=team.id, message_id=message.id))


@blueprint.get("/teams/<int:team_id>/call-list")
def show_call_list(team_id: int) -> ResponseReturnValue:
    """Who is to be called, with the number large and what to say."""
    _me, team = coordinated_team(team_id)
    g.back_url = url_for(".show_messages", team_id=team.id)
    calls = outbox.list_calls(team.id)
    return render_template(
        "reminders/show_call_list.html",
        team=team,
        calls=calls,
        words=letters.write(calls),
        companions=people_queries.find_companions({c.person_id for c in calls}, consents.today()),
    )


@blueprint.post("/teams/<int:team_id>/call-list/<int:message_id>/made")
def tick_call(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    call = message_of(team, message_id)
    call_list.reached(call, team=team, by=me)
    flash(_("%(name)s has been told.", name=call.person.name), "success")
    return redirect(url_for(".show_call_list", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/call-list/<int:message_id>/unanswered")
def note_no_answer(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    call = message_of(team, message_id)
    call_list.not_reached(call, team=team, by=me)
    flash(_("Noted. %(name)s stays on the list.", name=call.person.name), "success")
    return redirect(url_for(".show_call_list", team_id=team.id))


@blueprint.post("/teams/<int:team_id>/messages/<int:message_id>/call")
def call_instead(team_id: int, message_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    message = message_of(team, message_id)
    call_list.call_instead(message, team=team, by=me)
    flash(_("%(name)s is on the call list now.", name=message.person.name), "success")
    return redirect(url_for(".show_call_list", team_id=team.id))
