"""Columns of our own: what is stored, what comes back, what is refused."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import StatementError

from tests.factories.activities import SignupFactory
from tests.factories.people import PersonFactory
from volunteer.activities.models import Signup, SignupStatus
from volunteer.core.database import session
from volunteer.network.models import PlaceKind
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


def test_a_moment_without_zone_is_not_stored():
    with pytest.raises(StatementError, match="needs its zone"):
        session.execute(
            update(OutboxMessage).values(due_at=datetime(2026, 10, 12))  # noqa: DTZ001
        )


def test_a_moment_comes_back_as_it_was_and_in_utc():
    at = datetime(2026, 10, 12, 8, 0, 0, 123456, tzinfo=UTC)

    person = PersonFactory(created_at=at)
    session.expire_all()

    assert (person.created_at, person.created_at.tzinfo) == (at, UTC)


def in_words(condition) -> str:
    return str(select(Signup.id).where(condition)).partition("WHERE ")[2]


def test_a_choice_that_is_compared_with_stands_in_the_statement():
    found = in_words(Signup.status == SignupStatus.GOING)
    one_of = in_words(Signup.status.in_([SignupStatus.GOING, SignupStatus.WAITING]))

    assert found == "signups.status = 'going'"
    assert one_of == "signups.status IN ('going', 'waiting')"


def test_what_is_bound_later_is_still_a_choice():
    going, waiting = SignupFactory(), SignupFactory(status=SignupStatus.WAITING)
    query = select(Signup.id).where(Signup.status == bindparam("status"))

    assert session.scalars(query, {"status": SignupStatus.GOING}).all() == [going.id]
    assert session.scalars(query, {"status": SignupStatus.WAITING}).all() == [waiting.id]


def test_no_choice_is_never_one_of_none():
    SignupFactory()

    assert session.scalars(select(Signup.id).where(Signup.status.in_([]))).all() == []


def test_the_choice_of_something_else_is_refused():
    with pytest.raises(ValueError, match="city"):
        in_words(Signup.status == PlaceKind.CITY)
