"""What a person tells of themselves, and changing it."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import chinese
from volunteer.core.database import lock, session, transaction
from volunteer.core.language import CHINESE
from volunteer.core.news import News
from volunteer.people.models import Person, PhoneOwner

# They are reached otherwise from now on: what lies in the old mailbox, or on the old phone, may be
# somebody else's.
contact_changed: News[[Person, Person]] = News()


@dataclass(frozen=True)
class PersonDetails:
    """What may be said of a person; phone and email are optional."""

    name: str
    phone: str = ""
    phone_owner: PhoneOwner = PhoneOwner.SELF
    email: str = ""
    language: str = CHINESE
    free_slots: Sequence[str] = ()


def create(details: PersonDetails, *, by: Person | None) -> Person:
    """A new record for a human. `by` is who entered it; None: they did it themselves."""
    with transaction():
        person = Person()
        write(person, details)
        session.add(person)
        session.flush()
        trail.record("person.created", person, by=by or person, person=person)
        return person


def change(
    person: Person, details: PersonDetails, *, by: Person, team: HasNumber | None = None
) -> None:
    """Put down what is true now; the trail keeps which fields changed, not their texts.

    `team` is the one whose coordinator does it for them.
    """
    with transaction():
        lock(person)
        before = snapshot(person)
        write(person, details)
        changed = sorted(key for key, value in snapshot(person).items() if value != before[key])
        if changed:
            trail.record("person.changed", person, by=by, person=person, team=team, fields=changed)
        if {"phone", "email"} & set(changed):
            contact_changed.announce(person, by)


def set_birth(
    person: Person,
    year: int | None,
    month: int | None,
    *,
    by: Person,
    team: HasNumber | None = None,
) -> None:
    """In which year and month somebody was born; the trail keeps that it was said, not what."""
    with transaction():
        lock(person)
        if (person.birth_year, person.birth_month) == (year, month):
            return
        person.birth_year, person.birth_month = year, month if year else None
        trail.record("person.changed", person, by=by, person=person, team=team, fields=["birth"])


def forget_contact(person: Person, *, by: Person, team: HasNumber | None = None) -> None:
    """The person is no longer reached by us: phone, mailbox and free times go, the name stays
    where the trail speaks of it."""
    with transaction():
        person.phone = person.email = None
        person.free_slots = []
        person.birth_year = person.birth_month = None
        trail.record("person.contact_forgotten", person, by=by, person=person, team=team)
        contact_changed.announce(person, by)


def write(person: Person, details: PersonDetails) -> None:
    person.name = details.name
    person.phone = chinese.phone_digits(details.phone) or None
    person.phone_owner = details.phone_owner
    person.email = details.email.lower() or None
    person.language = details.language
    person.free_slots = list(details.free_slots)


def snapshot(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "phone": person.phone,
        "phone_owner": person.phone_owner,
        "email": person.email,
        "language": person.language,
        "free_slots": list(person.free_slots or []),
    }
