"""Who asked to join and was told no is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer import wiring
from volunteer.core.database import session
from volunteer.people.forgetting import NAMELESS
from volunteer.teams import jobs, membership
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


def told_no(**more):
    row = MembershipFactory(status=MembershipStatus.APPLIED, joined_at=None, **more)
    membership.reject(row, by=PersonFactory())
    return row.person


def test_a_year_after_the_no_they_are_forgotten(time_machine):
    person = told_no()
    elsewhere = told_no()
    MembershipFactory(team=TeamFactory(), person=elsewhere)
    has_account = told_no()
    UserFactory(person=has_account)
    session.commit()

    time_machine.shift(timedelta(days=365))
    assert jobs.forget_who_was_told_no() == 0
    time_machine.shift(timedelta(days=1))
    assert jobs.forget_who_was_told_no() == 1
    session.expire_all()

    assert (person.name, person.phone, person.email) == (NAMELESS, None, None)
    assert NAMELESS not in {elsewhere.name, has_account.name}
    assert elsewhere.phone
    assert jobs.forget_who_was_told_no() == 0


def test_who_asks_again_meanwhile_is_not_forgotten(time_machine):
    person = told_no()
    time_machine.shift(timedelta(days=366))
    MembershipFactory(person=person, status=MembershipStatus.APPLIED, joined_at=None)
    session.commit()

    assert jobs.forget_who_was_told_no() == 0
    assert person.name != NAMELESS
