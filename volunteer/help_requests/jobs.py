"""What the clock starts."""

from volunteer.core import clock
from volunteer.help_requests import forgetting, late, widening


def remind_of_late_requests() -> None:
    late.remind(clock.now())


def ask_next_volunteers() -> int:
    return widening.ask_due(clock.now())


def forget_old_requests() -> int:
    return forgetting.forget_what_is_over(clock.now())
