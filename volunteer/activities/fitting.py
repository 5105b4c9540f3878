"""Which open places suit a person: free then, not busy, most needed first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from volunteer.activities import eligibility, queries
from volunteer.activities.eligibility import Facts
from volunteer.activities.glances import AnyDate, AnyRole, AnySignup, Dated
from volunteer.activities.models import Occurrence, OccurrenceRole
from volunteer.people.models import Person, slot_of
from volunteer.teams.queries import list_active

MOST = 4


@dataclass(frozen=True)
class OpenPlace:
    """A role on a date that still takes people."""

    occurrence: AnyDate
    role: AnyRole


def open_places(
    person: Person,
    occurrences: Iterable[AnyDate],
    own: Sequence[AnySignup],
    *,
    now: datetime,
    most: int = MOST,
    facts: Facts | None = None,
) -> list[OpenPlace]:
    """Open places for this person: dates of their teams on which they have none and that they don't
    lead, that don't overlap their own, at times when they usually have time. One role a date: of
    those that they may do the one that lacks most people.

    `facts`: what was looked up already, where many people are written to at once; else their own
    places tell it.
    """
    occurrences = list(occurrences)
    facts = facts or eligibility.of_own(person, occurrences, own)
    led = [occurrence for occurrence in occurrences if occurrence.activity.is_led_by(person)]
    taken = [*led, *(signup.occurrence for signup in own if signup.is_going)]
    suiting = [
        OpenPlace(occurrence, neediest(roles))
        for occurrence in occurrences
        if occurrence.is_open(now)
        and occurrence.signup_of(person) is None
        and person.is_free_in(slot_of(occurrence.day.weekday(), occurrence.wall_starts.hour))
        and not overlaps(occurrence, taken)
        and (roles := roles_for(person, occurrence, facts))
    ]
    suiting.sort(key=lambda open_: (-open_.role.missing, open_.occurrence.starts_at))
    return sorted(suiting[:most], key=lambda open_: open_.occurrence.starts_at)


def roles_for(person: Person, occurrence: AnyDate, facts: Facts) -> list[AnyRole]:
    """The roles with a free place that this person may take."""
    roles: Sequence[AnyRole] = occurrence.roles
    return [role for role in roles if role.free and facts.may_come(person, role, occurrence)]


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
    """Members who could still come: usually free then, neither leading nor with a place on it, and
    nothing keeps them away.

    Who had no place in the team's last dates stands first: those asked least. `role`: for this
    work, whether or not a place in it is free; without it, for any that has one.
    """
    team = occurrence.team
    slot = slot_of(occurrence.day.weekday(), occurrence.wall_starts.hour)
    members = list_active(team)
    people = [membership.person for membership in members]
    facts = eligibility.look_up([occurrence], people, are_members=True)
    counts = queries.count_recent_places(team, before=occurrence.starts_at)
    free = [
        membership.person
        for membership in members
        if occurrence.signup_of(membership.person) is None
        and not occurrence.activity.is_led_by(membership.person)
        and membership.person.is_free_in(slot)
        and (
            roles_for(membership.person, occurrence, facts)
            if role is None
            else facts.may_come(membership.person, role, occurrence)
        )
    ]
    return sorted(free, key=lambda person: (counts.get(person.id, 0), person.sort_key))[:most]


def neediest(roles: Iterable[AnyRole]) -> AnyRole:
    return max(roles, key=lambda role: (role.missing, role.free, -role.position))


def overlaps(occurrence: AnyDate, taken: Iterable[AnyDate]) -> bool:
    return any(
        not other.is_cancelled
        and other.starts_at < occurrence.ends_at
        and other.ends_at > occurrence.starts_at
        for other in taken
    )
