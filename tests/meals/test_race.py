"""Neighbours press at the same moment: no lunch holds more portions than it has, nothing twice."""

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.factories.meals import DinerFactory, KittyFactory, MealFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from tests.racing import came_of
from tests.servers import migrated
from volunteer.core.database import session
from volunteer.meals.models import Diner, KittyEntry, MealBooking, MealDeliverer

PLACES, CROWD = 5, 24

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "meals") as address:
        yield address


def test_as_many_get_a_portion_as_there_are(url):
    meal = MealFactory(capacity=PLACES).id
    people = [person.id for person in PersonFactory.create_batch(CROWD)]
    session.remove()

    outcomes = came_of(racing.race(url, [("book", meal, 0, person) for person in people]))

    assert outcomes == {"booked": PLACES, "MealIsFull": CROWD - PLACES}
    session.remove()
    assert session.query(MealBooking).count() == PLACES


def test_without_the_lock_the_same_crowd_overbooks(url):
    """The control of the test above. On a busy machine one crowd may come one after the other."""
    people = [person.id for person in PersonFactory.create_batch(CROWD)]
    most = 0
    for _crowd in range(6):
        meal = MealFactory(capacity=PLACES).id
        session.remove()

        racing.race(url, [("book", meal, 0, person) for person in people], guarded=False)

        session.remove()
        most = max(most, session.query(MealBooking).filter_by(meal_id=meal).count())
        if most > PLACES:
            break

    assert most > PLACES


def test_one_form_sent_by_an_impatient_finger_is_one_guest_and_one_line(url):
    meal = MealFactory()
    kitty = KittyFactory(team=meal.team)
    host = DinerFactory(team=meal.team).person
    numbers = (meal.id, kitty.id, host.id)
    session.remove()

    steps = [("bring_guest", numbers[0], 0, numbers[2])] * 8
    steps += [("enter_line", numbers[1], 0, numbers[2])] * 8
    outcomes = came_of(racing.race(url, steps))

    assert outcomes == {"brought": 8, "entered": 8}
    session.remove()
    assert session.query(MealBooking).count() == 1
    assert session.query(KittyEntry).count() == 1
    assert session.query(Diner).count() == 2


def test_nobody_who_leaves_at_this_moment_stays_on_the_round(url):
    """Whoever comes first: who has left brings nothing any more."""
    meal = MealFactory()
    members = MembershipFactory.create_batch(12, team=meal.team)
    numbers = [(row.id, row.person_id) for row in members]
    number = meal.id
    session.remove()

    steps = [("choose_deliverer", number, 0, person) for _row, person in numbers]
    steps += [("leave", row, 0, person) for row, person in numbers]
    outcomes = came_of(racing.race(url, steps))

    assert outcomes["left"] == 12
    assert outcomes["chosen"] + outcomes["NotAHelper"] == 12
    session.remove()
    assert session.query(MealDeliverer).count() == 0
