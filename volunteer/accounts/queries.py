"""Finding for whom somebody may act now."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from volunteer.accounts.models import User
from volunteer.core.database import Given, all_of
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people.models import Companion, Person


def companionships_of(person_id: Given) -> Select[Companion]:
    """Those by which this person may act; none for whom has a password and acts for themselves."""
    return (
        people_queries.companionships()
        .outerjoin(User, User.person_id == Companion.person_id)
        .where(Companion.companion_id == person_id, User.password_hash.is_(None))
    )


def find_companionship(number: int, me: Person) -> Companion | None:
    """The one with this number, if by it this person may act today; one query."""
    found = all_of(companionships_of(me.id).where(Companion.id == number))
    return next((row for row in found if row.holds(consents.today())), None)


def list_companionships_of(me: Person) -> Sequence[Companion]:
    """For whom this person may act today."""
    return [row for row in all_of(companionships_of(me.id)) if row.holds(consents.today())]


def list_operators() -> Sequence[Person]:
    """Those who run the service."""
    return all_of(
        select(Person).join(User, User.person_id == Person.id).where(User.is_operator.is_(True))
    )
