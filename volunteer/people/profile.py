"""What a person tells of themselves, and changing it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import chinese
from volunteer.core.database import lock, session, transaction
from volunteer.core.language import CHINESE
from volunteer.core.news import News
from volunteer.core.seen import check_unchanged
from volunteer.people import safety_cards
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


FIELDS = tuple(field.name for field in fields_of(PersonDetails))


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
    person: Person,
    details: PersonDetails,
    *,
    by: Person,
    team: HasNumber | None = None,
    seen: str | None = None,
    fields: Collection[str] = FIELDS,
) -> None:
    """Put down what is true now of these fields; the trail keeps which changed, not their texts.

    `team` is the one whose coordinator does it for them. `seen`: the mark of what their page showed
    of shown_of(). Raises ChangedMeanwhile.
    """
    with transaction():
        lock(person)
        before = snapshot(person)
        wanted = {key: value for key, value in values_of(details).items() if key in fields}
        check_unchanged(seen, shown_of(person, fields), wanted)
        put(person, wanted)
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
        safety_cards.forget_all_of(person)
        trail.record("person.contact_forgotten", person, by=by, person=person, team=team)
        contact_changed.announce(person, by)


def write(person: Person, details: PersonDetails) -> None:
    put(person, values_of(details))


def put(person: Person, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(person, name, value)


def values_of(details: PersonDetails) -> dict[str, object]:
    return {
        "name": details.name,
        "phone": chinese.phone_digits(details.phone) or None,
        "phone_owner": details.phone_owner,
        "email": details.email.lower() or None,
        "language": details.language,
        "free_slots": list(details.free_slots),
    }


def snapshot(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "phone": person.phone,
        "phone_owner": person.phone_owner,
        "email": person.email,
        "language": person.language,
        "free_slots": list(person.free_slots or []),
    }


def shown_of(person: Person, fields: Collection[str] = FIELDS) -> dict[str, object]:
    """What these fields of a person say now, as they would be put down again."""
    return {key: value for key, value in snapshot(person).items() if key in fields}
