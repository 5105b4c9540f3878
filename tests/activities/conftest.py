"""The lunch of every Wednesday, and who plans it."""

import pytest

from tests.activities.lunches import LUNCH, NOW
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import planning
from volunteer.activities.models import Activity
from volunteer.people.models import Person


@pytest.fixture
def on_monday(time_machine, database):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def coordinator(database) -> Person:
    return CoordinatorFactory().person


@pytest.fixture
def lunch(database) -> Activity:
    membership = CoordinatorFactory()
    return planning.plan_series(membership.team, LUNCH, by=membership.person)
