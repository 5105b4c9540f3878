"""What the clock starts."""

from volunteer.core import clock
from volunteer.elders import care


def stop_without_good_consent() -> None:
    care.stop_all_without_consent(clock.now())
