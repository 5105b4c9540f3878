"""Two coordinators call from one list at the same moment: a call is noted once, and one has it."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    SignupFactory,
    member_of,
)
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet
from tests.told import told
from volunteer.activities import signups, single_date
from volunteer.activities.errors import NobodyIsNeeded
from volunteer.activities.models import SignupStatus
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import Channel, MessageStatus
from volunteer.reminders import call_list, calling, inviting, ladder, phone_tree, plans
from volunteer.reminders.errors import AlreadyDealtWith, DateMoved, NothingToUndo
from volunteer.reminders.models import Call, CallResult, Offset, ReminderPlan

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

BEGINS = datetime(2026, 10, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def after_noon(time_machine):
    time_machine.move_to("2026-10-13T05:00Z", tick=False)


@pytest.fixture
def call(two_can_meet):
    """Somebody is to be called about tomorrow."""
    date = OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 1, 30)])
    CoordinatorFactory(team=date.team)
    SignupFactory(occurrence=date, asked_at=BEGINS - timedelta(days=7))
    ladder.plan_calls(clock.now())
    return session.query(Call).one()


def press(step, row, by=None, **how):
    """This step with this row."""
    again, person = anew(row), anew(by or PersonFactory())
    return lambda: step(again(), by=person(), **how)


def note(call, result):
    return press(partial(calling.note, result=result), call)


@pytest.mark.parametrize("mine", [CallResult.COMES, CallResult.DECLINED])
@pytest.mark.parametrize("theirs", [CallResult.COMES, CallResult.DECLINED])
def test_of_two_who_call_somebody_at_once_the_first_word_holds(call, mine, theirs):
    with pytest.raises(AlreadyDealtWith):
        meet(note(call, mine), note(call, theirs))

    assert (call.result, call.tries) == (mine, 1)
    assert (call.occurrence.signups[0].status is SignupStatus.GOING) is (mine is CallResult.COMES)


def test_a_call_that_two_undo_at_once_is_undone_once(call):
    note(call, CallResult.DECLINED)()
    undo = press(calling.undo, call)

    with pytest.raises(NothingToUndo):
        meet(undo, undo)

    assert call.occurrence.signups[0].status is SignupStatus.GOING


def test_an_answer_for_an_hour_that_is_moved_at_this_moment_is_none(call):
    """Whether they can then, nobody has asked them."""
    day = call.occurrence.day + timedelta(days=1)
    there = DatePlan(day, call.occurrence.wall_starts.time(), call.occurrence.wall_ends.time(), "")

    with pytest.raises(DateMoved):
        meet(
            press(partial(single_date.move, plan=there), call.occurrence),
            note(call, CallResult.COMES),
        )


def split(call):
    team, by = anew(call.team), anew(PersonFactory())
    callers = [anew(MembershipFactory(team=call.team).person) for _number in range(2)]
    return lambda: phone_tree.split(team(), [callers[0]()], callers[1](), by=by())


def test_a_share_that_is_handed_on_twice_at_once_is_handed_on_once(call):
    (share,) = split(call)()
    hand_on = press(phone_tree.hand_on, share)

    with pytest.raises(AlreadyDealtWith):
        meet(hand_on, hand_on)

    assert told(phone_tree.CALLS_TO_MAKE).count(share.backup_id) == 1


# --- messages that become calls -----------------------------------------------------------------


@pytest.mark.parametrize("theirs", [call_list.reached, call_list.not_reached])
def test_whom_somebody_has_reached_at_this_moment_need_not_be_called(two_can_meet, theirs):
    message = OutboxMessageFactory(channel=Channel.CALL)
    team = MembershipFactory().team
    of_team = anew(team)

    def with_team(step):
        return press(lambda row, by: step(row, team=of_team(), by=by), message)

    with pytest.raises(AlreadyDealtWith):
        meet(with_team(call_list.reached), with_team(theirs))

    assert (message.status, message.attempts) == (MessageStatus.SENT, 0)


@pytest.mark.parametrize("mine", [call_list.call_instead, call_list.try_again])
@pytest.mark.parametrize("theirs", [call_list.call_instead, call_list.try_again])
def test_what_did_not_go_goes_one_other_way(two_can_meet, mine, theirs):
    message = OutboxMessageFactory(status=MessageStatus.FAILED)
    of_team = anew(MembershipFactory().team)

    def with_team(step):
        return press(lambda row, by: step(row, team=of_team(), by=by), message)

    with pytest.raises(AlreadyDealtWith):
        meet(with_team(mine), with_team(theirs))

    way = Channel.CALL if mine is call_list.call_instead else Channel.EMAIL
    assert (message.channel, message.status) == (way, MessageStatus.WAITING)


# --- when one is reminded -----------------------------------------------------------------------


@pytest.mark.parametrize("of", ["team", "activity"])
def test_times_that_two_set_at_once_are_set_once(two_can_meet, of):
    activity = ActivityFactory()
    again, by, times = anew(activity), anew(PersonFactory()), [Offset(1, time(9))]
    how = {"own_line": "", "watch_days": 3}

    def set_times():
        if of == "team":
            plans.set_for_team(again().team, times, by=by(), **how)
        else:
            plans.set_for_activity(again(), times, by=by())

    meet(set_times, set_times)

    assert session.query(ReminderPlan).count() == 1


def test_once_the_last_who_was_missing_comes_at_this_moment_nobody_is_asked(two_can_meet):
    date = OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 1, 30)])
    comes, other = member_of(date), member_of(date)
    role_id, number = date.roles[0].id, other.id
    coordinator = CoordinatorFactory(team=date.team).person

    with pytest.raises(NobodyIsNeeded):
        meet(
            lambda: signups.sign_up(date, role_id, comes, by=comes),
            press(lambda row, by: inviting.invite(row, {number}, by=by), date, coordinator),
        )
