"""A Monday in October, a team with a coordinator, and a member whose hours count."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.hours import serve
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer import wiring
from volunteer.activities.models import Attendance


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to("2026-10-12T04:00Z", tick=False)
    wiring.wire()


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory(person__name="蒋桂芳", team__name="蒋姐姐助老服务队")


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def member(team):
    return MembershipFactory(team=team, person__name="王秀英").person


@pytest.fixture
def served(team, coordinator) -> Callable[..., Attendance]:
    """So many minutes of this person in the team, closed by its coordinator."""

    def for_the_team(person: Any, minutes: int, *day: str, **others: Any) -> Attendance:
        usual = {"team": team, "closed_by": coordinator.person}
        return serve(person, minutes, *day, **{**usual, **others})

    return for_the_team
