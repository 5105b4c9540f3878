"""The three ways in which a place that comes free finds somebody, and the cut-off."""

from datetime import time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.teams import CoordinatorFactory
from tests.told import told
from volunteer.activities import signups, single_date, stand_in_notices, waitlist
from volunteer.activities.attendance import walk_ins
from volunteer.activities.errors import BusyThen, DateCancelled, NoPlaceFree, NotSignedUp
from volunteer.activities.models import SignupStatus, WaitingStyle
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.teams import membership

pytestmark = pytest.mark.usefixtures("database")

# 10:00 in Chengdu; dates of the factory lie two days later.
MORNING = "2026-10-14T02:00:00+00:00"
LATE_EVENING = "2026-10-14T12:30:00+00:00"
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def morning(time_machine, database):
    time_machine.move_to(MORNING, tick=False)


def full_date(style, waiting=3, **activity):
    """A date whose one place is taken, with people waiting; who goes, and who waits."""
    own = {"starts_at": activity.pop("starts_at")} if "starts_at" in activity else {}
    more = {f"activity__{key}": value for key, value in activity.items()} | own
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)], activity__waiting_style=style, **more)
    going = SignupFactory(occurrence=occurrence)
    queue = [
        SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
        for _number in range(waiting)
    ]
    return going, queue


def give_back(going):
    return signups.withdraw(going, by=going.person)


def test_who_has_waited_longest_is_asked_and_the_place_is_kept_for_them():
    going, (first, second, _third) = full_date(WaitingStyle.ASK)

    give_back(going)

    assert (first.is_asked, first.status, second.is_asked) == (True, SignupStatus.WAITING, False)
    assert first.answer_by == clock.now() + timedelta(hours=2)
    assert told("place_asked") == [first.person_id]
    assert first.role.is_full


def test_nobody_else_gets_a_place_that_is_kept():
    going, (first, second, _third) = full_date(WaitingStyle.ASK)
    give_back(going)

    with pytest.raises(NoPlaceFree, match="Somebody was quicker"):
        waitlist.take(second, by=second.person)

    assert waitlist.take(first, by=first.person)
    assert [first.status, second.status] == [SignupStatus.GOING, SignupStatus.WAITING]


def test_who_has_promised_to_be_elsewhere_meanwhile_does_not_get_the_place_that_was_kept():
    going, (first, *_others) = full_date(WaitingStyle.ASK)
    give_back(going)
    elsewhere = OccurrenceFactory(starts_at=first.occurrence.starts_at)
    SignupFactory(occurrence=elsewhere, person=first.person)

    with pytest.raises(BusyThen):
        waitlist.take(first, by=first.person)

    assert first.status is SignupStatus.WAITING


def test_nobody_gets_a_place_on_a_date_that_was_cancelled_meanwhile():
    going, (first, *_others) = full_date(WaitingStyle.ASK)
    give_back(going)
    single_date.cancel(first.occurrence, reason="", by=going.person)

    with pytest.raises(DateCancelled):
        waitlist.take(first, by=first.person)


def test_pressing_yes_twice_takes_the_place_once():
    going, (first, *_others) = full_date(WaitingStyle.ASK)
    give_back(going)

    news = [waitlist.take(first, by=first.person) for _press in range(2)]

    assert news == [True, False]


def test_who_does_not_answer_in_time_is_passed_over_and_keeps_waiting(time_machine):
    going, (first, second, _third) = full_date(WaitingStyle.ASK)
    give_back(going)
    time_machine.shift(2 * AN_HOUR)

    passed = [waitlist.pass_on(clock.now()) for _tick in range(2)]

    assert passed == [1, 0]
    assert (first.is_waiting, first.is_asked, second.is_asked) == (True, False, True)
    assert told("place_asked") == [first.person_id, second.person_id]


def test_a_no_asks_the_next_one_at_once():
    going, (first, second, _third) = full_date(WaitingStyle.ASK)
    give_back(going)

    signups.withdraw(first, by=first.person)

    assert (first.status, second.is_asked) == (SignupStatus.WITHDRAWN, True)


def test_when_everybody_has_been_passed_over_whoever_presses_has_the_place(time_machine):
    going, (first,) = full_date(WaitingStyle.ASK, waiting=1)
    give_back(going)
    time_machine.shift(2 * AN_HOUR)
    waitlist.pass_on(clock.now())

    waitlist.take(first, by=first.person)

    assert first.is_going


def test_nobody_is_asked_at_night_and_the_night_is_not_time_to_answer(time_machine):
    time_machine.move_to(LATE_EVENING, tick=False)
    going, (first, *_others) = full_date(WaitingStyle.ASK)

    give_back(going)

    wall = first.occurrence.team.wall(first.answer_by)
    assert f"{wall:%d %H:%M}" == "15 09:30"

    time_machine.shift(AN_HOUR)
    signups.withdraw(first, by=first.person)
    message = session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first()
    assert f"{first.occurrence.team.wall(message.due_at):%d %H:%M}" == "15 08:00"


