"""What is done in the pauses of handing a letter over, while the other side is busy."""

from collections.abc import Callable
from typing import NamedTuple


def nothing() -> None:
    """What is to be done where nothing is."""


class Pauses(NamedTuple):
    # Must be done before the letter itself goes.
    before: Callable[[], None] = nothing
    # May be done while the other side takes it.
    after: Callable[[], None] = nothing


NO_PAUSES = Pauses()
