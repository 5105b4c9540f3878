"""Finding people."""

from collections.abc import Iterable, Sequence

from sqlalchemy import inspect, select

from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.people.models import Person


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
