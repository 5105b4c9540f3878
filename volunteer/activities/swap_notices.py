"""What both sides of a swap are told: that it is offered, what was answered, that it ended."""

from collections.abc import Sequence

from volunteer.accounts import personal_links
from volunteer.activities.models import SwapOffer, SwapStatus
from volunteer.activities.stand_in_notices import LINK_LASTS
from volunteer.activities.swap_queries import has_begun, list_swaps
from volunteer.core import clock
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.people.models import Person

SWAP_OFFERED = "swap_offered"
SWAP_ANSWERED = "swap_answered"
# To who offered: nobody has answered, and nobody can any more.
SWAP_ENDED = "swap_ended"


def tell(kind: str, swap: SwapOffer, *, to: Person) -> None:
    occurrences = swap.own.occurrence, swap.other.occurrence
    outbox.post(
        kind,
        to=to,
        key=str(swap.id),
        expires_at=min(occurrence.starts_at for occurrence in occurrences),
        team_id=swap.own.occurrence.team.id,
        swap_id=swap.id,
    )


def tell_ended(swap: SwapOffer) -> None:
    """One of the two dates was moved or is off: who offered reads what holds now."""
    own, other = swap.own.occurrence, swap.other.occurrence
    outbox.post_all(
        [
            outbox.in_time(
                outbox.row(
                    SWAP_ENDED,
                    to=swap.own.person,
                    key=str(swap.id),
                    expires_at=max(own.starts_at, other.starts_at),
                    team_id=own.team.id,
                    about={"swap_id": swap.id},
                ),
                needed_by=own.starts_at,
            )
        ]
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters about swaps that still wait for an answer, have just got one, or never will."""
    swaps = {row.id: row for row in list_swaps(m.about["swap_id"] for m in messages)}
    away = people_queries.who_is_away(
        {m.person_id for m in messages if m.kind == SWAP_OFFERED},
        {swap.own.occurrence.day for swap in swaps.values()},
    )
    letters = {}
    for swap in swaps.values():
        about_it = [m for m in messages if m.about["swap_id"] == swap.id]
        # To who would come on a day on which they are away by now nothing is offered.
        is_away = (swap.other.person_id, swap.own.occurrence.day) in away
        true = [
            m
            for m in about_it
            if is_still_true(m, swap) and not (m.kind == SWAP_OFFERED and is_away)
        ]
        here = f"/activities/swaps/{swap.id}"
        doors = personal_links.doors({m.person for m in true}, here, lasts=LINK_LASTS)
        for message in true:
            letters[message.id] = writing.letter(
                message.kind, message.person, swap=swap, path=doors[message.person_id]
            )
    return letters


def is_still_true(message: OutboxMessage, swap: SwapOffer) -> bool:
    now = clock.now()
    if message.kind == SWAP_OFFERED:
        return swap.is_open and swap.still_holds and not has_begun(swap, now)
    if message.kind == SWAP_ENDED:
        # Its own place is what the reader goes by: given back, or begun, there is nothing to say.
        own = swap.own.occurrence
        return swap.own.is_going and (own.is_cancelled or own.is_open(now))
    # Which date its reader has now: that of the other, or their own as before.
    sides = {SwapStatus.ACCEPTED: swap.other, SwapStatus.DECLINED: swap.own}
    side = sides.get(swap.status)
    if side is None or not side.occurrence.is_open(now):
        return False
    mine = side.occurrence.signup_of(message.person)
    return mine is not None and mine.is_going
