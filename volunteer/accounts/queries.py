"""Finding for whom somebody may act now."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from volunteer.accounts.models import ABSOLUTE_LIMIT, SignIn, User
from volunteer.core import clock
from volunteer.core.database import Given, all_of, any_of, session
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
    return next((row for row in found if row.holds(clock.today())), None)


def list_companionships_of(me: Person) -> Sequence[Companion]:
    """For whom this person may act today."""
    return [row for row in all_of(companionships_of(me.id)) if row.holds(clock.today())]


def find_companions(person_ids: Iterable[int]) -> dict[int, list[Companion]]:
    """Who may act today for each of these people; nobody for whom has a password."""
    found = people_queries.find_companions(person_ids, clock.today())
    if not found:
        return {}
    on_their_own = set(
        session.scalars(
            select(User.person_id).where(
                User.person_id.in_(found.keys()), User.password_hash.is_not(None)
            )
        )
    )
    return {number: rows for number, rows in found.items() if number not in on_their_own}


def list_operators() -> Sequence[Person]:
    """Those who run the service."""
    return all_of(
        select(Person).join(User, User.person_id == Person.id).where(User.is_operator.is_(True))
    )


def is_operator(person: Person) -> bool:
    """Whether this person runs the service; of who is asking, identity knows it already."""
    found = select(User.id).where(User.person_id == person.id, User.is_operator.is_(True))
    return session.scalar(found) is not None


def comes_in(now: datetime) -> ColumnElement[bool]:
    """A condition on people: who lives and has a door of their own, or came by one this year."""
    came = select(SignIn.id).where(SignIn.user_id == User.id, SignIn.seen_at > now - ABSOLUTE_LIMIT)
    theirs = select(User.id).where(
        User.person_id == Person.id,
        or_(User.password_hash.is_not(None), User.is_operator, any_of(came)),
    )
    return and_(Person.died_on.is_(None), any_of(theirs))
