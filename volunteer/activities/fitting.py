"""Which open places suit a person: free then, not busy, most needed first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from volunteer.activities import eligibility, queries
from volunteer.activities.eligibility import Facts
from volunteer.activities.glances import AnyDate, AnyRole, AnySignup, Dated
from volunteer.activities.models import Occurrence, OccurrenceRole
from volunteer.people.models import Person, Slot, slot_of
from volunteer.teams.queries import list_active

MOST = 4


@dataclass(frozen=True)
class OpenPlace:
    """A role on a date that still takes people, and how many it lacks."""

    occurrence: AnyDate
    role: AnyRole
    missing: int


@dataclass(frozen=True)
class Opening:
    """A date with free places, read once for all who may be asked."""

    occurrence: AnyDate
    slot: Slot | None
    # Its roles with a free place; the one that lacks most people first.
    places: Sequence[OpenPlace]
    # Who had a place and gave it back, by number.
    said_no: Collection[int]


def openings(occurrences: Iterable[AnyDate], now: datetime) -> list[Opening]:
    """Those of these dates that still take people."""
    return [
        Opening(occurrence, slot_at(occurrence), places, occurrence.said_no)
        for occurrence in occurrences
        if occurrence.is_open(now) and (places := places_of(occurrence))
    ]


def slot_at(occurrence: AnyDate) -> Slot | None:
    """The part of the week in which it is; None for a task, which is done in any."""
    if occurrence.is_task:
        return None
    return slot_of(occurrence.day.weekday(), occurrence.wall_starts.hour)


def places_of(occurrence: AnyDate) -> list[OpenPlace]:
    roles: Sequence[AnyRole] = occurrence.roles
    free = [(role.missing, role.free, -role.position, role) for role in roles if role.free]
    free.sort(key=lambda found: found[:3], reverse=True)
    return [OpenPlace(occurrence, role, missing) for missing, _free, _position, role in free]


def open_places(
    person: Person,
    openings: Sequence[Opening],
    own: Sequence[AnySignup],
    led: Iterable[AnyDate],
    *,
    facts: Facts | None = None,
) -> list[OpenPlace]:
    """Open places for this person: dates of their teams on which they have none (`own`, the queue
    included), to which they have not said no and that they don't lead (`led`), that don't overlap
    those, at times when they usually have time, and are not away. One role a date: of those that
    they may do the one that lacks most people.

    `facts`: what was looked up already, where many people are written to at once; else their own
    places, and the glances of the dates, tell it.
    """
    facts = facts or eligibility.of_own(person, [o.occurrence for o in openings], own)
    own_dates = [signup.occurrence for signup in own]
    taken = [
        *led,
        *(s.occurrence for s in own if s.is_going or s.occurrence.activity.is_led_by(person)),
    ]
    no_more = {date.id for date in (*own_dates, *taken)}
    suiting = [
        place
        for opening in openings
        if opening.occurrence.id not in no_more
        and person.id not in opening.said_no
        and person.is_free_in(opening.slot)
        and not overlaps(opening.occurrence, taken)
        and (place := neediest(person, opening, facts))
    ]
    suiting.sort(key=lambda place: (-place.missing, place.occurrence.starts_at))
    return sorted(suiting[:MOST], key=lambda place: place.occurrence.starts_at)


def neediest(person: Person, opening: Opening, facts: Facts) -> OpenPlace | None:
    """Of the places that this person may be asked to take, the one that lacks most people."""
    return next(
        (p for p in opening.places if facts.may_be_asked(person, p.role, opening.occurrence)), None
    )


def led_by(person: Person, occurrences: Iterable[Dated]) -> list[Dated]:
    """The dates that this person leads and has no place on: their own sign-ups don't show them."""
    return [
        occurrence
        for occurrence in occurrences
        if occurrence.activity.is_led_by(person) and occurrence.signup_of(person) is None
    ]


def candidates(
    occurrence: Occurrence, *, most: int = MOST, role: OccurrenceRole | None = None
) -> list[Person]:
    """Members who could still come: usually free then, not away, neither leading nor with a place
    on it, and no rule keeps them from it.

    Who had no place in the team's last dates stands first: those asked least. `role`: for this
    work, whether or not a place in it is free; without it, for any that has one.
    """
    team = occurrence.team
    slot, places = slot_at(occurrence), places_of(occurrence)
    roles = [place.role for place in places] if role is None else [role]
    members = list_active(team, here_on=occurrence.day)
    people = [membership.person for membership in members]
    facts = eligibility.look_up([occurrence], people, are_members=True, away={})
    counts = queries.count_recent_places(team, before=occurrence.starts_at)
    free = [
        membership.person
        for membership in members
        if occurrence.signup_of(membership.person) is None
        and not occurrence.activity.is_led_by(membership.person)
        and membership.person.is_free_in(slot)
        and any(facts.may_be_asked(membership.person, role, occurrence) for role in roles)
    ]
    return sorted(free, key=lambda person: (counts.get(person.id, 0), person.sort_key))[:most]


def overlaps(occurrence: AnyDate, taken: Iterable[AnyDate]) -> bool:
    return any(eligibility.overlap(occurrence, other) for other in taken)
