"""What the clock starts."""

from volunteer.activities import forgetting, stand_ins, waitlist
from volunteer.activities.jielong import history
from volunteer.core import clock


def look_for_stand_ins() -> None:
    stand_ins.look_on(clock.now())


def pass_on_places() -> None:
    waitlist.pass_on(clock.now())


def forget_jielong_words() -> None:
    now = clock.now()
    history.forget_old_words(now)
    history.forget_old_names(now)


def forget_excuses() -> int:
    return forgetting.forget_excuses(clock.now())


def forget_words_on_hours() -> int:
    return forgetting.forget_words_on_hours(clock.now())
