"""One elder, whose coordinator looks at the pages."""

import pytest

from tests.elders.visiting import SHORT_NOTE
from tests.factories.elders import ElderFactory, PairingFactory
from tests.factories.people import ConsentFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.elders import health
from volunteer.elders.health import Health
from volunteer.elders.models import DietTag, Elder
from volunteer.people.models import ConsentScope


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory(person__name="陈桂芳")


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def browser(coordinator, signed_in_as):
    """Of the team's coordinator."""
    return signed_in_as(coordinator.person)


@pytest.fixture
def elder(team) -> Elder:
    return ElderFactory(
        team=team,
        person__name="王淑华",
        person__phone="13900000001",
        preferred_name="王婆婆",
        communication_note="说四川话",
        caution_note="楼梯灯暗",
        contacts=2,
    )


@pytest.fixture
def with_health(elder, coordinator) -> Elder:
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    known = Health(note=SHORT_NOTE, diet_tags=[DietTag.LOW_SALT], allergies="花生")
    health.write(elder, known, by=coordinator.person)
    return elder


@pytest.fixture
def paired(elder):
    """The two volunteers who look after the elder."""
    return [PairingFactory(elder=elder).person for _number in range(2)]
