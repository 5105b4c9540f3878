"""What the clock starts."""

from volunteer.core import clock
from volunteer.network import holidays


def learn_holidays() -> None:
    holidays.learn(clock.now())
