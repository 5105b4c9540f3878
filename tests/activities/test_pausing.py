"""A series that rests for some days, and takes its rest back."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.activities.lunches import LUNCH, NOW, dates_of
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.teams import MembershipFactory
from tests.told import told_of_what
from volunteer.activities import (
    extending,
    notices,
    pausing,
    planning,
    recurrence,
    series_changes,
    signups,
    single_date,
)
from volunteer.activities.errors import AlreadyEnded, AlreadyPausing, PauseOver
from volunteer.activities.models import Activity, SignupStatus
from volunteer.activities.pausing import PausePlan
from volunteer.activities.planning import RolePlan
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database", "on_monday")

TWO_WEEKS = PausePlan(date(2026, 10, 20), date(2026, 11, 1), "修厨房")


def resting(activity: Activity) -> list[int]:
    return [number for number, o in enumerate(dates_of(activity)) if o.is_cancelled]


def test_a_pause_cancels_its_dates_and_tells_their_people_once(lunch, coordinator):
    person = MembershipFactory(team=lunch.team).person
    for occurrence in dates_of(lunch)[:3]:
        SignupFactory(occurrence=occurrence, person=person)

    pausing.pause(lunch, TWO_WEEKS, by=coordinator)

    assert resting(lunch) == [1, 2]
    assert dates_of(lunch)[1].change_note == "修厨房"
    assert told_of_what() == {(notices.ACTIVITY_PAUSED, person.id): 1}


def test_dates_of_a_pause_that_are_not_on_the_calendar_yet_are_never_made(
    lunch, coordinator, time_machine
):
    spring = PausePlan(date(2027, 2, 1), date(2027, 2, 20), "春节")

    pausing.pause(lunch, spring, by=coordinator)
    time_machine.move_to(NOW + timedelta(weeks=10), tick=False)
    extending.extend_all(clock.now())

    days = {occurrence.planned_on for occurrence in dates_of(lunch)}
    assert {date(2027, 1, 27), date(2027, 2, 24)} <= days
    assert not days & {date(2027, 2, 3), date(2027, 2, 10), date(2027, 2, 17)}
    assert told_of_what() == {}


def test_a_pause_that_is_taken_back_gives_its_dates_and_their_people_back(lunch, coordinator):
    signup = SignupFactory(occurrence=dates_of(lunch)[1])
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)

    assert pausing.take_back(rest, by=coordinator) == 2

    assert (resting(lunch), signup.is_going) == ([], True)
    assert told_of_what()[notices.ACTIVITY_RESUMED, signup.person_id] == 1


def test_dates_that_a_pause_kept_from_being_made_are_made_when_it_is_taken_back(
    lunch, coordinator, time_machine
):
    rest = pausing.pause(lunch, PausePlan(date(2027, 1, 10), date(2027, 1, 16)), by=coordinator)
    time_machine.move_to(NOW + timedelta(weeks=3), tick=False)
    extending.extend_all(clock.now())
    assert date(2027, 1, 13) not in {o.planned_on for o in dates_of(lunch)}

    pausing.take_back(rest, by=coordinator)

    assert date(2027, 1, 13) in {o.planned_on for o in dates_of(lunch)}


def test_a_pause_that_is_ended_half_way_leaves_what_has_been(lunch, coordinator, time_machine):
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    time_machine.move_to(NOW + timedelta(days=10), tick=False)

    assert pausing.take_back(rest, by=coordinator) == 1

    assert resting(lunch) == [1]
    assert lunch.pauses[0].last_on == date(2026, 10, 21)


def test_a_date_that_was_cancelled_before_the_pause_stays_cancelled_after_it(lunch, coordinator):
    single_date.cancel(dates_of(lunch)[1], reason="", by=coordinator)
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)

    pausing.take_back(rest, by=coordinator)

    assert resting(lunch) == [1]


def test_two_pauses_at_once_one_that_is_over_and_one_of_what_has_ended_are_refused(
    lunch, coordinator, time_machine
):
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)

    with pytest.raises(AlreadyPausing):
        pausing.pause(lunch, PausePlan(TWO_WEEKS.last_on, date(2026, 12, 1)), by=coordinator)
    time_machine.move_to(NOW + timedelta(weeks=8), tick=False)
    with pytest.raises(PauseOver):
        pausing.take_back(rest, by=coordinator)
    planning.end(lunch, by=coordinator)
    with pytest.raises(AlreadyEnded):
        pausing.pause(lunch, PausePlan(date(2027, 1, 1), date(2027, 1, 2)), by=coordinator)


def test_what_was_moved_by_hand_stays_so_after_a_pause(lunch, coordinator):
    moved = dates_of(lunch)[2]
    elsewhere = DatePlan(date(2026, 10, 29), time(15), time(17), "小区花园")
    single_date.move(moved, elsewhere, by=coordinator)
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    pausing.take_back(rest, by=coordinator)

    words = replace(LUNCH.words, place="二楼", roles=[RolePlan("帮厨", 1, 5, position=0)])
    planning.change_words(lunch, words, by=coordinator)

    session.expire_all()
    assert [o.place for o in dates_of(lunch)[:4]] == ["二楼", "二楼", "小区花园", "二楼"]


def test_of_two_pauses_everybody_hears(lunch, coordinator, app):
    dates = dates_of(lunch)
    one, other = SignupFactory(occurrence=dates[1]), SignupFactory(occurrence=dates[5])
    for signup in (one, other):
        day = signup.occurrence.day
        pausing.pause(lunch, PausePlan(day, day), by=coordinator)

    with app.app_context(), transaction():
        messages = session.query(OutboxMessage).filter_by(kind=notices.ACTIVITY_PAUSED).all()
        written = letters.write(messages)

    told = {message.person_id for message in messages if message.id in written}
    assert {one.person_id, other.person_id} <= told


def test_a_place_given_back_in_a_pause_goes_to_who_waits_when_it_is_taken_back(lunch, coordinator):
    resting_date = dates_of(lunch)[1]
    resting_date.roles[0].maximum = 1
    going = SignupFactory(occurrence=resting_date)
    waiting = SignupFactory(occurrence=resting_date, status=SignupStatus.WAITING)
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    signups.withdraw(going, by=going.person)

    pausing.take_back(rest, by=coordinator)

    assert waiting.is_going


def test_the_pause_of_what_has_ended_since_brings_no_date_back(lunch, coordinator):
    signup = SignupFactory(occurrence=dates_of(lunch)[1])
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    planning.end(lunch, by=coordinator)

    with pytest.raises(AlreadyEnded):
        pausing.take_back(rest, by=coordinator)

    assert signup.occurrence.is_cancelled


def test_who_is_elsewhere_by_now_loses_the_place_when_a_pause_is_taken_back(lunch, coordinator):
    rests = dates_of(lunch)[1]
    goes_away, stays = SignupFactory(occurrence=rests), SignupFactory(occurrence=rests)
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    other = OccurrenceFactory(activity__team=lunch.team, starts_at=rests.starts_at)
    person = goes_away.person
    signups.sign_up(other, other.roles[0].id, person, by=person)

    pausing.take_back(rest, by=coordinator)

    assert (goes_away.is_active, stays.is_going) == (False, True)
    assert told_of_what()[notices.ACTIVITY_CHANGED, person.id] == 1
    assert told_of_what()[notices.ACTIVITY_RESUMED, person.id] == 0
    assert told_of_what()[notices.ACTIVITY_RESUMED, stays.person_id] == 1


def test_a_pause_that_is_taken_back_on_its_first_day_never_was(lunch, coordinator, time_machine):
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    # Seven in the morning of that day in Chengdu.
    time_machine.move_to("2026-10-19T23:00Z", tick=False)

    pausing.take_back(rest, by=coordinator)

    session.expire_all()
    assert (resting(lunch), lunch.pauses) == ([], [])


def test_a_pause_can_be_taken_back_on_its_last_day_and_not_later(lunch, coordinator, time_machine):
    rest = pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    # One in the afternoon of that day in Chengdu, and of the next.
    time_machine.move_to("2026-11-02T05:00Z", tick=False)
    with pytest.raises(PauseOver):
        pausing.take_back(rest, by=coordinator)
    time_machine.move_to("2026-11-01T05:00Z", tick=False)

    pausing.take_back(rest, by=coordinator)

    assert rest.last_on == date(2026, 10, 31)


def test_a_series_pauses_again_before_a_pause_that_is_planned_already(lunch, coordinator):
    pausing.pause(lunch, PausePlan(date(2026, 11, 10), date(2026, 11, 12)), by=coordinator)

    pausing.pause(lunch, TWO_WEEKS, by=coordinator)

    assert resting(lunch) == [1, 2, 4]


def test_who_reads_of_a_pause_reads_the_days_that_they_had_in_mind(lunch, coordinator, app):
    """Also when the series was put on another day before the morning."""
    SignupFactory(occurrence=dates_of(lunch)[1])
    pausing.pause(lunch, TWO_WEEKS, by=coordinator)
    thursdays = replace(LUNCH, rule=recurrence.weekly(3))
    series_changes.change_all(lunch, thursdays, by=coordinator)

    with app.app_context(), transaction():
        messages = session.query(OutboxMessage).filter_by(kind=notices.ACTIVITY_PAUSED).all()
        (letter,) = letters.write(messages).values()

    assert dates_of(lunch)[1].day == date(2026, 10, 22)
    assert "Wed 21 Oct" in letter.text
    assert "22 Oct" not in letter.text + letter.html + letter.group
