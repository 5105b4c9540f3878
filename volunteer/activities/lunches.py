"""Whether people eat together on a date; which domain knows of it stands in wiring.py."""

from collections.abc import Callable, Collection

from volunteer.activities.models import Occurrence

# The number of the lunch on a date, by the date's; None where nobody eats together.
LunchOn = Callable[[int], int | None]
# Who brings meals home on a date, by their numbers.
BearersOn = Callable[[int], Collection[int]]


def no_lunch(_occurrence_id: int) -> int | None:
    return None


def no_bearers(_occurrence_id: int) -> Collection[int]:
    return ()


class Known:
    """What is known further up."""

    lunch: LunchOn = staticmethod(no_lunch)
    bearers: BearersOn = staticmethod(no_bearers)


def found_by(lunch: LunchOn) -> None:
    """Who says which lunch is on a date."""
    Known.lunch = staticmethod(lunch)


def brought_by(bearers: BearersOn) -> None:
    """Who says who brings the meals of a date."""
    Known.bearers = staticmethod(bearers)


def list_bearers_on(occurrence: Occurrence) -> Collection[int]:
    """Who brings meals home on this date, by number: they are there, with a place or without."""
    return Known.bearers(occurrence.id)


def find_on(occurrence: Occurrence) -> int | None:
    """The number of the lunch on this date, if there is one."""
    return Known.lunch(occurrence.id)
