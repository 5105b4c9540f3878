"""What the clock starts."""

from volunteer.core import clock
from volunteer.teams import forgetting


def forget_who_was_told_no() -> int:
    return forgetting.forget_who_was_told_no(clock.now())


def forget_who_left() -> int:
    return forgetting.forget_who_left(clock.now())


def forget_cards_of_no_team() -> int:
    return forgetting.forget_cards_of_no_team(clock.now())
