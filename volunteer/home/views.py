"""首页 for visitor, volunteer, coordinator and operator; privacy, help, /healthz."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from volunteer.accounts import identity
from volunteer.accounts import queries as account_queries
from volunteer.activities import (
    fitting,
    holiday_questions,
    recurrence,
    stand_in_queries,
    swap_queries,
    week_queries,
    weeks,
)
from volunteer.activities import queries as activity_queries
from volunteer.activities.attendance import deadlines, noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.glances import SignupGlance
from volunteer.activities.models import Occurrence
from volunteer.core import addresses, clock, heartbeat, language, leaps, migrating, zones
from volunteer.core.access import authorize, public
from volunteer.core.database import LARGEST_NUMBER
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.core.pages import page_of
from volunteer.elders import queries as elder_queries
from volunteer.elders import weather_queries, weather_wording
from volunteer.elders.models import Visit, WeatherRound
from volunteer.help_requests import queries as help_queries
from volunteer.help_requests.models import HelpOffer
from volunteer.home import frame, queries
from volunteer.home.forms import WaitingForm
from volunteer.hours import queries as hours_queries
from volunteer.meals import booking_queries, home_safe, kitchen_queries
from volunteer.meals.models import Meal
from volunteer.network import holidays
from volunteer.notifications import discarding, explaining, traffic
from volunteer.notifications import queries as outbox_queries
from volunteer.notifications.discarding import Choice, Pile
from volunteer.notifications.models import MessageStatus
from volunteer.people.models import Person
from volunteer.reminders import books, watch
from volunteer.rights import queries as rights_queries
from volunteer.teams import queries as team_queries
from volunteer.teams import verification_queries
from volunteer.teams.glances import TeamGlance
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team

blueprint = Blueprint("home", __name__)

# How far ahead the pages look.
DAYS_AHEAD = timedelta(days=14)
A_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
# So far ahead a round in heat or cold concerns what is outdoors.
FORECAST = timedelta(days=3)
AN_HOUR = timedelta(hours=1)
# So many teams stand on the page for everybody; the others behind a link.
TEAMS_SHOWN = 8
# And so many that are new on an operator's.
NEW_TEAMS_SHOWN = 5
# As in static/tokens.css: behind the mark while a phone opens us.
PAPER = "#FBF8F3"


@blueprint.get("/")
@public
def show_home() -> ResponseReturnValue:
    """Who you are decides what you see first."""
    me = identity.find_signed_in_person()
    if me is None:
        return community_page()
    if identity.find_acting():
        return show_my_week()
    if identity.is_operator():
        new_teams = verification_queries.list_to_verify(NEW_TEAMS_SHOWN)
        return render_template(
            "home/show_operator.html",
            health=queries.health(),
            forgetting=rights_queries.list_for_operators(me),
            today=clock.today(),
            new_teams=new_teams,
            founders=verification_queries.find_founders(new_teams),
            unseen=help_queries.count_unseen(),
            deserted=verification_queries.list_without_coordinator(NEW_TEAMS_SHOWN),
            missing_year=holidays.find_missing_year(clock.today()),
        )
    concerns = what_concerns(me)
    coordinated = [m for m in concerns.memberships if m.is_coordinator]
    if coordinated:
        g.team = team_queries.get_team(coordinated[0].team_id)
        teams = [m.team for m in coordinated]
        return coordinator_page(me, g.team, teams)
    return my_week_page(identity.acted_for(), concerns)


@blueprint.get("/teams/<int:team_id>/today")
def show_today(team_id: int) -> ResponseReturnValue:
    """今天要办的 of one team, for who coordinates several."""
    me, team = coordinated_team(team_id)
    others = [m.team for m in frame.memberships_of(me) if m.is_coordinator]
    return coordinator_page(me, team, others)


@blueprint.get("/my-week")
def show_my_week() -> ResponseReturnValue:
    identity.signed_in_person()
    whom = identity.acted_for()
    return my_week_page(whom, what_concerns(whom))


@blueprint.get("/community")
@public
def show_community() -> ResponseReturnValue:
    """What is on in the community, as visitors see it."""
    return community_page()


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
    try:
        health = queries.health()
    except DBAPIError as error:
        if migrating.explains(error) is None:
            raise
        # Nothing but that can be read from tables of another version.
        here, newest = migrating.current(), migrating.newest()
        return jsonify(ok=False, schema=here, newest_schema=newest), 503
    body = jsonify(
        ok=health.is_well,
        last_tick=health.last_tick and health.last_tick.isoformat(),
        schema=health.schema,
        newest_schema=health.newest_schema,
        overdue_messages=health.overdue,
        last_backup=health.last_backup and health.last_backup.isoformat(),
        backup_age_hours=health.backup_age_hours,
        lacks_backup=health.lacks_backup,
    )
    return body, 200 if health.is_well else 503


@blueprint.get("/manifest")
@public
def show_manifest() -> ResponseReturnValue:
    """For phones: how it stands on the home screen (W3C Web Application Manifest). An iPhone shows
    notices only of what was put there. Phones ask without cookies, so the address names a language.
    """
    first_page = addresses.of_page("home.show_home")
    body = jsonify(
        id=first_page,
        start_url=first_page,
        scope=first_page,
        name=_("Linli"),
        lang="en" if language.current() == language.ENGLISH else "zh-Hans",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=[
            {
                "src": addresses.asset(f"icon-{size}.png"),
                "type": "image/png",
                "sizes": f"{size}x{size}",
            }
            for size in (192, 512)
        ],
    )
    body.mimetype = "application/manifest+json"
    return body


def community_page() -> ResponseReturnValue:
    now = clock.now()
    # Anybody may start a team: what nobody has looked at stands before no stranger.
    whom = identity.find_acted_for()
    own = {m.team_id for m in frame.memberships_of(whom)} if whom else set()
    occurrences = week_queries.list_of_everybody(first=now, before=now + A_WEEK, own=own)
    next_up = next((date for date in occurrences if date.missing), None)
    teams = [one for one in team_queries.list_teams() if one.is_verified or one.id in own]
    return render_template(
        "home/show_community.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        days=weeks.by_day(occurrences),
        next_up=next_up,
        summary=activity_queries.find_summary(next_up.id) if next_up else "",
        teams=teams,
        shown=teams[:TEAMS_SHOWN],
        members=team_queries.count_members(teams[:TEAMS_SHOWN]),
    )


def my_week_page(whom: Person, concerns: queries.Concerns) -> ResponseReturnValue:
    """The week of the person asking, or of whom they act for."""
    now = clock.now()
    me = identity.in_own_name()
    teams = {m.team_id for m in concerns.memberships if m.is_active}
    own, offered = week_queries.get_week_of(
        whom, teams, now=now, offers=DAYS_AHEAD, own=recurrence.WINDOW
    )
    next_duty = next((s for s in own if s.is_going and not s.occurrence.is_cancelled), None)
    if next_duty:
        week_queries.meet(next_duty.occurrence, whom)
    visits = elder_queries.list_visits_of(whom, **visits_within(now)) if concerns.visits else []
    offers = help_queries.list_offers_to([whom.id]) if concerns.offers else []
    rounds = weather_queries.list_open_calls_of(whom, now) if concerns.weather_calls else []
    acts_by = account_queries.list_companionships_of(me) if me and concerns.companionships else []
    promised = [offer for offer in offers if not offer.is_waiting]
    led = fitting.led_by(whom, offered)
    return render_template(
        "home/show_my_week.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        alarms=elder_queries.list_open_no_answers_with(whom) if concerns.alarms else [],
        visits=visits,
        visits_first=is_visit_first(visits, promised, now),
        asked=[offer for offer in offers if offer.is_waiting],
        asked_instead=stand_in_queries.list_asked_of(whom, now=now) if concerns.searches else [],
        swaps=swap_queries.list_swaps_of(whom, now=now) if concerns.swaps else [],
        promised=promised,
        neighbours_first=not is_first(next_duty, visits, promised),
        next_duty=next_duty,
        opens_at=noting.opens_at,
        own=own,
        lunches=booking_queries.list_next_for(whom, after=now) if concerns.lunches else [],
        # To whose homes is no companion's to see.
        brought=kitchen_queries.list_brought_soon(whom, after=now - queries.STILL_BROUGHT)
        if concerns.brings and me is not None
        else [],
        led=led,
        open_places=fitting.open_places(whom, fitting.openings(offered, now), own, led),
        memberships=concerns.memberships,
        applications=team_queries.list_applications_of(whom) if concerns.applications else [],
        # A team is no companion's to take.
        handovers=team_queries.list_handovers_to(whom)
        if concerns.handovers and me is not None
        else [],
        acts_by=acts_by,
        # What is confided to somebody is no companion's to see.
        to_read=concerns.to_read and me is not None,
        weather_rounds=rounds,
        weather_kinds=weather_wording.KINDS,
    )


def is_first(
    duty: SignupGlance | None, visits: Iterable[Visit], promised: Iterable[HelpOffer]
) -> bool:
    """Whether the next date comes before every visit and every neighbour's request: what comes
    first stands first."""
    agreed = [offer.help_request.wall_agreed for offer in promised]
    walls = [visit.wall_starts for visit in visits] + [wall for wall in agreed if wall]
    return duty is not None and all(duty.occurrence.wall_starts <= wall for wall in walls)


def is_visit_first(visits: Sequence[Visit], promised: Iterable[HelpOffer], now: datetime) -> bool:
    """Whether the next visit comes before every request whose hour is still to come."""
    coming = [
        wall
        for offer in promised
        if (wall := offer.help_request.wall_agreed) and not offer.help_request.is_past_agreed(now)
    ]
    return bool(visits) and all(visits[0].wall_starts <= wall for wall in coming)


def what_concerns(person: Person) -> queries.Concerns:
    """Asked once; the frame around the page learns of it what it needs."""
    concerns = queries.concerns_of(person, **visits_within(clock.now()))
    frame.learn_memberships(person, concerns.memberships)
    return concerns


def visits_within(now: datetime) -> dict[str, datetime]:
    """Which visits the page shows: one of yesterday may still have to be written down."""
    return {"first": now - A_DAY, "before": now + DAYS_AHEAD}


def coordinator_page(me: Person, team: Team, teams: list[TeamGlance]) -> ResponseReturnValue:
    """What is to be done in the team; `teams`: all that the person asking coordinates."""
    now = clock.now()
    today = team.today(now)
    occurrences = activity_queries.list_not_over(team, now=now, before=now + DAYS_AHEAD)
    short = [o for o in occurrences if o.is_open(now) and o.missing]
    lately, soon = now - A_WEEK, now + A_WEEK
    found = queries.team_concerns_of(team, me, now=now, today=today, since=lately, before=soon)
    visits = elder_queries.list_to_see_to(team, before=soon) if found.visits else []
    lonely = [visit for visit in visits if visit.missing and visit.starts_at >= now]
    asked = help_queries.list_to_see_to(team)
    weather_round = weather_queries.find_open(team) if found.weather_round else None
    waiting_days = attendance_queries.list_to_see_to(team, now=now)
    # Deadlines look back, and dates on holidays lie ahead: asked for once.
    _today, last_day = holiday_questions.days_ahead(team)
    calendar = holidays.load(deadlines.first_needed(waiting_days, today), last_day)
    return render_template(
        "home/show_today.html",
        alarms=elder_queries.list_open_no_answers(team) if found.no_answers else [],
        not_home=not_home_from(team, now) if found.not_home else {},
        to_prepare=lunches_to_prepare(team, now) if found.to_prepare else [],
        unopened=booking_queries.list_unopened_in(team) if found.unopened else [],
        # An hour after its beginning a visit should have been recorded.
        unrecorded=[v for v in visits if v.is_planned and v.starts_at < now - AN_HOUR],
        lonely=lonely,
        lonely_first=bool(lonely) and lonely[0].day <= today + A_DAY,
        to_be_seen=elder_queries.list_to_be_seen(team, today) if found.to_be_seen else [],
        asked=asked,
        to_follow_up=help_queries.list_to_follow_up(
            team, now=now, agreed_before=queries.a_day_ago(team, now)
        )
        if found.to_follow_up
        else [],
        promised=(found.promised, found.promised_late),
        to_read=found.to_read,
        handovers=team_queries.list_handovers_to(me) if found.handovers else (),
        weather_round=weather_round,
        outdoors=to_decide_outdoors(weather_round, occurrences, today),
        weather_kinds=weather_wording.KINDS,
        team=team,
        teams=teams,
        today=today,
        short=short,
        # Helpers come before the beginning: then, too, somebody looks who is here.
        at_the_door=[o for o in occurrences if not o.is_cancelled and noting.opens_at(o) <= now],
        has_dates=any(not occurrence.is_cancelled for occurrence in occurrences),
        stand_ins=stand_in_queries.list_open_of(team, now=now) if found.searches else [],
        holiday_questions=holiday_questions.open_on(team, calendar),
        candidates=who_could_come(short[0], now, has_asked=found.asks) if short else [],
        applications=team_queries.list_applications(team) if found.applications else [],
        same_names=team_queries.list_repeated_names(team) if found.applications else (),
        forgetting=rights_queries.list_open_in(team.id, me) if found.forgetting else [],
        certificates=hours_queries.list_to_answer(team.id, me, now=now)
        if found.certificates
        else [],
        deeds=found.deeds,
        incidents=(found.incidents, found.incidents_to_insurer),
        to_call=found.to_call,
        failed=outbox_queries.list_failed(team.id, since=lately) if found.failures else [],
        week=weeks.seven_days(occurrences, today),
        waiting_days=deadlines.with_deadlines(waiting_days, calendar, today),
    )


def not_home_from(team: Team, now: datetime) -> dict[int, int]:
    """How many who live alone are to be called after a lunch, by the lunch's number."""
    found = booking_queries.list_not_home_in(
        team, after=now - home_safe.NOT_AFTER, before=now - home_safe.CALL_AFTER
    )
    return dict(Counter(b.meal_id for b in found if home_safe.is_to_be_called(b, now)))


