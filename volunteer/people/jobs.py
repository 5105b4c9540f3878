"""What the clock starts."""

from volunteer.core import clock
from volunteer.people import away


def forget_away_days() -> int:
    return away.forget_old(clock.now())
