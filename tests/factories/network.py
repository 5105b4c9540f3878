"""Places."""

from factory import Sequence

from tests.factories import Factory
from volunteer.network.models import Place, PlaceKind


class PlaceFactory(Factory):
    """A community that lies nowhere."""

    class Meta:
        model = Place

    kind = PlaceKind.COMMUNITY
    name = Sequence(lambda n: f"第{n}社区")