def test_fewer_places_than_before_are_kept_for_nobody():
    going, (first, *_others) = full_date(WaitingStyle.ASK)
    first.role.maximum = 2
    session.commit()
    give_back(going)
    asked = [signup.is_asked for signup in first.role.waiting]
    first.role.maximum = 1
    session.commit()

    waitlist.promote(first.occurrence)

    assert asked == [True, True, False]
    assert [signup.is_asked for signup in first.role.waiting] == [True, False, False]


def test_the_first_to_press_has_the_place_and_all_who_wait_are_told():
    going, (first, second, third) = full_date(WaitingStyle.FIRST_TO_ANSWER)

    give_back(going)
    waitlist.take(third, by=third.person)

    assert told("place_open") == [first.person_id, second.person_id, third.person_id]
    assert third.is_going
    with pytest.raises(NoPlaceFree):
        waitlist.take(first, by=first.person)


def test_each_place_that_comes_free_is_told_once():
    going, queue = full_date(WaitingStyle.FIRST_TO_ANSWER, waiting=2)
    give_back(going)

    waitlist.promote(going.occurrence)
    waitlist.take(queue[0], by=queue[0].person)
    give_back(queue[0])

    assert told("place_open") == [queue[0].person_id, queue[1].person_id, queue[1].person_id]


@pytest.mark.parametrize("style", list(WaitingStyle))
def test_after_the_cut_off_nobody_moves_and_the_coordinators_are_told_once(style, time_machine):
    going, (first, *_others) = full_date(style, cutoff_hours=24)
    coordinator = CoordinatorFactory(team=going.occurrence.team).person
    time_machine.shift(timedelta(hours=25))

    promoted = give_back(going)
    waitlist.pass_on(clock.now())

    assert promoted == []
    assert (first.status, first.is_asked) == (SignupStatus.WAITING, False)
    assert told("place_to_give") == [coordinator.id]


def test_after_the_cut_off_a_coordinator_gives_the_place_to_whom_they_choose(time_machine):
    going, (first, second, _third) = full_date(WaitingStyle.IN_LINE, cutoff_hours=24)
    coordinator = CoordinatorFactory(team=going.occurrence.team).person
    time_machine.shift(timedelta(hours=25))
    give_back(going)

    waitlist.take(second, by=coordinator)

    assert [first.status, second.status] == [SignupStatus.WAITING, SignupStatus.GOING]


def test_a_place_is_kept_until_the_cut_off_at_most(time_machine):
    going, (first, *_others) = full_date(WaitingStyle.ASK, cutoff_hours=24)
    CoordinatorFactory(team=going.occurrence.team)
    time_machine.shift(timedelta(hours=23))
    give_back(going)
    assert first.answer_by == first.occurrence.cutoff_at

    time_machine.shift(AN_HOUR)
    waitlist.pass_on(clock.now())

    assert not any(signup.is_asked for signup in first.role.waiting)
    assert len(told("place_to_give")) == 1


def test_a_place_that_nobody_took_is_told_to_the_coordinators_at_the_cut_off(time_machine):
    going, _queue = full_date(WaitingStyle.FIRST_TO_ANSWER, cutoff_hours=24)
    coordinator = CoordinatorFactory(team=going.occurrence.team).person
    give_back(going)

    time_machine.shift(timedelta(hours=25))
    waitlist.pass_on(clock.now())

    assert told("place_to_give") == [coordinator.id]


def test_who_has_left_the_list_takes_no_place():
    going, (first, *_others) = full_date(WaitingStyle.ASK)
    give_back(going)
    signups.withdraw(first, by=first.person)

    with pytest.raises(NotSignedUp):
        waitlist.take(first, by=first.person)


def test_a_place_that_comes_free_once_more_is_offered_once_more(time_machine):
    going, (first,) = full_date(WaitingStyle.FIRST_TO_ANSWER, waiting=1)
    give_back(going)
    time_machine.shift(timedelta(minutes=5))
    signups.sign_up(going.occurrence, going.role_id, going.person, by=going.person)

    give_back(going)

    assert told("place_open") == [first.person_id, first.person_id]


@pytest.mark.parametrize("style", [WaitingStyle.ASK, WaitingStyle.FIRST_TO_ANSWER])
def test_a_late_place_that_those_who_wait_are_asked_about_is_not_said_to_be_wanted_by_nobody(style):
    going, _queue = full_date(style, waiting=1, team__notice_hours=72)
    CoordinatorFactory(team=going.occurrence.team)

    give_back(going)

    assert (going.is_late, told("place_left_late")) == (True, [])


def test_behind_the_cut_off_coordinators_get_one_message_and_read_that_somebody_waits():
    going, _queue = full_date(
        WaitingStyle.IN_LINE, waiting=1, cutoff_hours=72, team__notice_hours=72
    )
    coordinator = CoordinatorFactory(team=going.occurrence.team).person

    give_back(going)

    assert told("place_to_give") == [coordinator.id]
    assert told("place_left_late") == []


