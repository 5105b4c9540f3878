"""What the clock starts."""

from volunteer.core import clock
from volunteer.hours import forgetting


def forget_old_certificates() -> int:
    return forgetting.forget_old(clock.now())
