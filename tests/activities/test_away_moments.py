"""Somebody is here after all while a day is called off: neither waits for the other for ever."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest

from tests.activities.lunches import LUNCH, NOW, WEDNESDAY, dates_of
from tests.factories.activities import OccurrenceFactory, member_of
from tests.factories.teams import CoordinatorFactory
from tests.meeting import meeting
from volunteer.activities import away, days_off, filling, planning, standing
from volunteer.activities.days_off import DaysPlan
from volunteer.activities.recurrence import weekly
from volunteer.activities.standing import StandingPlan
from volunteer.people import queries as people_queries
from volunteer.people.away import Stretch
from volunteer.teams.queries import get_team

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

THURSDAY = WEDNESDAY + timedelta(days=1)


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
