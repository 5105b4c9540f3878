"""What the clock starts."""

from volunteer.core import clock
from volunteer.rights import forgetting


def remind_of_forgetting() -> int:
    return forgetting.remind(clock.now())


def forget_who_asked() -> int:
    return forgetting.forget_who_asked(clock.now())
