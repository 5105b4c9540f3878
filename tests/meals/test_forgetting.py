"""What a lunch needed to know of who ate there is forgotten when its time is over."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.elders import ElderFactory
from tests.factories.meals import (
    BookingFactory,
    DinerFactory,
    KittyEntryFactory,
    MealFactory,
    StandingMealFactory,
    cooked,
)
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer import wiring
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, health
from volunteer.elders.health import Health
from volunteer.elders.jobs import forget_old_elders
from volunteer.elders.models import DietTag, ElderStatus, EndReason
from volunteer.meals import bookings, forgetting, jobs
from volunteer.meals.bookings import Order
from volunteer.meals.menus import DishPlan
from volunteer.meals.models import Allergen, ConflictTick, DeliveryResult, MealWay
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import ConsentScope
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo
from volunteer.pictures.models import Picture
from volunteer.teams.models import MembershipStatus

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
    MembershipFactory(person=booking.person)
    session.commit()

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


HOME = {"building": "3", "room": "501"}


def test_what_was_done_about_an_allergy_goes_with_the_diet(later):
    meal = MealFactory(in_days=2)
    cooked(meal, DishPlan("宫保鸡丁", allergens=[Allergen.NUTS]))
    person, by = PersonFactory(), PersonFactory()
    tick = ConflictTick(
        dish_id=meal.dishes[0].id, person_id=person.id, by=by, words="张阿姨花生过敏，单独炒"
    )
    session.add(tick)
    session.commit()

    later(days=30)
    assert tick.words == "张阿姨花生过敏，单独炒"

    later(days=4)
    assert (tick.words, tick.by_id) == ("", by.id)
    assert later(minutes=1) == 0


def test_the_photo_of_a_receipt_goes_after_three_years_and_the_line_stays(later):
    by = PersonFactory()
    entry = KittyEntryFactory(picture=keeping.keep(Photo(b"a receipt", 30, 40), by=by))
    later(days=2)
    young = KittyEntryFactory(picture=keeping.keep(Photo(b"a receipt", 30, 40), by=by))

    later(days=3 * 365 - 2)
    assert entry.picture_id

    later(days=1)
    assert (entry.picture_id, entry.fen) == (None, 10000)
    assert [picture.id for picture in session.query(Picture)] == [young.picture_id]


def ate(**more):
    """Somebody who ate with us today, and has told the kitchen all."""
    diner = DinerFactory(address=HOME, diet=DIET, lives_alone="yes", **more)
    BookingFactory(meal=MealFactory(in_days=0, plan__activity__team=diner.team), diner=diner)
    return diner


def all_of(diner):
    return (diner.address, diner.diet, diner.lives_alone)


def test_a_year_after_the_last_lunch_nobody_knows_where_they_live_or_who_they_were(later):
    diner = ate()
    later(days=365)
    assert all_of(diner) == (HOME, DIET, "yes")

    later(days=1)

    assert all_of(diner) == (None, None, None)
    assert (diner.person.name, diner.person.phone) == (NAMELESS, None)
    assert len(session.query(type(diner)).all()) == 1, "that they ate stays"
    later(minutes=1)


def who_eats_every_week(diner):
    StandingMealFactory(plan=MealFactory(plan__activity__team=diner.team).plan, diner=diner)


def who_ate_lately(diner):
    BookingFactory(meal=MealFactory(in_days=300), diner=diner)


def who_is_in_the_team(diner):
    MembershipFactory(team=diner.team, person=diner.person)


def who_helps(diner):
    date = OccurrenceFactory(starts_at=clock.now() + timedelta(days=300))
    SignupFactory(occurrence=date, person=diner.person)


def who_is_looked_after(diner):
    ElderFactory(team=diner.team, person=diner.person)


@pytest.mark.parametrize(
    "part",
    [who_eats_every_week, who_ate_lately, who_is_in_the_team, who_helps, who_is_looked_after],
)
def test_what_harms_who_may_eat_with_us_tomorrow_is_known(part, later):
    diner = ate()
    part(diner)
    session.commit()

    later(days=400)

    assert all_of(diner) == (HOME, DIET, "yes")
    assert diner.person.name != NAMELESS


def who_is_in_another_team(diner):
    MembershipFactory(person=diner.person)


def who_has_left_the_team(diner):
    MembershipFactory(team=diner.team, person=diner.person, status=MembershipStatus.LEFT)


def who_helped_long_ago(diner):
    SignupFactory(occurrence=OccurrenceFactory(starts_at=clock.now()), person=diner.person)


def who_is_looked_after_elsewhere(diner):
    ElderFactory(person=diner.person)


def who_is_looked_after_no_more(diner):
    since = (clock.now() + timedelta(days=300)).date()
    ElderFactory(team=diner.team, person=diner.person, status=ElderStatus.ENDED, since_on=since)


@pytest.mark.parametrize(
    "part",
    [
        who_is_in_another_team,
        who_has_left_the_team,
        who_helped_long_ago,
        who_is_looked_after_elsewhere,
        who_is_looked_after_no_more,
    ],
)
def test_the_kitchen_need_not_know_who_is_something_else_to_others_or_was_it_once(part, later):
    diner = ate()
    part(diner)
    session.commit()

    later(days=400)

    assert all_of(diner) == (None, None, None)


def test_with_a_person_goes_what_the_kitchen_knew_of_them_and_of_nobody_else():
    meal = MealFactory()
    cooked(meal, DishPlan("宫保鸡丁", allergens=[Allergen.NUTS]))
    diners = ate(), ate()
    booked = [
        BookingFactory(meal=meal, diner=diner, diet=DIET, safe_words="在女儿家") for diner in diners
    ]
    ticks = [
        ConflictTick(
            dish_id=meal.dishes[0].id, person_id=diner.person_id, by=diner.person, words="单独炒"
        )
        for diner in diners
    ]
    session.add_all(ticks)
    session.commit()

    forgetting.forget_diner(diners[0].person)

    assert [all_of(diner) for diner in diners] == [(None, None, None), (HOME, DIET, "yes")]
    assert [(one.diet, one.safe_words) for one in booked] == [(None, None), (DIET, "在女儿家")]
    assert [tick.words for tick in ticks] == ["", "单独炒"]


def test_where_all_is_forgotten_nothing_is_written_again(later, count_queries):
    diner = ate()
    KittyEntryFactory(picture=keeping.keep(Photo(b"a receipt", 30, 40), by=diner.person))
    session.commit()
    later(days=3 * 365 + 1)
    with count_queries() as sent:
        jobs.forget_old_lunches()

    assert not [line for line in sent if not line.startswith("SELECT")]