def lunches_to_prepare(team: Team, now: datetime) -> list[tuple[Meal, bool]]:
    """The lunches of the next day that nobody can book any more, while something is left to do."""
    found = kitchen_queries.list_to_prepare_in(
        team, after=now, before=now + queries.PREPARED_WITHIN
    )
    return [(meal, lacks) for meal, lacks in found if now >= meal.deadline_at]


def who_could_come(occurrence: Occurrence, now: datetime, *, has_asked: bool) -> list[Person]:
    """Whom a coordinator could ask; nobody who has said that they can't come then, or has a message
    that asks them. `has_asked`: the team has asked somebody lately, for whatever date."""
    left_out = {signup.person_id for signup in occurrence.excused}
    if has_asked:
        left_out |= watch.list_asked(occurrence, now)
    able = fitting.candidates(occurrence, most=fitting.MOST + len(left_out))
    return [person for person in able if person.id not in left_out][: fitting.MOST]


def to_decide_outdoors(
    weather_round: WeatherRound | None, occurrences: Iterable[Occurrence], today: date
) -> list[Occurrence]:
    """The dates outdoors of the next days, while a round in heat or cold runs and nobody has said
    that they go on."""
    now = clock.now()
    if weather_round is None or weather_round.dates_go_on or not weather_round.is_running(now):
        return []
    return [
        occurrence
        for occurrence in occurrences
        if occurrence.activity.is_outdoors
        and occurrence.is_open(now)
        and occurrence.day <= today + FORECAST
    ]