def test_who_is_written_down_at_the_door_for_other_work_lets_go_of_the_place_kept_for_them():
    date = OccurrenceFactory(
        starts_at=clock.now() + 3 * AN_HOUR,
        roles=[("帮厨", 1, 1), ("采购", 1, 1)],
        activity__waiting_style=WaitingStyle.ASK,
    )
    going = SignupFactory(occurrence=date)
    first, second = [
        SignupFactory(occurrence=date, status=SignupStatus.WAITING) for _number in range(2)
    ]
    give_back(going)

    walk_ins.walk_in(date, date.roles[1].id, first.person, by=going.person)

    assert second.is_asked


def test_who_would_read_only_after_the_cut_off_is_not_asked_and_the_coordinators_choose(
    time_machine,
):
    # Ten in the evening; nobody moves by themselves from eight in the morning on.
    time_machine.move_to("2026-10-14T14:00:00+00:00", tick=False)
    starts_at = clock.now() + timedelta(hours=12)
    going, (first,) = full_date(
        WaitingStyle.ASK, waiting=1, starts_at=starts_at, cutoff_hours=2, answer_hours=2
    )
    coordinator = CoordinatorFactory(team=going.occurrence.team).person

    give_back(going)
    give_back_told = told("place_to_give")
    time_machine.shift(timedelta(hours=11))
    waitlist.pass_on(clock.now())

    assert (first.is_asked, first.passed_at, told("place_asked")) == (False, None, [])
    assert (give_back_told, told("place_to_give")) == ([coordinator.id], [coordinator.id])


def test_a_place_is_kept_no_longer_than_the_cut_off_of_a_date_that_is_moved_forward(time_machine):
    going, (first,) = full_date(WaitingStyle.ASK, waiting=1, cutoff_hours=1)
    coordinator = CoordinatorFactory(team=going.occurrence.team).person
    give_back(going)
    sooner = DatePlan(clock.now().date(), time(12, 30), time(14), "院坝")

    single_date.move(first.occurrence, sooner, by=coordinator)
    kept_until = first.answer_by
    time_machine.shift(timedelta(minutes=95))
    waitlist.pass_on(clock.now())

    assert kept_until == first.occurrence.cutoff_at
    assert (first.is_asked, told("place_to_give")) == (False, [coordinator.id])


def test_nobody_reads_that_nobody_waits_for_a_place_that_somebody_has_taken_since(time_machine):
    going, _queue = full_date(WaitingStyle.IN_LINE, waiting=0)
    CoordinatorFactory(team=going.occurrence.team)
    time_machine.move_to(going.occurrence.starts_at - AN_HOUR, tick=False)
    give_back(going)
    (message,) = session.query(OutboxMessage).filter_by(kind="place_left_late")
    before = stand_in_notices.write_left_late([message])

    newcomer = member_of(going.occurrence)
    signups.sign_up(going.occurrence, going.role_id, newcomer, by=newcomer)

    assert (len(before), stand_in_notices.write_left_late([message])) == (1, {})


@pytest.mark.parametrize(("waiting", "kind"), [(1, "place_to_give"), (0, "place_left_late")])
def test_who_coordinates_no_more_is_told_of_no_place(waiting, kind, time_machine):
    going, _queue = full_date(WaitingStyle.IN_LINE, waiting=waiting, cutoff_hours=24)
    stays, leaves = (CoordinatorFactory(team=going.occurrence.team) for _one in range(2))
    time_machine.move_to(going.occurrence.starts_at - AN_HOUR, tick=False)
    give_back(going)
    messages = session.query(OutboxMessage).filter_by(kind=kind).all()
    assert {message.person_id for message in messages} == {stays.person_id, leaves.person_id}

    membership.leave(leaves, by=leaves.person)

    written = letters.write(messages)
    assert {m.person_id for m in messages if m.id in written} == {stays.person_id}


def test_a_place_that_was_held_is_gone_when_fewer_can_come_by_now():
    going, (first,) = full_date(WaitingStyle.ASK, waiting=1)
    going.role.maximum = 2
    second = SignupFactory(occurrence=going.occurrence)
    give_back(going)
    assert first.is_asked
    first.role.maximum = 1
    session.commit()

    with pytest.raises(NoPlaceFree):
        waitlist.take(first, by=first.person)

    session.expire_all()
    assert [signup.id for signup in first.role.going] == [second.id]


def test_who_was_asked_before_a_date_was_called_off_is_asked_again_when_it_is_on(time_machine):
    going, (first, second, _third) = full_date(WaitingStyle.ASK)
    give_back(going)
    single_date.cancel(first.occurrence, reason="", by=going.person)
    time_machine.shift(5 * AN_HOUR)
    passed = waitlist.pass_on(clock.now())

    single_date.restore(first.occurrence, by=going.person)
    session.expire_all()

    assert passed == 0
    assert (first.is_asked, first.passed_at, second.is_asked) == (True, None, False)
    assert first.answer_by == clock.now() + timedelta(hours=2)
    assert told("place_asked") == [first.person_id] * 2
