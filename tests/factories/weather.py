"""Rounds in heat and cold, and the calls in them."""

from datetime import timedelta

from factory import LazyAttribute, LazyFunction, SelfAttribute, SubFactory

from tests.factories import Factory
from tests.factories.elders import ElderFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.core import clock
from volunteer.elders.models import RiskLevel, WeatherCall, WeatherKind, WeatherRound


class WeatherRoundFactory(Factory):
    """A round in orange heat that began an hour ago and runs for a day."""

    class Meta:
        model = WeatherRound

    team = SubFactory(TeamFactory)
    kind = WeatherKind.HEAT_ORANGE
    words = "风扇开着吗？"
    began_by = SubFactory(PersonFactory)
    began_at = LazyFunction(lambda: clock.now() - timedelta(hours=1))
    ends_at = LazyAttribute(lambda found: found.began_at + timedelta(days=1))


class WeatherCallFactory(Factory):
    """Nobody has called yet; without `caller` it is the coordinators'."""

    class Meta:
        model = WeatherCall

    round = SubFactory(WeatherRoundFactory)
    elder = SubFactory(ElderFactory, team=SelfAttribute("..round.team"), risk_level=RiskLevel.HIGH)
