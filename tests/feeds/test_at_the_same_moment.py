"""Two windows of one person at the same moment."""

import pytest

from tests.factories.feeds import FeedFactory
from tests.meeting import meeting
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.feeds import addresses
from volunteer.feeds.models import Feed
from volunteer.people import queries as people_queries

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


def test_what_has_ended_while_one_waited_for_it_is_not_there():
    feed = FeedFactory()
    numbers = feed.id, feed.holder_id

    def renew() -> None:
        own = session.get_one(Feed, numbers[0])
        addresses.renew(own, by=people_queries.get_person(numbers[1]))

    with meeting(renew) as other:
        addresses.end(feed, by=feed.holder)
        other.begin()
    with pytest.raises(NotFound):
        other.result()
