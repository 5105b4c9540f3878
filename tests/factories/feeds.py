"""Calendars and their addresses."""

from factory import LazyFunction, SelfAttribute, SubFactory

from tests.factories import Factory
from tests.factories.people import PersonFactory
from volunteer.feeds.models import Feed, new_token


class FeedFactory(Factory):
    """Somebody's calendar of their own; `team=` or `place=` makes it one of those."""

    class Meta:
        model = Feed

    person = SubFactory(PersonFactory)
    holder = SelfAttribute("person")
    token = LazyFunction(new_token)
