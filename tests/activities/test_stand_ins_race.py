"""Several people say yes at the same moment: exactly one comes instead."""

from collections import Counter

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.factories.activities import SignupFactory, member_of
from tests.factories.stand_ins import StandInSearchFactory
from tests.servers import migrated
from volunteer.activities.models import SearchStatus, Signup, SignupStatus, StandInSearch
from volunteer.core.database import session

MANY = 15

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "stand_ins") as address:
        yield address


def came_of(outcomes):
    """What came of the steps; a refusal by its name."""
    found = Counter()
    for outcome, count in outcomes.items():
        found[outcome.split(":")[0]] += count
    return found


def searches():
    """Searches for places on dates of their own, each with two who would come."""
    found = []
    for _one in range(MANY):
        signup = SignupFactory()
        pair = [member_of(signup.occurrence).id for _side in range(2)]
        found.append((StandInSearchFactory(signup=signup).id, signup.id, signup.person_id, pair))
    session.remove()
    return found


def going():
    session.remove()
    return Counter(
        row.occurrence_id for row in session.query(Signup).filter_by(status=SignupStatus.GOING)
    )


def test_of_two_who_say_yes_at_once_exactly_one_gets_each_place(url):
    found = searches()
    steps = [("stand_in", search, 0, person) for search, _s, _p, pair in found for person in pair]

    outcomes = came_of(racing.race(url, steps))

    assert outcomes == {"found": MANY, "SomebodyComesAlready": MANY}
    assert set(going().values()) == {1}
    assert {row.status for row in session.query(StandInSearch)} == {SearchStatus.FOUND}


def test_a_yes_and_coming_after_all_leave_one_person_on_each_place(url):
    found = searches()
    steps = []
    for search, signup, asker, pair in found:
        steps += [("stand_in", search, 0, pair[0]), ("come_after_all", signup, 0, asker)]

    outcomes = came_of(racing.race(url, steps))

    # The place has five seats: who comes after all may find another one free.
    assert outcomes["found"] + outcomes["NobodyIsNeeded"] == MANY, outcomes
    assert outcomes["comes"] == MANY, outcomes
    counted = going()
    assert counted.total() == MANY + outcomes["found"]
