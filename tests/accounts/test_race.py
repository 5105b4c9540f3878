"""Two presses at the same moment: one account for each person and name, and no page breaks."""

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.factories.people import PersonFactory
from tests.servers import migrated
from volunteer.accounts.models import SignIn, User
from volunteer.core.database import session
from volunteer.people.models import Person

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "accounts") as address:
        yield address


def test_who_comes_in_for_the_first_time_twice_at_once_is_in_twice(url):
    people = [PersonFactory().id for _one in range(20)]
    session.remove()

    outcomes = racing.race(url, [("come_in", one, 0, 0) for one in people for _press in range(4)])

    assert outcomes == {"in": 80}
    session.remove()
    assert (session.query(User).count(), session.query(SignIn).count()) == (20, 80)


def test_of_two_who_want_one_name_at_once_the_second_is_told_so(url):
    outcomes = racing.race(url, [("register", n, who, 0) for n in range(4) for who in range(4)])

    taken = {words for words in outcomes if words.startswith("LoginTaken")}
    assert outcomes["registered"] == session.query(User).count() == 4
    assert set(outcomes) == {"registered"} | taken


def test_who_presses_twice_at_once_has_one_account_and_is_in(url):
    outcomes = racing.race(url, [("register", n, 0, 0) for n in range(4) for _press in range(4)])

    assert outcomes == {"registered": 16}
    session.remove()
    assert session.query(User).count() == session.query(Person).count() == 4
