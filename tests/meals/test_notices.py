"""Who eats with us hears when the lunch is off, elsewhere, or on again."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from tests.factories.activities import SignupFactory
from tests.factories.meals import BookingFactory, DinerFactory, MealFactory, MealPlanFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import (
    days_off,
    pausing,
    planning,
    recurrence,
    series_changes,
    single_date,
)
from volunteer.activities.days_off import DaysPlan
from volunteer.activities.pausing import PausePlan
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.meals import bookings
from volunteer.meals.models import BookingStatus, MealWay
from volunteer.meals.notices import MEAL_CHANGED
from volunteer.notifications import letters
from volunteer.notifications.models import Channel, OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


def told() -> list[OutboxMessage]:
    found = session.query(OutboxMessage).filter_by(kind=MEAL_CHANGED)
    return list(found.order_by(OutboxMessage.id))


def booking_of(meal, **person):
    diner = DinerFactory(team=meal.team, person=PersonFactory(**person))
    return BookingFactory(meal=meal, diner=diner)


@pytest.fixture
def meal():
    return MealFactory()


@pytest.fixture
def by(meal):
    return CoordinatorFactory(team=meal.team).person


@pytest.fixture
def write(app):
    """The letters for these messages, as the scheduler writes them."""

    def writing(messages):
        with app.app_context():
            return letters.write(messages)

    return writing


def cancel(meal, by):
    single_date.cancel(meal.occurrence, reason="停水了。", by=by)


def test_who_booked_hears_that_the_lunch_is_off_and_who_has_no_mailbox_is_called(write, meal, by):
    by_mail = booking_of(meal, email="a@example.org", language="en")
    by_phone = booking_of(meal, email=None, language="en")
    brought = BookingFactory(meal=meal, way=MealWay.DELIVERY)
    BookingFactory(meal=meal, status=BookingStatus.CANCELLED)
    BookingFactory(meal=MealFactory(plan=meal.plan, in_days=9))

    cancel(meal, by)

    assert {m.person_id: m.channel for m in told()} == {
        by_mail.person.id: Channel.EMAIL,
        by_phone.person.id: Channel.CALL,
        brought.person.id: Channel.EMAIL,
    }
    written = write(told()[:2])
    for letter in written.values():
        assert "[Cancelled]" in letter.subject
        assert "停水了。" in letter.text
        assert "There is no meal from us on that day" in letter.text


def test_who_helps_on_the_date_hears_of_it_once(meal, by):
    booking = booking_of(meal)
    SignupFactory(occurrence=meal.occurrence, person=booking.person)

    cancel(meal, by)

    kinds = [m.kind for m in session.query(OutboxMessage).filter_by(person_id=booking.person.id)]
    assert kinds == ["date_cancelled"]


def test_who_has_cancelled_meanwhile_or_of_an_older_change_hears_nothing(write, meal, by):
    stays, goes = booking_of(meal, language="en"), booking_of(meal)
    cancel(meal, by)
    bookings.cancel(goes, by=goes.person)
    single_date.restore(meal.occurrence, by=by)

    first, later = (
        {m.person_id for m in told() if m.id in write([m])},
        [m for m in told() if m.about["revision"] == meal.occurrence.revision],
    )

    assert first == {stays.person.id}
    assert [m.person_id for m in later] == [stays.person.id]
    assert "Your booking stays as it is." in write(later)[later[0].id].text


def test_what_becomes_of_other_dates_does_not_make_it_untrue(write, meal, by):
    booking_of(meal)
    cancel(meal, by)
    day = meal.occurrence.day + timedelta(days=7)
    MealFactory(plan=meal.plan, in_days=9)

    pausing.pause(meal.occurrence.activity, PausePlan(day, day), by=by)

    assert write(told()).keys() == {told()[0].id}


def test_moved_to_another_hour_the_letter_says_when_and_where(write, meal, by):
    booking_of(meal, language="en")
    day = meal.occurrence.day + timedelta(days=1)
    plan = DatePlan(day, time(12), time(14), "社区二楼")

    single_date.move(meal.occurrence, plan, by=by)

    (message,) = told()
    letter = write([message])[message.id]
    assert "12:00 pm to 2:00 pm" in letter.text
    assert "社区二楼" in letter.text


@pytest.mark.parametrize("change", ["pause", "end", "place"])
def test_a_series_that_rests_ends_or_moves_tells_its_diners_too(meal, by, change):
    booking = booking_of(meal)
    activity, today = meal.occurrence.activity, meal.team.today(clock.now())
    if change == "pause":
        pausing.pause(activity, PausePlan(today, today + timedelta(days=30)), by=by)
    elif change == "end":
        planning.end(activity, by=by)
    else:
        meal.occurrence.place = "别处"
        session.commit()
        planning.tell_of_dates("activity_moved", activity, [meal.occurrence_id])

    assert [message.person_id for message in told()] == [booking.person.id]


def test_a_series_on_another_day_tells_those_who_eat_on_its_dates_and_nobody_when_all_stays(by):
    words = ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5)])
    begins = clock.now().date() + timedelta(days=2)
    plan = SeriesPlan(words, recurrence.weekly(begins.weekday()), begins, time(10), time(13))
    activity = planning.plan_series(CoordinatorFactory().team, plan, by=by)
    first = min(activity.occurrences, key=lambda date: date.starts_at)
    meal = MealFactory(plan=MealPlanFactory(activity=activity), occurrence=first)
    booking = booking_of(meal)
    again = replace(plan, words=replace(words, roles=[RolePlan("帮厨", 1, 5, position=0)]))

    series_changes.change_all(activity, again, by=by)
    assert told() == []
    later = replace(again, rule=recurrence.weekly((begins.weekday() + 1) % 7))
    series_changes.change_all(activity, later, by=by)

    assert [message.person_id for message in told()] == [booking.person.id]


def test_a_date_without_a_lunch_concerns_no_diner(by):
    signup = SignupFactory()

    single_date.cancel(signup.occurrence, reason="", by=by)

    assert told() == []


def test_who_is_quiet_until_noon_hears_before_that_a_lunch_is_off(meal, by, time_machine):
    # The quiet hours end when the lunch has begun, and a word about it would still be of use.
    wall = meal.occurrence.wall_starts
    booking = booking_of(
        meal,
        quiet_from=(wall - timedelta(hours=4)).time(),
        quiet_until=(wall + timedelta(hours=1)).time(),
    )
    time_machine.move_to(meal.occurrence.starts_at - timedelta(hours=2), tick=False)

    cancel(meal, by)

    (message,) = [m for m in told() if m.person_id == booking.person.id]
    assert message.next_try_at == clock.now()


def test_several_lunches_called_off_together_are_one_message(write, meal, by):
    second = MealFactory(plan=meal.plan, in_days=3)
    diner = booking_of(meal, email="a@example.org", language="en").diner
    BookingFactory(meal=second, diner=diner)
    dates = [meal.occurrence, second.occurrence]
    days = DaysPlan(dates[0].day, dates[1].day, "停水了。")

    together = days_off.call_off(meal.team, days, {date.id for date in dates}, by=by)
    off = told()
    (letter,) = write(off).values()
    days_off.take_back(together, by=by)
    newest = told()[-1]
    (back,) = write(told()).values()

    assert [m.person_id for m in off] == [diner.person_id]
    assert letter.subject == "[Cancelled] 2 lunches"
    for text in (letter.text, letter.html):
        assert text.count("爱心午饭, ") == 2
    assert "no meal from us on these days" in letter.text
    assert "停水了。" in letter.text
    assert newest.id not in {m.id for m in off}
    assert back.subject == "[Changed] 2 lunches"
    assert "These lunches take place then, and there:" in back.text


def test_a_lunch_that_has_been_is_no_news_beside_one_to_come(write, meal, by, time_machine):
    """A message may wait for days: the mail line was broken."""
    second = MealFactory(plan=meal.plan, in_days=3)
    diner = booking_of(meal, email="a@example.org", language="en").diner
    BookingFactory(meal=second, diner=diner)
    dates = [meal.occurrence, second.occurrence]
    days = DaysPlan(dates[0].day, dates[1].day, "停水了。")
    days_off.call_off(meal.team, days, {date.id for date in dates}, by=by)
    later = dates[1].starts_at - timedelta(hours=2)
    path = f"/meals/{second.id}"

    time_machine.move_to(later, tick=False)
    (letter,) = write(told()).values()

    assert "[Cancelled] 爱心午饭" in letter.subject
    assert path in letter.text
