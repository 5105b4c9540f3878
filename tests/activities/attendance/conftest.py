"""A date that begins now, and who coordinates its team."""

import pytest

from tests.factories.activities import OccurrenceFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.core import clock


@pytest.fixture
def occurrence(time_machine, database):
    """A date from 10 to 12 in Chengdu; it begins now."""
    time_machine.move_to("2026-10-14T02:00Z", tick=False)
    return OccurrenceFactory(starts_at=clock.now(), roles=[("帮厨", 1, 90)])


@pytest.fixture
def coordinator(occurrence):
    return CoordinatorFactory(team=occurrence.team).person
