"""Two teams start in one new place at the same moment: the tree gets it once."""

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.servers import migrated
from volunteer.core.database import session
from volunteer.network import queries
from volunteer.network.models import PlaceKind

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "places") as address:
        yield address


def test_a_place_that_two_name_at_once_is_one_place(url):
    """Two cities of one name would have no end: whoever named it later would meet both."""
    outcomes = racing.race(url, [("settle", n, 0, 0) for n in range(20) for _press in range(4)])

    session.remove()
    assert len(queries.list_places(PlaceKind.CITY)) == 20
    districts = queries.list_places(PlaceKind.DISTRICT)
    assert outcomes == {str(place.id): 4 for place in districts}
