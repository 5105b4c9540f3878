"""Finding people."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import inspect, select

from volunteer.core import chinese, encryption
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.people.models import Consent, ConsentScope, Person


def get_person(person_id: int) -> Person:
    return one_or_not_found(select(Person).where(Person.id == person_id))


def has_people() -> bool:
    """Whether anybody is known here; in a database without tables nobody is."""
    if not inspect(session.get_bind()).has_table(Person.__tablename__):
        return False
    return session.scalar(select(Person.id).limit(1)) is not None


def list_people(person_ids: Iterable[int]) -> Sequence[Person]:
    """These people, in the order of their names."""
    return all_of(select(Person).where(Person.id.in_(set(person_ids))).order_by(Person.sort_key))


def list_consents(person: Person) -> Sequence[Consent]:
    """Everything the person ever agreed to, newest first; ended ones too."""
    return all_of(
        select(Consent)
        .where(Consent.person_id == person.id)
        .order_by(Consent.given_on.desc(), Consent.id.desc())
    )


def find_scopes(person_ids: Iterable[int], today: date) -> dict[int, frozenset[ConsentScope]]:
    """What each of these people agrees to on this day; nothing for who is not in it."""
    found: dict[int, set[ConsentScope]] = {}
    rows = all_of(
        select(Consent).where(
            Consent.person_id.in_(set(person_ids)), Consent.withdrawn_on.is_(None)
        )
    )
    for consent in rows:
        if consent.holds(today):
            found.setdefault(consent.person_id, set()).add(consent.scope)
    return {number: frozenset(scopes) for number, scopes in found.items()}


def find_people_by_phone(phone: str) -> Sequence[Person]:
    """Everybody with this phone, by name; several may share one."""
    return all_of(
        select(Person)
        .where(encryption.is_text(Person.phone_mark, chinese.phone_digits(phone)))
        .order_by(Person.sort_key, Person.id)
    )
