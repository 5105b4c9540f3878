"""Somebody is away, or here after all, while others change dates or leave: none waits for ever."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest

from tests.activities.lunches import LUNCH, NOW, WEDNESDAY, dates_of
from tests.factories.activities import OccurrenceFactory, member_of
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meeting
from volunteer.activities import away, days_off, filling, planning, signups, standing
from volunteer.activities.days_off import DaysPlan
from volunteer.activities.recurrence import weekly
from volunteer.activities.standing import StandingPlan
from volunteer.core.database import lock, session
from volunteer.people import queries as people_queries
from volunteer.people.away import Stretch
from volunteer.teams import membership
from volunteer.teams.queries import get_team

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

THURSDAY, A_WEEK = WEDNESDAY + timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_who_is_here_after_all_holds_the_dates_of_all_their_series_in_one_order():
    coordinator = CoordinatorFactory()
    team_id, by_id = coordinator.team_id, coordinator.person_id
    first, second = (
        planning.plan_series(coordinator.team, plan, by=coordinator.person)
        for plan in (LUNCH, replace(LUNCH, rule=weekly(3), first_on=THURSDAY))
    )
    # The newest date of the first series has a higher number than those of the second.
    newest = OccurrenceFactory(
        activity=first,
        planned_on=THURSDAY,
        starts_at=dates_of(second)[0].starts_at + timedelta(hours=3),
    )
    person = member_of(newest)
    for series in (first, second):
        standing.begin(series, person, StandingPlan(0, WEDNESDAY), by=person)
    away.note(person, Stretch(WEDNESDAY, THURSDAY), by=person)
    chosen = {dates_of(second)[0].id, newest.id}
    fill, series_filled = filling.fill, []

    def call_off():
        days_off.call_off(
            get_team(team_id),
            DaysPlan(THURSDAY, THURSDAY, "下大雨"),
            chosen,
            by=people_queries.get_person(by_id),
        )

    with meeting(call_off) as other:

        def fill_one(activity, **how):
            if series_filled:
                other.begin()
            series_filled.append(activity)
            return fill(activity, **how)

        with patch.object(filling, "fill", fill_one):
            away.take_back(person, away.list_coming(person)[0].id, by=person)
    other.result()

    assert len(series_filled) == 2
    assert all(one.is_cancelled for one in (newest, dates_of(second)[0]))


def test_who_leaves_two_teams_holds_all_their_series_before_any_date():
    """Somebody else of both teams is away meanwhile: they hold their series, and then the dates."""
    first, second = (
        planning.plan_series(coordinator.team, LUNCH, by=coordinator.person)
        for coordinator in (CoordinatorFactory(), CoordinatorFactory())
    )
    leaver, away_one = (MembershipFactory(team=first.team).person for _number in range(2))
    for person in (leaver, away_one):
        MembershipFactory(team=second.team, person=person)
        standing.begin(second, person, StandingPlan(0, WEDNESDAY + A_WEEK, 2), by=person)
    standing.begin(first, away_one, StandingPlan(0, WEDNESDAY), by=away_one)
    date = dates_of(first)[0]
    signups.sign_up(date, date.roles[0].id, leaver, by=leaver)
    again, leave, left = anew(away_one), membership.leave, []

    with meeting(lambda: away.note(again(), Stretch(WEDNESDAY, WEDNESDAY), by=again())) as other:

        def leave_one(row, *, by):
            if left:
                other.begin()
            left.append(row)
            leave(row, by=by)

        with patch.object(membership, "leave", leave_one):
            membership.leave_every_team(leaver, by=leaver)
    other.result()

    assert len(left) == 2


def test_who_leaves_holds_what_they_lead_and_come_to_in_one_order():
    coordinator = CoordinatorFactory()
    first, second = (
        planning.plan_series(coordinator.team, plan, by=coordinator.person)
        for plan in (LUNCH, replace(LUNCH, rule=weekly(3), first_on=THURSDAY))
    )
    row = MembershipFactory(team=coordinator.team)
    standing.begin(first, row.person, StandingPlan(0, WEDNESDAY), by=row.person)
    second.leader = row.person
    session.commit()
    again = anew(row)

    with meeting(lambda: membership.leave(again(), by=again().person)) as other:
        lock(first)
        other.begin()
        lock(second)
    other.result()

    assert second.leader is None


def test_who_leaves_two_teams_holds_the_dates_of_both_in_one_order():
    teams = [CoordinatorFactory().team for _number in range(2)]
    leaver = MembershipFactory(team=teams[0]).person
    MembershipFactory(team=teams[1], person=leaver)
    # The date of the team that is left last has the lower number.
    dates = [
        OccurrenceFactory(activity__team=team, starts_at=NOW + timedelta(days=day))
        for day, team in enumerate(reversed(teams), 2)
    ]
    for date in dates:
        signups.sign_up(date, date.roles[0].id, leaver, by=leaver)
    again = anew(leaver)

    with meeting(lambda: membership.leave_every_team(again(), by=again())) as other:
        lock(dates[0])
        other.begin()
        lock(dates[1])
    other.result()

    assert not any(date.going for date in dates)
