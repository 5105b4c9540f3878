"""A phone or a mailbox, as somebody types it at the door, and whose it is."""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer.accounts.models import User
from volunteer.core import chinese
from volunteer.core.database import all_of
from volunteer.people import forgetting
from volunteer.people import queries as people_queries
from volunteer.people.models import Person


def read(text: str) -> str:
    """The contact as it is compared: a mailbox in small letters, or the digits of a phone."""
    narrow = chinese.narrow(text)
    return narrow.lower() if "@" in narrow else chinese.phone_digits(narrow)


def is_mailbox(contact: str) -> bool:
    return "@" in contact


def people_of(contact: str) -> Sequence[Person]:
    """Everybody with this phone or mailbox, by name. Operators, who see more, are none of them; nor
    is who has died, or was told that they are forgotten: a code to them would not go, and who
    shared a phone with them got none."""
    if not contact:
        return []
    found = (
        all_of(select(Person).where(Person.email == contact).order_by(Person.sort_key, Person.id))
        if is_mailbox(contact)
        else people_queries.find_people_by_phone(contact)
    )
    numbers = [person.id for person in found]
    operators = select(User.person_id).where(User.person_id.in_(numbers), User.is_operator)
    let_go = select(Person.id).where(Person.id.in_(numbers), forgetting.is_let_go())
    left_out = {*all_of(operators), *all_of(let_go)}
    return [p for p in found if p.id not in left_out and p.died_on is None]
