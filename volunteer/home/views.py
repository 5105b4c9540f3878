"""首页 for visitor, volunteer, coordinator and operator; privacy, help, /healthz."""

from datetime import timedelta

from flask import Blueprint, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.accounts import queries as account_queries
from volunteer.activities import fitting, holiday_questions, recurrence, weeks
from volunteer.activities import queries as activity_queries
from volunteer.core import clock, zones
from volunteer.core.access import authorize, public
from volunteer.core.pages import page_of
from volunteer.elders import queries as elder_queries
from volunteer.help_requests import queries as help_queries
from volunteer.home import frame, queries
from volunteer.notifications import queries as outbox_queries
from volunteer.people.models import Person
from volunteer.teams import policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

blueprint = Blueprint("home", __name__)

# How far ahead the pages look.
DAYS_AHEAD = timedelta(days=14)
A_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@blueprint.get("/")
@public
def show_home() -> ResponseReturnValue:
    """Who you are decides what you see first."""
    me = identity.find_signed_in_person()
    if me is None:
        return community_page(None)
    if identity.find_acting():
        return my_week_page(identity.acted_for())
    if identity.is_operator():
        return render_template("home/show_operator.html", health=queries.health())
    coordinated = [m for m in frame.memberships_of(me) if m.is_coordinator]
    if coordinated:
        g.team = coordinated[0].team
        return coordinator_page(coordinated[0].team, [m.team for m in coordinated])
    return my_week_page(identity.acted_for())


@blueprint.get("/teams/<int:team_id>/today")
def show_today(team_id: int) -> ResponseReturnValue:
    """今天要办的 of one team, for who coordinates several."""
    me = identity.signed_in_person()
    team = team_queries.get_team(team_id)
    authorize(policy.can_coordinate(me, team))
    g.team = team
    others = [m.team for m in frame.memberships_of(me) if m.is_coordinator]
    return coordinator_page(team, others)


@blueprint.get("/my-week")
def show_my_week() -> ResponseReturnValue:
    identity.signed_in_person()
    return my_week_page(identity.acted_for())


@blueprint.get("/community")
@public
def show_community() -> ResponseReturnValue:
    """What is on in the community, as visitors see it."""
    return community_page(identity.find_signed_in_person())


@blueprint.get("/privacy")
@public
def show_privacy() -> ResponseReturnValue:
    return render_template("home/show_privacy.html")


@blueprint.get("/help")
@public
def show_help() -> ResponseReturnValue:
    return render_template("home/show_help.html")


@blueprint.get("/healthz")
@public
def show_health() -> ResponseReturnValue:
    """For monitors: 200 while all is well, 503 when the clock stands still or tables are behind."""
    health = queries.health()
    last_tick = health.last_tick.isoformat() if health.last_tick else None
    body = jsonify(
        ok=health.is_well,
        last_tick=last_tick,
        schema=health.schema,
        newest_schema=health.newest_schema,
        overdue_messages=health.overdue,
    )
    return body, 200 if health.is_well else 503


def community_page(me: Person | None) -> ResponseReturnValue:
    now = clock.now()
    occurrences = activity_queries.list_of_everybody(first=now, before=now + A_WEEK)
    teams = team_queries.list_teams()
    return render_template(
        "home/show_community.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        days=weeks.by_day(occurrences),
        next_up=next((o for o in occurrences if o.missing), None),
        teams=teams,
        members=team_queries.count_members(teams),
    )


def my_week_page(whom: Person) -> ResponseReturnValue:
    """The week of the person asking, or of whom they act for."""
    now = clock.now()
    before = now + DAYS_AHEAD
    me = identity.in_own_name()
    own = activity_queries.list_signups_of(whom, after=now, before=now + recurrence.WINDOW)
    coming = [signup for signup in own if not signup.occurrence.is_cancelled]
    offered = activity_queries.list_open_for(whom, after=now, before=before)
    next_duty = next((s for s in coming if s.is_going), None)
    visits = elder_queries.list_visits_of(whom, first=now - A_DAY, before=before)
    offers = help_queries.list_offers_to([whom.id])
    promised = [offer.help_request for offer in offers if not offer.is_waiting]
    # What comes first stands first: a visit or a neighbour's request, or the next date.
    soonest = [v.wall_starts for v in visits] + [r.wall_agreed for r in promised if r.wall_agreed]
    is_date_first = next_duty is not None and all(
        next_duty.occurrence.wall_starts <= wall for wall in soonest
    )
    return render_template(
        "home/show_my_week.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        visits=visits,
        asked=[offer for offer in offers if offer.is_waiting],
        promised=[offer for offer in offers if not offer.is_waiting],
        neighbours_first=not is_date_first,
        next_duty=next_duty,
        own=own,
        led=fitting.led_by(whom, offered),
        open_places=fitting.open_places(whom, offered, own, now=now),
        memberships=frame.memberships_of(whom),
        acts_by=account_queries.list_companionships_of(me) if me else [],
    )


def coordinator_page(team: Team, teams: list[Team]) -> ResponseReturnValue:
    now = clock.now()
    today = team.today(now)
    occurrences = activity_queries.list_between(team, first=now, before=now + DAYS_AHEAD)
    short = [o for o in occurrences if not o.is_cancelled and o.missing]
    visits = elder_queries.list_to_see_to(team, before=now + A_WEEK)
    asked = help_queries.list_to_see_to(team)
    return render_template(
        "home/show_today.html",
        alarms=[visit for visit in visits if visit.is_open_alarm],
        # An hour after its beginning a visit should have been recorded.
        unrecorded=[v for v in visits if v.is_planned and v.starts_at < now - AN_HOUR],
        lonely=[v for v in visits if v.missing and v.starts_at >= now],
        overdue=elder_queries.list_overdue(team, today),
        asked=asked,
        team=team,
        teams=teams,
        today=today,
        short=short,
        holiday_questions=holiday_questions.list_open(team),
        candidates=fitting.candidates(short[0]) if short else [],
        applications=team_queries.list_applications(team),
        calls=outbox_queries.list_calls(team.id),
        failed=outbox_queries.list_failed(team.id, since=now - A_WEEK),
        week=weeks.seven_days(occurrences, today),
    )


# --- for operators ---------------------------------------------------------------------------


@blueprint.get("/outbox")
def show_outbox() -> ResponseReturnValue:
    identity.signed_in_person()
    authorize(identity.is_operator())
    page = page_of(outbox_queries.newest_first(), request.args.get("page", 1, type=int))
    return render_template(
        "home/show_outbox.html", page=page, counts=outbox_queries.count_by_status()
    )


@blueprint.get("/outbox/<int:message_id>")
def show_message(message_id: int) -> ResponseReturnValue:
    """One message; its text only in the demo, where it was kept instead of sent."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for(".show_outbox")
    message = outbox_queries.get_message(message_id)
    return render_template("home/show_message.html", message=message)
