"""What the clock starts."""

from volunteer.activities import jielong_history, stand_ins, waitlist
from volunteer.core import clock


def look_for_stand_ins() -> None:
    stand_ins.look_on(clock.now())


def pass_on_places() -> None:
    waitlist.pass_on(clock.now())


def forget_jielong_words() -> None:
    jielong_history.forget_old_words(clock.now())
