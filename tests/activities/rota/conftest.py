"""When the rota of November is made, and by whom."""

from functools import partial

import pytest

from tests.activities.rota.crews import Crew


@pytest.fixture
def in_october(time_machine, database):
    time_machine.move_to("2026-10-20T02:00:00+00:00", tick=False)


@pytest.fixture
def crew_of(app):
    return partial(Crew, app)
