"""What the clock starts."""

from volunteer.core import clock
from volunteer.meals import forgetting, home_safe, menus


def make_meals() -> int:
    return menus.make(clock.now())


def call_who_is_not_home() -> int:
    return home_safe.call(clock.now())


def forget_old_lunches() -> int:
    return forgetting.forget_what_is_over(clock.now())
