"""What the clock starts."""

from volunteer.activities import waitlist
from volunteer.core import clock


def pass_on_places() -> None:
    waitlist.pass_on(clock.now())
