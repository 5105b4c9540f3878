"""What the clock starts."""

from volunteer.core import clock
from volunteer.help_requests import triage, widening


def remind_of_late_requests() -> None:
    triage.remind_of_late(clock.now())


def ask_next_volunteers() -> int:
    return widening.ask_due(clock.now())
