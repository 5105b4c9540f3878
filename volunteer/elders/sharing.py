"""Who calls whom: each elder by a volunteer who looks after them, nobody more than eight."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MOST_CALLS = 8


@dataclass(frozen=True)
class ToCall:
    """An elder to be called: their number, whose record they are, who looks after them."""

    elder_id: int
    person_id: int
    paired: Sequence[int] = ()


def share_out(elders: Sequence[ToCall], others: Sequence[int]) -> dict[int, int | None]:
    """The caller of each elder, by the elder's number; None where nobody has room.

    Whoever looks after somebody calls them. Those whom nobody looks after, or whose volunteers
    have eight calls already, go to `others`, to who has fewest first. Nobody calls themselves.
    """
    load: Counter[int] = Counter()
    shared: dict[int, int | None] = {}
    # Those with the least choice first: else the one volunteer whom they have may be full.
    for elder in sorted(elders, key=lambda elder: len(elder.paired) or len(elders) + 1):
        able = with_room(elder.paired, load) or with_room(others, load)
        able = [person for person in able if person != elder.person_id]
        caller = min(able, key=lambda person: load[person], default=None)
        if caller is not None:
            load[caller] += 1
        shared[elder.elder_id] = caller
    return shared


def with_room(people: Sequence[int], load: Counter[int]) -> list[int]:
    return [person for person in people if load[person] < MOST_CALLS]
