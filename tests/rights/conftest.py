"""A Monday on which somebody asks to be forgotten, and who coordinates their team."""

import pytest

from tests.factories.teams import CoordinatorFactory
from volunteer import wiring


@pytest.fixture
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T04:00Z", tick=False)
    wiring.wire()


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()
