"""Who reads names, diets and doors of a lunch: on which days, and only who has no pause."""

from datetime import timedelta

import pytest

from tests.factories.activities import SignupFactory
from tests.factories.meals import MealFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.meals import policy
from volunteer.meals.models import MealDeliverer
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


@pytest.fixture
def meal(time_machine, database):
    """Today, in the middle of the month."""
    time_machine.move_to("2026-10-14T02:00Z", tick=False)
    return MealFactory(in_days=0)


@pytest.fixture
def now(meal):
    return clock.now()


@pytest.fixture
def helper(meal):
    return MembershipFactory(team=meal.team)


def pause(membership):
    membership.status = MembershipStatus.PAUSED
    session.commit()


def test_a_cook_reads_the_kitchens_sheet_on_its_day_and_not_while_pausing(meal, now, helper):
    SignupFactory(occurrence=meal.occurrence, person=helper.person)
    other = MembershipFactory(team=meal.team).person
    coordinator = CoordinatorFactory(team=meal.team).person

    assert policy.can_cook(helper.person, meal, now)
    for day in (now - DAY, now + DAY):
        assert not policy.can_cook(helper.person, meal, day)
        assert policy.can_cook(coordinator, meal, day)
    for stranger in (other, CoordinatorFactory().person, None):
        assert not policy.can_cook(stranger, meal, now)

    pause(helper)
    assert not policy.can_cook(helper.person, meal, now)


def test_whose_work_is_elsewhere_is_no_cook(meal, now, helper):
    meal.plan.cooking = [7]
    SignupFactory(occurrence=meal.occurrence, person=helper.person)

    assert not policy.can_cook(helper.person, meal, now)


def test_who_brings_meals_sees_the_doors_from_the_day_before_and_calls_on_the_day_alone(
    meal, now, helper
):
    session.add(MealDeliverer(meal_id=meal.id, person_id=helper.person_id, by_id=helper.person_id))
    session.commit()
    days = [now + number * DAY for number in (-2, -1, 0, 1, 2)]
    me, coordinator = helper.person, CoordinatorFactory(team=meal.team).person

    assert [policy.can_bring(me, meal, day) for day in days] == [False, True, True, True, False]
    assert [policy.can_call_diners(me, meal, day) for day in days] == [
        False, False, True, False, False,
    ]  # fmt: skip
    assert all(policy.can_bring(coordinator, meal, day) for day in days)
    assert all(policy.can_call_diners(coordinator, meal, day) for day in days)
    for stranger in (MembershipFactory(team=meal.team).person, PersonFactory(), None):
        assert not policy.can_bring(stranger, meal, now)
        assert not policy.can_call_diners(stranger, meal, now)

    pause(helper)
    assert not policy.can_bring(me, meal, now)
    assert not policy.can_call_diners(me, meal, now)
