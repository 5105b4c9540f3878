"""Finding people."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from volunteer.core.database import all_of, one_or_not_found
from volunteer.people.models import Person


def get_person(person_id: int) -> Person:
    return one_or_not_found(select(Person).where(Person.id == person_id))


def list_people(person_ids: Iterable[int]) -> Sequence[Person]:
    """These people, in the order of their names."""
    return all_of(select(Person).where(Person.id.in_(set(person_ids))).order_by(Person.sort_key))
