"""What the clock starts."""

from volunteer.activities import stand_ins
from volunteer.core import clock


def look_for_stand_ins() -> None:
    stand_ins.look_on(clock.now())
