"""Two people change their dates: one offers, the other agrees, and both change in one step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from volunteer.activities import (
    eligibility,
    excuses,
    signups,
    swap_endings,
    swap_notices,
    swap_queries,
    waitlist,
)
from volunteer.activities.eligibility import Facts
from volunteer.activities.errors import SwapIsOver, SwapIsSettled, SwapOfferedAlready
from volunteer.activities.models import (
    Excuse,
    Occurrence,
    Signup,
    SignupStatus,
    SwapOffer,
    SwapStatus,
)
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.people import queries as people_queries
from volunteer.people.models import Person

# How far ahead one looks for a date to change with.
AHEAD = timedelta(weeks=6)


def possible(signup: Signup) -> Sequence[Signup]:
    """The places of others for which this one could be given; nobody is put where they are away."""
    now = clock.now()
    found = swap_queries.list_swappable(signup, now=now, before=now + AHEAD)
    people = {signup.person_id, *(other.person_id for other in found)}
    days = {signup.occurrence.day, *(other.occurrence.day for other in found)}
    away = people_queries.who_is_away(people, days)
    return [
        other
        for other in found
        if (signup.person_id, other.occurrence.day) not in away
        and (other.person_id, signup.occurrence.day) not in away
    ]


def offer(own: Signup, other: Signup, *, by: Person) -> SwapOffer:
    """Ask the holder of the other place whether they would change; nothing changes yet.

    Raises SwapIsOver when one of the places is no longer held, or the two can't be changed, and
    SwapOfferedAlready.
    """
    with transaction():
        # The other date, too: a place that is given back at this moment is asked for by nobody.
        lock(*sorted((own.occurrence, other.occurrence), key=lambda date: date.id))
        is_held = own.is_going and own.occurrence.is_open(clock.now())
        if not is_held or other.id not in {one.id for one in possible(own)}:
            raise SwapIsOver
        if swap_queries.find_swap(own, other) is not None:
            raise SwapOfferedAlready
        swap = SwapOffer(own=own, other=other, by_id=by.id, offered_at=clock.now())
        session.add(swap)
        swap_endings.record("swap.offered", swap, by, own.person)
        swap_notices.tell(swap_notices.SWAP_OFFERED, swap, to=other.person)
        return swap


def accept(swap: SwapOffer, *, by: Person) -> None:
    """Each has the place of the other from now on.

    Raises SwapIsSettled, SwapIsOver when anything has changed since, or why one may not come.
    """
    with transaction():
        hold(swap)
        own, other = swap.own, swap.other
        check(swap)
        swap.status = SwapStatus.ACCEPTED
        swap.answered_at, swap.answered_by_id = clock.now(), by.id
        roles = own.role, other.role
        # Whose guardian comes on the other date now.
        wards = [ward for given in (own, other) for ward in give(given, by)]
        signups.pass_on(own.occurrence, roles[0], other.person, by=by)
        signups.pass_on(other.occurrence, roles[1], own.person, by=by)
        swap_endings.record("swap.accepted", swap, by, other.person)
        for date in {ward.occurrence for ward in wards}:
            waitlist.promote(date)
        swap_notices.tell(swap_notices.SWAP_ANSWERED, swap, to=own.person)


def decline(swap: SwapOffer, *, by: Person) -> None:
    """They would rather keep their date. Raises SwapIsSettled."""
    with transaction():
        hold(swap)
        swap_endings.close(swap, SwapStatus.DECLINED, by)
        swap_endings.record("swap.declined", swap, by, swap.other.person)
        swap_notices.tell(swap_notices.SWAP_ANSWERED, swap, to=swap.own.person)


def take_back(swap: SwapOffer, *, by: Person) -> None:
    """Who offered it doesn't want it any more. Raises SwapIsSettled."""
    with transaction():
        hold(swap)
        swap_endings.close(swap, SwapStatus.TAKEN_BACK, by)
        swap_endings.record("swap.taken_back", swap, by, swap.own.person)


def hold(swap: SwapOffer) -> None:
    """Both people, then both dates, each in the order of their numbers, as everywhere. Raises
    SwapIsSettled."""
    sides = swap.own, swap.other
    people = {side.person_id: side.person for side in sides}
    dates = {side.occurrence_id: side.occurrence for side in sides}
    lock(
        *(people[number] for number in sorted(people)), *(dates[number] for number in sorted(dates))
    )
    if not swap.is_open:
        raise SwapIsSettled


def check(swap: SwapOffer) -> None:
    """Both still have their places, and each can come to the date of the other."""
    now = clock.now()
    for mine, theirs in ((swap.own, swap.other), (swap.other, swap.own)):
        date = theirs.occurrence
        if not mine.is_going or not date.is_open(now) or date.signup_of(mine.person) is not None:
            raise SwapIsOver
        for refusal in given_away(mine, date).refusals(mine.person, theirs.role, date):
            raise refusal


def given_away(mine: Signup, date: Occurrence) -> Facts:
    """What is known of this person and that date, but for their own date: that they give away."""
    facts = eligibility.of_date(date, [mine.person])
    places = facts.places_of.get(mine.person_id, [])
    kept = [place for place in places if place.id != mine.occurrence_id]
    return replace(facts, places_of={mine.person_id: kept})


def give(signup: Signup, by: Person) -> list[Signup]:
    """Answers who goes with them: the children who come only because they do."""
    signups.end_plans_for(signup, by=by)
    wards = signups.let_wards_go(signup, by=by)
    excuses.clear(signup)
    excuses.note(signup, excuses.Reason(Excuse.SWAP), clock.now())
    signup.status = SignupStatus.WITHDRAWN
    return wards
