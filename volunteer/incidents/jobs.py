"""What the clock starts."""

from volunteer.core import clock
from volunteer.incidents import forgetting, notices


def remind_of_insurers() -> int:
    return notices.remind(clock.now())


def forget_old_incidents() -> int:
    return forgetting.forget_what_is_over(clock.now())
