"""Concerns, and who reads them."""

from factory import LazyAttribute, SubFactory

from tests.factories import Factory, number_of
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.elders.models import Concern, ConcernKind


class ConcernFactory(Factory):
    """Reported by somebody, about nobody in charge; who reads it is named elsewhere."""

    class Meta:
        model = Concern

    team = SubFactory(TeamFactory)
    place_id = LazyAttribute(lambda concern: number_of(concern.team.place.community))
    kind = ConcernKind.NEGLECT.value
    words = "门口的饭没人收。"
    reporter = SubFactory(PersonFactory)
