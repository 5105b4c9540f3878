"""Offers to swap that end because something else happens to one of the two places or dates."""

from collections.abc import Collection

from volunteer.activities import swap_notices, swap_queries
from volunteer.activities.models import Occurrence, Signup, SwapOffer, SwapStatus
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.people.models import Person


def end_offers(dates: Collection[Occurrence], *, by: Person) -> None:
    """These dates are at another time now, or off: who offered to come at the old one has not
    agreed to that. Each who offered is told once, whomever they have asked. The caller holds the
    dates."""
    told: dict[int, SwapOffer] = {}
    for swap in swap_queries.list_open_for(dates):
        end(swap, by)
        if swap.still_holds:
            told.setdefault(swap.own_id, swap)
    for swap in told.values():
        swap_notices.tell_ended(swap)


def end_offers_of(signup: Signup, *, by: Person | None) -> None:
    """This place is given back, or goes to somebody else: it can't be swapped. Who asked for it is
    told; who offered it knows. The caller holds its date."""
    for swap in swap_queries.list_open_of(signup):
        end(swap, by)
        if swap.other_id == signup.id and swap.own.is_going:
            swap_notices.tell_ended(swap)


def end(swap: SwapOffer, by: Person | None) -> None:
    close(swap, SwapStatus.TAKEN_BACK, by)
    record("swap.taken_back", swap, by, swap.own.person)


def close(swap: SwapOffer, status: SwapStatus, by: Person | None) -> None:
    swap.status, swap.answered_at = status, clock.now()
    swap.answered_by_id = by.id if by else None


def record(action: str, swap: SwapOffer, by: Person | None, person: Person) -> None:
    occurrence = swap.own.occurrence
    trail.record(action, swap, by=by, person=person, team=occurrence.team,
                 **occurrence.for_the_trail)  # fmt: skip
