"""What the clock starts."""

from volunteer.core import clock
from volunteer.meals import home_safe, menus


def make_meals() -> int:
    return menus.make(clock.now())


def call_who_is_not_home() -> int:
    return home_safe.call(clock.now())
