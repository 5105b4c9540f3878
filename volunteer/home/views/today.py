"""What a coordinator has to do today."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from volunteer.activities import fitting, holiday_questions, stand_in_queries, weeks
from volunteer.activities import queries as activity_queries
from volunteer.activities.attendance import deadlines, noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.elders import queries as elder_queries
from volunteer.elders import weather_queries, weather_wording
from volunteer.elders.models import WeatherRound
from volunteer.help_requests import queries as help_queries
from volunteer.home import frame, queries
from volunteer.home.views.door import blueprint
from volunteer.hours import queries as hours_queries
from volunteer.meals import booking_queries, home_safe, kitchen_queries
from volunteer.meals.models import Meal
from volunteer.network import holidays
from volunteer.notifications import queries as outbox_queries
from volunteer.people.models import Person
from volunteer.reminders import watch
from volunteer.rights import queries as rights_queries
from volunteer.teams import handover_queries
from volunteer.teams import queries as team_queries
from volunteer.teams.glances import TeamGlance
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
# So far ahead a round in heat or cold concerns what is outdoors.
FORECAST = timedelta(days=3)


@blueprint.get("/teams/<int:team_id>/today")
def show_today(team_id: int) -> ResponseReturnValue:
    """今天要办的 of one team, for who coordinates several."""
    me, team = coordinated_team(team_id)
    others = [m.team for m in frame.memberships_of(me) if m.is_coordinator]
    return coordinator_page(me, team, others)


def coordinator_page(me: Person, team: Team, teams: list[TeamGlance]) -> ResponseReturnValue:
    """What is to be done in the team; `teams`: all that the person asking coordinates."""
    now = clock.now()
    today = team.today(now)
    occurrences = activity_queries.list_not_over(team, now=now, before=now + queries.DAYS_AHEAD)
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
        handovers=handover_queries.list_handovers_to(me) if found.handovers else (),
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