# --- for operators ---------------------------------------------------------------------------


@blueprint.get("/scheduler")
def show_scheduler() -> ResponseReturnValue:
    """What the clock does: each job, what goes out, what waits, whether the books close."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for(".show_home")
    now = clock.now()
    return render_template(
        "home/show_scheduler.html",
        jobs=heartbeat.list_jobs(),
        is_ticking=not heartbeat.is_silent(now),
        traffic=traffic.traffic(now),
        missing=books.count_missing(now),
        late=queries.LATE,
        silence=heartbeat.SILENCE,
        today=zones.day_in(zones.HOME_ZONE, now),
        waits_since_leap=leaps.is_waiting(now),
    )


# What the outbox may be narrowed to, by the word in its address.
SHOWN = {status.value: status for status in (MessageStatus.WAITING, MessageStatus.FAILED)}


@blueprint.get("/outbox")
def show_outbox() -> ResponseReturnValue:
    identity.signed_in_person()
    authorize(identity.is_operator())
    shown = SHOWN.get(request.args.get("show", ""))
    page = page_of(outbox_queries.last_posted_first(shown), request.args.get("page", 1, type=int))
    return render_template(
        "home/show_outbox.html", page=page, shown=shown, counts=outbox_queries.count_by_status()
    )


@blueprint.get("/outbox/<int:message_id>")
def show_message(message_id: int) -> ResponseReturnValue:
    """One message; its text only in the demo, where it was kept instead of sent."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for(".show_outbox")
    message = outbox_queries.get_message(message_id)
    return render_template(
        "home/show_message.html", message=message, why=explaining.why_not(message)
    )


