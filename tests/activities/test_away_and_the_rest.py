"""Days away beside what else happens to dates: called off and on again, moved, waited for."""

import pytest

from tests.activities.lunches import WEDNESDAY
from tests.activities.test_away import (
    A_WEEK,
    TRIP,
    comes_every_week,
    date_on,
    days,
    member_of,
)
from tests.factories.activities import SignupFactory
from volunteer.activities import away, days_off, pausing, signups, single_date
from volunteer.activities.days_off import DaysPlan
from volunteer.activities.models import SignupStatus, WaitingStyle
from volunteer.activities.pausing import PausePlan
from volunteer.core.database import session
from volunteer.people.away import Stretch

pytestmark = pytest.mark.usefixtures("on_monday")


def only_one_asked(date_):
    """This date has one place, and a list that asks: who has the place, and its role."""
    role = date_.roles[0]
    role.minimum = role.maximum = 1
    date_.activity.waiting_style = WaitingStyle.ASK
    session.commit()
    return SignupFactory(occurrence=date_, role=role), role


def test_who_says_so_while_a_day_is_called_off_does_not_come_when_it_is_taken_back(lunch):
    person, coordinator = comes_every_week(lunch, member_of(lunch)), member_of(lunch)
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    rain = DaysPlan(second.day, second.day, "下大雨")
    together = days_off.call_off(lunch.team, rain, {second.id}, by=coordinator)

    away.note(person, TRIP, by=person)
    days_off.take_back(together, by=coordinator)

    assert days(person) == [0, 3]


def test_who_is_here_after_all_while_it_is_off_comes_again_as_it_is_on(lunch):
    person, coordinator = comes_every_week(lunch, member_of(lunch)), member_of(lunch)
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    away.note(person, TRIP, by=person)
    single_date.cancel(second, reason="下大雨", by=coordinator)
    away.take_back(person, away.list_coming(person)[0].id, by=person)

    single_date.restore(second, by=coordinator)
    away.filling.fill(lunch)

    assert days(person) == [0, 1, 2, 3]


def test_what_rests_is_free_of_them_when_it_goes_on_sooner(lunch):
    person, coordinator = comes_every_week(lunch, member_of(lunch)), member_of(lunch)
    rest = PausePlan(TRIP.first_on, TRIP.last_on, "厨房装修")
    pause = pausing.pause(lunch, rest, by=coordinator)

    away.note(person, TRIP, by=person)
    pausing.take_back(pause, by=coordinator)

    assert days(person) == [0, 3]


def test_what_they_took_knowing_it_stays_theirs_when_it_is_said_once_more(lunch):
    person = comes_every_week(lunch, member_of(lunch))
    away.note(person, TRIP, by=person)
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    signups.sign_up(second, second.roles[0].id, person, by=person)

    away.note(person, TRIP, by=person)
    away.note(person, Stretch(TRIP.first_on, TRIP.last_on + A_WEEK), by=person)

    assert days(person) == [0, 1]


def test_who_is_asked_and_goes_away_keeps_their_turn_and_the_next_is_asked(lunch):
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    going, role = only_one_asked(second)
    person, following = member_of(lunch), member_of(lunch)
    for one in (person, following):
        signups.sign_up(second, role.id, one, by=one)
    signups.withdraw(going, by=going.person)
    (asked,) = [one.person for one in second.signups if one.is_asked]

    away.note(person, TRIP, by=person)
    session.expire_all()

    assert asked == person
    assert [one.person for one in second.signups if one.is_asked] == [following]
    assert second.row_of(person.id).passed_at is None
    assert days(person, SignupStatus.WAITING) == [1]
