"""A date that is at another time: whether somebody comes instead is another question by then."""

from collections.abc import Collection

from volunteer.activities import stand_in_queries
from volunteer.activities.models import Answer, Occurrence
from volunteer.core import clock


def after_move(moved: Collection[Occurrence]) -> None:
    """Who said no to the old time of these dates, or nothing yet, may come at the new one. Whoever
    looks for somebody asks on with the next step of the clock. The caller holds the dates."""
    for ask in stand_in_queries.list_asks_about(moved):
        ask.answer = Answer.LAPSED
    for search in stand_in_queries.list_open_on(moved):
        search.next_wave_at = clock.now()
