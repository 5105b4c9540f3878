"""The calendar of a team: its week, its month, what is open to all, and all it does."""

from datetime import date, time, timedelta

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import holiday_questions, policy, queries, week_queries, weeks
from volunteer.activities.views.door import blueprint, open_team
from volunteer.core import clock, zones
from volunteer.core.access import authorize, public
from volunteer.teams import policy as team_policy
from volunteer.teams.views.door import coordinated_team

# How far ahead a visitor looks: as far as a poster on the wall does.
OPEN_TO_ALL = timedelta(weeks=4)


@blueprint.get("/teams/<int:team_id>/week")
def show_week(team_id: int) -> ResponseReturnValue:
    identity.signed_in_person()
    team = open_team(team_id)
    authorize(team_policy.is_member(identity.acted_for(), team))

    now = clock.now()
    today = team.today(now)
    first = zones.monday_of(chosen_day(today))
    after = first + timedelta(days=7)
    # By the clock of the team: a week in which clocks change has an hour more or less.
    begin, end = (zones.at(day, time(0), team.zone) for day in (first, after))
    can_plan = policy.can_plan(identity.in_own_name(), team)
    occurrences = queries.list_between(team, first=begin, before=end)
    return render_template(
        "activities/show_week.html",
        team=team,
        today=today,
        first=first,
        days=weeks.seven_days(occurrences, first),
        missing=sum(o.missing for o in occurrences if o.is_open(now)),
        before=first - timedelta(days=7),
        after=after,
        can_plan=can_plan,
        questions=holiday_questions.of_team(team) if can_plan else None,
    )


@blueprint.get("/teams/<int:team_id>/month")
def show_month(team_id: int) -> ResponseReturnValue:
    """A month, week by week: every day on a desk, on a phone those on which something is."""
    identity.signed_in_person()
    whom = identity.acted_for()
    team = open_team(team_id)
    authorize(team_policy.is_member(whom, team))

    today = team.today(clock.now())
    first = chosen_day(today).replace(day=1)
    after = next_month(first)
    begin, end = (zones.at(day, time(0), team.zone) for day in (first, after))
    occurrences = queries.list_between(team, first=begin, before=end)
    return render_template(
        "activities/show_month.html",
        team=team,
        today=today,
        first=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=after,
        weeks=weeks.month_of(occurrences, first),
        own={o.id: signup for o in occurrences if (signup := o.signup_of(whom))},
    )


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


@blueprint.get("/teams/<int:team_id>/dates")
@public
def show_dates(team_id: int) -> ResponseReturnValue:
    """What the team does in the next weeks, for everybody: where its poster leads."""
    team = open_team(team_id)
    now = clock.now()
    g.back_url = url_for("teams.show_team", team_id=team.id)
    occurrences = week_queries.list_of_everybody(first=now, before=now + OPEN_TO_ALL, team=team)
    return render_template(
        "activities/show_dates.html",
        team=team,
        today=team.today(now),
        days=weeks.by_day(occurrences),
    )


def chosen_day(today: date) -> date:
    """The day in the address, within a year of today; else today."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if abs((day - today).days) <= 366 else today


@blueprint.get("/teams/<int:team_id>/activities")
def show_activities(team_id: int) -> ResponseReturnValue:
    _me, team = coordinated_team(team_id, back_to=".show_week")
    return render_template(
        "activities/show_activities.html",
        team=team,
        activities=queries.list_activities(team),
        today=team.today(clock.now()),
    )
