"""What a lunch needed to know of who ate there is forgotten when its time is over."""

from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory
from tests.factories.people import ConsentFactory, PersonFactory
from volunteer import wiring
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, health
from volunteer.elders.health import Health
from volunteer.elders.jobs import forget_old_elders
from volunteer.elders.models import DietTag, EndReason
from volunteer.meals import bookings, jobs
from volunteer.meals.bookings import Order
from volunteer.meals.models import DeliveryResult, MealWay
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")

DIET = {"tags": [DietTag.LOW_SALT.value], "allergies": "花生"}


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T03:00Z", tick=False)
    wiring.wire()


@pytest.fixture
def later(time_machine):
    def go_on(**span):
        time_machine.shift(timedelta(**span))
        forget_old_elders()
        did = jobs.forget_old_lunches()
        session.expire_all()
        return did

    return go_on


def test_the_copy_of_an_elders_diet_goes_a_month_after_the_lunch(later):
    meal = MealFactory(in_days=2)
    elder = ElderFactory(team=meal.team)
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    health.write(elder, Health(diet_tags=[DietTag.LOW_SALT], allergies="花生"), by=PersonFactory())
    DinerFactory(team=meal.team, person=elder.person)
    booking = bookings.book(meal, elder.person, Order(), by=elder.person)
    assert booking.diet == DIET
    care.end(elder, EndReason.MOVED, by=PersonFactory())

    assert later(days=30) == 0
    assert booking.diet is not None, "the lunch was two days later"

    assert later(days=4) == 1
    assert health.find(elder) is None
    assert booking.diet is None
    assert booking.is_booked, "that they ate stays"
    assert later(minutes=1) == 0


def test_what_is_still_to_be_cooked_and_what_the_diner_told_stays(later):
    diner = DinerFactory(diet=DIET)
    ConsentFactory(person=diner.person, scope=ConsentScope.HEALTH)
    coming = BookingFactory(meal=MealFactory(in_days=400), diner=diner, diet=DIET)

    later(days=366)

    assert (coming.diet, diner.diet) == (DIET, DIET)


def test_how_somebody_was_found_safe_is_forgotten_after_three_years_as_on_a_visit(later):
    booking = BookingFactory(
        meal=MealFactory(in_days=0), way=MealWay.DELIVERY, result=DeliveryResult.NO_ANSWER,
        result_at=clock.now(), safe_at=clock.now(), safe_words="在医院，中风",
    )  # fmt: skip

    later(days=3 * 365 - 1)
    assert booking.safe_words == "在医院，中风"

    later(days=2)
    assert (booking.safe_words, booking.safe_at is None) == (None, False)
    assert not booking.is_open_alarm


def test_where_nothing_is_over_nothing_is_written(count_queries):
    BookingFactory(diet=DIET)
    session.commit()
    with count_queries() as sent:
        jobs.forget_old_lunches()

    assert not [line for line in sent if not line.startswith("SELECT")]
