"""Wishes to be forgotten."""

from datetime import date

from factory import LazyFunction, SelfAttribute, SubFactory

from tests.factories import Factory
from tests.factories.people import PersonFactory
from volunteer.core import clock, zones
from volunteer.rights.models import ANSWERED_WITHIN, ForgettingRequest


class ForgettingRequestFactory(Factory):
    """Somebody has just asked to be forgotten."""

    class Meta:
        model = ForgettingRequest

    person = SubFactory(PersonFactory)
    asked_by = SelfAttribute("person")
    due_on: date = LazyFunction(
        lambda: zones.day_in(zones.HOME_ZONE, clock.now() + ANSWERED_WITHIN)
    )
