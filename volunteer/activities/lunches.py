"""Whether people eat together on a date; which domain knows of it stands in wiring.py."""

from collections.abc import Callable

from volunteer.activities.models import Occurrence

# The number of the lunch on a date, by the date's; None where nobody eats together.
LunchOn = Callable[[int], int | None]


def no_lunch(_occurrence_id: int) -> int | None:
    return None


class Known:
    """What is known further up."""

    lunch: LunchOn = staticmethod(no_lunch)


def found_by(lunch: LunchOn) -> None:
    """Who says which lunch is on a date."""
    Known.lunch = staticmethod(lunch)


def find_on(occurrence: Occurrence) -> int | None:
    """The number of the lunch on this date, if there is one."""
    return Known.lunch(occurrence.id)
