"""Finding swaps, and the places for which one could be swapped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from volunteer.activities.models import (
    Occurrence,
    OccurrenceStatus,
    Signup,
    SignupStatus,
    SwapOffer,
    SwapStatus,
)
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.people.models import Person


def swaps() -> tuple[ORMOption, ...]:
    """Both places with their people and dates."""
    found: list[ORMOption] = []
    for side in (SwapOffer.own, SwapOffer.other):
        place = joinedload(side)
        found += [
            place.joinedload(Signup.person),
            place.joinedload(Signup.role),
            place.joinedload(Signup.occurrence).joinedload(Occurrence.activity),
        ]
    return tuple(found)


def get_swap(swap_id: int) -> SwapOffer:
    return one_or_not_found(select(SwapOffer).where(SwapOffer.id == swap_id).options(*swaps()))


def list_swaps(numbers: Iterable[int]) -> Sequence[SwapOffer]:
    return all_of(select(SwapOffer).where(SwapOffer.id.in_(list(numbers))).options(*swaps()))


def find_swap(own: Signup, other: Signup) -> SwapOffer | None:
    """An open offer of just this."""
    return session.scalars(
        select(SwapOffer).where(
            SwapOffer.own_id == own.id,
            SwapOffer.other_id == other.id,
            SwapOffer.status == SwapStatus.OFFERED,
        )
    ).first()


def list_open_for(occurrences: Iterable[Occurrence]) -> Sequence[SwapOffer]:
    """Offers that wait for an answer, of a place on one of these dates or for one."""
    places = select(Signup.id).where(Signup.occurrence_id.in_([o.id for o in occurrences]))
    return all_of(
        select(SwapOffer)
        .where(
            SwapOffer.status == SwapStatus.OFFERED,
            SwapOffer.own_id.in_(places) | SwapOffer.other_id.in_(places),
        )
        .options(*swaps())
        .order_by(SwapOffer.id)
    )


def list_open_of(signup: Signup) -> Sequence[SwapOffer]:
    """The same for this one place."""
    return all_of(
        select(SwapOffer)
        .where(
            SwapOffer.status == SwapStatus.OFFERED,
            or_(SwapOffer.own_id == signup.id, SwapOffer.other_id == signup.id),
        )
        .options(*swaps())
        .order_by(SwapOffer.id)
    )


def swaps_of(person_id: Any) -> Select[SwapOffer]:
    """Swaps that wait for an answer, offered by this person or to them."""
    own = select(Signup.id).where(
        Signup.person_id == person_id, Signup.status == SignupStatus.GOING
    )
    return select(SwapOffer).where(
        SwapOffer.status == SwapStatus.OFFERED,
        SwapOffer.own_id.in_(own) | SwapOffer.other_id.in_(own),
    )


def list_swaps_of(person: Person, *, now: datetime) -> Sequence[SwapOffer]:
    """The same, while both dates are still to come."""
    found = all_of(swaps_of(person.id).options(*swaps()).order_by(SwapOffer.id))
    return [s for s in found if s.still_holds and not has_begun(s, now)]


def has_begun(swap: SwapOffer, now: datetime) -> bool:
    return any(not side.occurrence.is_open(now) for side in (swap.own, swap.other))


def list_swappable(signup: Signup, *, now: datetime, before: datetime) -> Sequence[Signup]:
    """Places of others in the same activity for which this one could be swapped: on dates on which
    its holder is not, of people who are not on its own date."""
    here = select(Signup.person_id).where(
        Signup.occurrence_id == signup.occurrence_id, Signup.status != SignupStatus.WITHDRAWN
    )
    mine = select(Signup.occurrence_id).where(
        Signup.person_id == signup.person_id, Signup.status != SignupStatus.WITHDRAWN
    )
    return all_of(
        select(Signup)
        .join(Signup.occurrence)
        .where(
            Occurrence.activity_id == signup.occurrence.activity_id,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at > now,
            Occurrence.starts_at < before,
            Signup.status == SignupStatus.GOING,
            Signup.person_id.not_in(here),
            Signup.occurrence_id.not_in(mine),
        )
        .options(
            contains_eager(Signup.occurrence).joinedload(Occurrence.activity),
            joinedload(Signup.person),
            joinedload(Signup.role),
        )
        .order_by(Occurrence.starts_at, Signup.asked_at, Signup.id)
    )