@blueprint.get("/outbox/waiting")
def show_waiting() -> ResponseReturnValue:
    """What would go out next, by kind and team; whoever threw some away sees here what is left."""
    identity.signed_in_person()
    authorize(identity.is_operator())
    g.back_url = url_for(".show_outbox")
    form, _choice, piles = chosen_of_waiting()
    return render_template(
        "home/show_waiting.html", form=form, teams=form.teams, piles=piles, chosen=form.address()
    )


@blueprint.route("/outbox/waiting/end", methods=["GET", "POST"])
def throw_away_waiting() -> ResponseReturnValue:
    """How many of which kind, and for whom; then the button. What came in between stays."""
    me = identity.signed_in_person()
    authorize(identity.is_operator())
    form, choice, piles = chosen_of_waiting()
    g.back_url = addresses.of_page("home.show_waiting", **form.address())
    if request.method == "POST" and not form.errors:
        seen = min(max(0, request.form.get("up_to", 0, type=int)), LARGEST_NUMBER)
        count = discarding.throw_away(replace(choice, up_to=seen), by=me)
        flash(
            ngettext("%(num)d message is thrown away.", "%(num)d messages are thrown away.", count),
            "success",
        )
        return redirect(url_for(".show_waiting"))
    if not piles:
        return redirect(g.back_url)
    return render_template(
        "home/throw_away_waiting.html",
        teams=form.teams,
        piles=piles,
        up_to=max(pile.newest for pile in piles),
    )


def chosen_of_waiting() -> tuple[WaitingForm, Choice, Sequence[Pile]]:
    """The form as the address has filled it in, what it means, and what of all that is there.
    What is no choice any more is said in the form, and then nothing is chosen."""
    everything = discarding.list_piles(Choice())
    form = WaitingForm(formdata=request.args)
    form.offer(
        everything,
        team_queries.list_by_number({pile.team_id for pile in everything if pile.team_id}),
    )
    if not request.args:
        return form, Choice(), everything
    if not form.validate():
        return form, Choice(), []
    choice = form.choice()
    return form, choice, discarding.list_piles(choice)
