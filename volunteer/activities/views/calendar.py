"""The calendar of a team: its week, and all it does."""

from datetime import date, time, timedelta

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import holiday_questions, policy, queries, weeks
from volunteer.activities.views.door import blueprint, open_team
from volunteer.core import clock, zones
from volunteer.core.access import authorize
from volunteer.teams import policy as team_policy


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


def chosen_day(today: date) -> date:
    """The day in the address, within a year of today; else today."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if abs((day - today).days) <= 366 else today


@blueprint.get("/teams/<int:team_id>/activities")
def show_activities(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    team = open_team(team_id)
    authorize(policy.can_plan(me, team))
    g.back_url = url_for(".show_week", team_id=team.id)
    return render_template(
        "activities/show_activities.html",
        team=team,
        activities=queries.list_activities(team),
        today=team.today(clock.now()),
    )
