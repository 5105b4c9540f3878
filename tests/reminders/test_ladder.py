"""Who is called, from when on, and what comes of it; sharing calls out."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import confirmation_queries, confirming, signups, single_date
from volunteer.activities.errors import PlaceIsTaken
from volunteer.activities.models import Coming, Occurrence, Signup, SignupStatus
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import DomainError
from volunteer.notifications import letters
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import (
    calling,
    duties,
    ladder,
    phone_tree,
    plans,
    policy,
    queries,
)
from volunteer.reminders.errors import (
    AlreadyDealtWith,
    BackupCallsAlready,
    NobodyToCall,
    NothingToUndo,
    TooFewCallers,
)
from volunteer.reminders.models import Call, CallResult, CallShare, Offset
from volunteer.teams import membership
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")

# Wednesday 14 October, ten in the morning in Chengdu; people signed up the week before.
BEGINS = datetime(2026, 10, 14, 2, tzinfo=UTC)
TWO_DAYS_BEFORE = datetime(2026, 10, 12, 10, tzinfo=UTC)
NOON_BEFORE = datetime(2026, 10, 13, 4, tzinfo=UTC)
EVENING_BEFORE = datetime(2026, 10, 13, 10, tzinfo=UTC)
SIGNED_UP = datetime(2026, 10, 7, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to(NOON_BEFORE, tick=False)


@pytest.fixture
def occurrence(database) -> Occurrence:
    return OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 1, 20)])


@pytest.fixture
def coordinator(occurrence) -> Person:
    return CoordinatorFactory(team=occurrence.team).person


def going(occurrence: Occurrence, **person: object) -> Signup:
    signup = SignupFactory(occurrence=occurrence, asked_at=SIGNED_UP)
    for name, value in person.items():
        setattr(signup.person, name, value)
    session.commit()
    return signup


def remind_at(occurrence: Occurrence, *offsets: Offset) -> None:
    plans.set_for_team(occurrence.team, offsets, own_line="", watch_days=0, by=PersonFactory())


def at(moment: datetime) -> int:
    with clock.pretend(moment):
        return ladder.plan_calls(moment)


def to_call(occurrence: Occurrence) -> list[Person]:
    cards = queries.list_calls(occurrence.team, clock.now())
    return [card.call.person for card in cards if not card.call.is_done]


def call_for(signup: Signup) -> Call:
    ladder.plan_calls(clock.now())
    return session.query(Call).filter_by(person_id=signup.person_id).one()


# --- who is on the list ------------------------------------------------------------------------


def test_who_has_not_answered_by_noon_of_the_day_before_is_called(occurrence):
    signup = going(occurrence)
    with clock.pretend(TWO_DAYS_BEFORE):
        duties.plan_due(TWO_DAYS_BEFORE)

    planned = [at(TWO_DAYS_BEFORE), at(NOON_BEFORE - timedelta(seconds=1)), at(NOON_BEFORE)]

    assert planned == [0, 0, 1]
    assert to_call(occurrence) == [signup.person]


def test_who_is_called_is_not_written_to_again_that_evening(occurrence):
    silent, coming = going(occurrence), going(occurrence)
    confirming.confirm(coming, Coming.ON_TIME, by=coming.person)
    with clock.pretend(TWO_DAYS_BEFORE):
        duties.plan_due(TWO_DAYS_BEFORE)
    at(NOON_BEFORE)

    evening = NOON_BEFORE + timedelta(hours=6)
    with clock.pretend(evening):
        duties.plan_due(evening)

    told = session.query(OutboxMessage).filter_by(kind=duties.DUTY_AHEAD, due_at=evening)
    assert [message.person_id for message in told] == [coming.person_id]
    assert to_call(occurrence) == [silent.person]


def test_a_call_that_says_yes_is_followed_by_the_reminder(occurrence, coordinator):
    signup = going(occurrence)
    with clock.pretend(TWO_DAYS_BEFORE):
        duties.plan_due(TWO_DAYS_BEFORE)
    calling.note(call_for(signup), CallResult.COMES, by=coordinator)

    evening = NOON_BEFORE + timedelta(hours=6)

    assert duties.plan_due(evening) == 1


@pytest.mark.parametrize("only", [Offset(1, time(18)), Offset(0, time(7))])
@pytest.mark.parametrize("person", [{}, {"email": None}], ids=["mail", "nothing"])
def test_nobody_is_called_before_the_first_reminder_goes(occurrence, only, person):
    signup = going(occurrence, **person)
    with clock.pretend(SIGNED_UP):
        remind_at(occurrence, only)
    goes = EVENING_BEFORE if only.days else EVENING_BEFORE + timedelta(hours=13)

    assert [at(NOON_BEFORE), at(goes - timedelta(seconds=1)), at(goes)] == [0, 0, 1]
    assert to_call(occurrence) == [signup.person]


def test_who_is_first_asked_in_the_evening_is_asked_although_they_are_called(occurrence):
    remind_at(occurrence, Offset(1, time(18)))
    going(occurrence)
    at(EVENING_BEFORE)

    assert duties.plan_due(EVENING_BEFORE) == 1


def test_who_is_called_since_the_evening_is_not_written_to_again_in_the_morning(occurrence):
    remind_at(occurrence, Offset(1, time(18)), Offset(0, time(7)))
    going(occurrence)
    duties.plan_due(EVENING_BEFORE)
    at(EVENING_BEFORE)

    assert duties.plan_due(EVENING_BEFORE + timedelta(hours=13)) == 0


def test_planning_again_puts_nobody_on_it_twice(occurrence):
    going(occurrence)

    assert [at(NOON_BEFORE), at(NOON_BEFORE), at(NOON_BEFORE + timedelta(hours=9))] == [1, 0, 0]


def test_whom_nobody_can_write_to_is_on_it_from_the_first_reminder_on(occurrence):
    signup = going(occurrence, email=None)

    assert at(TWO_DAYS_BEFORE - timedelta(seconds=1)) == 0
    assert at(TWO_DAYS_BEFORE) == 1
    assert to_call(occurrence) == [signup.person]


def test_who_has_a_companion_with_a_mailbox_is_called_only_if_they_do_not_answer(occurrence):
    signup = going(occurrence, email=None)
    with clock.pretend(SIGNED_UP):
        CompanionFactory(person=signup.person)

    assert [at(TWO_DAYS_BEFORE), at(NOON_BEFORE)] == [0, 1]


@pytest.mark.parametrize("coming", list(Coming))
def test_who_has_answered_is_not_called(occurrence, coming):
    signup = going(occurrence)
    confirming.confirm(signup, coming, by=signup.person)

    assert at(NOON_BEFORE) == 0


def test_who_answers_after_noon_leaves_the_list(occurrence):
    signup = going(occurrence)
    at(NOON_BEFORE)

    confirming.confirm(signup, Coming.ON_TIME, by=signup.person)

    assert to_call(occurrence) == []


def test_who_signed_up_within_a_day_has_only_just_said_that_they_come(occurrence):
    SignupFactory(occurrence=occurrence, asked_at=NOON_BEFORE - timedelta(hours=23))

    assert at(NOON_BEFORE) == 0


def test_a_no_stops_the_ladder(occurrence):
    signup = going(occurrence)
    at(NOON_BEFORE)

    confirming.decline(signup, by=signup.person)

    assert to_call(occurrence) == []
    assert at(NOON_BEFORE + timedelta(hours=7)) == 0


def test_a_cancelled_date_has_no_calls(occurrence, coordinator):
    going(occurrence)
    at(NOON_BEFORE)

    single_date.cancel(occurrence, reason="", by=coordinator)

    assert to_call(occurrence) == []


def test_a_team_that_reminds_of_nothing_calls_nobody(occurrence, coordinator):
    going(occurrence)
    plans.set_for_team(occurrence.team, [], own_line="", watch_days=3, by=coordinator)

    assert at(NOON_BEFORE) == 0


def test_those_called_least_lately_stand_first(occurrence, coordinator):
    often, never = going(occurrence, name="安安"), going(occurrence, name="左左")
    earlier = OccurrenceFactory(activity=occurrence.activity, starts_at=BEGINS - timedelta(weeks=1))
    call = Call(team=occurrence.team, occurrence=earlier, person=often.person, tries=2,
                starts_at=earlier.starts_at, result=CallResult.COMES, noted_by=coordinator,
                noted_at=clock.now() - timedelta(weeks=1))  # fmt: skip
    session.add(call)
    session.commit()
    at(NOON_BEFORE)

    assert to_call(occurrence) == [never.person, often.person]


def test_a_list_with_many_people_asks_the_database_few_questions(occurrence, count_queries):
    for _number in range(12):
        going(occurrence)
    at(NOON_BEFORE)

    with count_queries() as sent:
        cards = queries.list_calls(occurrence.team, clock.now())
        assert [card.call.person.name for card in cards]

    assert len(cards) == 12
    assert len(sent) <= 3


def test_the_coordinators_are_told_once_a_day_that_somebody_is_to_be_called(
    occurrence, coordinator
):
    signup = going(occurrence)
    at(NOON_BEFORE)
    at(NOON_BEFORE + timedelta(hours=1))

    (message,) = session.query(OutboxMessage).filter_by(kind=ladder.CALLS_WAITING)
    assert message.person_id == coordinator.id
    letter = letters.write([message])[message.id]
    assert "1 person has a place" in letter.text
    assert signup.person.name not in letter.text

    confirming.confirm(signup, Coming.ON_TIME, by=signup.person)

    assert letters.write([message]) == {}


def test_until_noon_the_coordinators_are_told_nothing(occurrence, coordinator):
    going(occurrence, email=None)

    assert at(TWO_DAYS_BEFORE) == 1
    assert session.query(OutboxMessage).filter_by(kind=ladder.CALLS_WAITING).count() == 0


# --- what comes of a call ----------------------------------------------------------------------


def test_a_yes_is_kept_beside_the_place(occurrence, coordinator):
    signup = going(occurrence)
    call = call_for(signup)

    calling.note(call, CallResult.COMES, words="带孙子来", by=coordinator)

    assert (call.result, call.tries, call.note) == (CallResult.COMES, 1, "带孙子来")
    assert to_call(occurrence) == []
    assert at(NOON_BEFORE + timedelta(hours=5)) == 0


def test_a_no_frees_the_place_for_who_waits(coordinator):
    occurrence = OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 1, 1)])
    signup = going(occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    calling.note(call_for(signup), CallResult.DECLINED, by=coordinator)

    assert (signup.status, waiting.status) == (SignupStatus.WITHDRAWN, SignupStatus.GOING)


@pytest.mark.parametrize("result", [CallResult.NO_ANSWER, CallResult.UNCLEAR])
def test_without_an_answer_they_stay_on_the_list_behind_those_not_called_yet(
    occurrence, coordinator, result
):
    first, second = going(occurrence, name="安安"), going(occurrence, name="左左")
    call = call_for(first)

    calling.note(call, result, by=coordinator)

    assert to_call(occurrence) == [second.person, first.person]


def test_who_did_not_pick_up_can_be_called_again(occurrence, coordinator):
    call = call_for(going(occurrence))

    calling.note(call, CallResult.NO_ANSWER, by=coordinator)
    calling.note(call, CallResult.COMES, by=coordinator)

    assert (call.result, call.tries) == (CallResult.COMES, 2)


def test_of_two_callers_the_first_notes_it(occurrence, coordinator):
    call = call_for(going(occurrence))
    calling.note(call, CallResult.COMES, by=coordinator)

    with pytest.raises(AlreadyDealtWith):
        calling.note(call, CallResult.DECLINED, by=PersonFactory())


@pytest.mark.parametrize(
    "result", [CallResult.COMES, CallResult.DECLINED, CallResult.NO_ANSWER, CallResult.UNCLEAR]
)
def test_undoing_makes_it_as_it_was(occurrence, coordinator, result):
    signup = going(occurrence)
    call = call_for(signup)
    calling.note(call, result, words="哦", by=coordinator)

    calling.undo(call, by=coordinator)

    assert (call.result, call.tries, call.note) == (CallResult.WAITING, 0, None)
    assert signup.status is SignupStatus.GOING
    assert to_call(occurrence) == [signup.person]


def test_a_no_cannot_be_undone_once_somebody_else_has_the_place(coordinator):
    occurrence = OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 1, 1)])
    call = call_for(going(occurrence))
    SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    calling.note(call, CallResult.DECLINED, by=coordinator)

    with pytest.raises(PlaceIsTaken):
        calling.undo(call, by=coordinator)

    assert session.get(Call, call.id).result is CallResult.DECLINED


def test_there_is_nothing_to_undo_before_a_call(occurrence, coordinator):
    with pytest.raises(NothingToUndo):
        calling.undo(call_for(going(occurrence)), by=coordinator)


def test_the_trail_says_who_called_and_not_what_was_said(occurrence, coordinator):
    call = call_for(going(occurrence))

    calling.note(call, CallResult.NO_ANSWER, words="住院了", by=coordinator)

    (entry,) = session.query(AuditEntry).filter_by(action="call.noted")
    assert (entry.by_id, entry.person_id) == (coordinator.id, call.person_id)
    assert "住院" not in str(entry.details)


# --- the phone tree ----------------------------------------------------------------------------


def people_of(occurrence: Occurrence, count: int) -> list[Person]:
    return [MembershipFactory(team=occurrence.team).person for _number in range(count)]


def shared(occurrence: Occurrence, calls: int, callers: int, by: Person) -> list[CallShare]:
    for _number in range(calls):
        going(occurrence)
    ladder.plan_calls(clock.now())
    *chosen, backup = people_of(occurrence, callers + 1)
    return phone_tree.split(occurrence.team, chosen, backup, by=by)


def test_calls_are_shared_out_evenly_with_at_most_eight_each(occurrence, coordinator):
    shares = shared(occurrence, 17, 3, coordinator)

    assert sorted(len(share.calls) for share in shares) == [5, 6, 6]


def test_with_too_few_callers_nothing_is_shared_out(occurrence, coordinator):
    with pytest.raises(TooFewCallers, match="at least 3 callers"):
        shared(occurrence, 17, 2, coordinator)

    assert session.query(CallShare).count() == 0


def test_nobody_is_to_call_themselves(occurrence, coordinator):
    one, other = going(occurrence), going(occurrence)
    ladder.plan_calls(clock.now())
    (backup,) = people_of(occurrence, 1)

    shares = phone_tree.split(occurrence.team, [one.person, other.person], backup, by=coordinator)

    for share in shares:
        assert share.caller_id not in {call.person_id for call in share.calls}


def test_who_stands_in_is_not_one_of_the_callers(occurrence, coordinator):
    going(occurrence)
    ladder.plan_calls(clock.now())
    (caller,) = people_of(occurrence, 1)

    with pytest.raises(BackupCallsAlready):
        phone_tree.split(occurrence.team, [caller], caller, by=coordinator)


def test_without_calls_there_is_nothing_to_share_out(occurrence, coordinator):
    caller, backup = people_of(occurrence, 2)

    with pytest.raises(NobodyToCall):
        phone_tree.split(occurrence.team, [caller], backup, by=coordinator)


def test_each_caller_sees_their_own_share_alone(occurrence, coordinator):
    mine, theirs = shared(occurrence, 4, 2, coordinator)
    now = clock.now()

    assert policy.can_make_calls(mine.caller, mine, now)
    assert policy.can_make_calls(coordinator, mine, now)
    assert not policy.can_make_calls(theirs.caller, mine, now)
    assert not policy.can_make_calls(mine.backup, mine, now)
    assert policy.can_note_call(mine.caller, mine.calls[0], now)
    assert not policy.can_note_call(mine.caller, theirs.calls[0], now)


def test_the_backup_caller_has_a_share_that_was_handed_on_and_the_caller_no_longer(
    occurrence, coordinator
):
    (share,) = shared(occurrence, 2, 1, coordinator)

    phone_tree.hand_on(share, by=share.caller)

    now = clock.now()
    assert policy.can_make_calls(share.backup, share, now)
    assert not policy.can_make_calls(share.caller, share, now)
    with pytest.raises(AlreadyDealtWith):
        phone_tree.hand_on(share, by=share.caller)


def test_after_two_hours_without_a_call_the_backup_caller_may_begin(occurrence, coordinator):
    (share,) = shared(occurrence, 2, 1, coordinator)
    later = clock.now() + timedelta(hours=2)

    assert policy.can_make_calls(share.backup, share, later)

    calling.note(share.calls[0], CallResult.NO_ANSWER, by=share.caller)

    assert not policy.can_make_calls(share.backup, share, later)


def test_callers_are_told_without_a_name_or_a_number(occurrence, coordinator):
    (share,) = shared(occurrence, 2, 1, coordinator)
    (message,) = session.query(OutboxMessage).filter_by(kind=phone_tree.CALLS_TO_MAKE)

    letter = letters.write([message])[message.id]

    assert message.person_id == share.caller_id
    assert "2 people are to be called" in letter.text
    for call in share.calls:
        assert call.person.name not in letter.text
        assert call.person.phone not in letter.text


def test_who_has_handed_the_calls_on_is_not_told_to_make_them(occurrence, coordinator):
    (share,) = shared(occurrence, 2, 1, coordinator)
    (message,) = session.query(OutboxMessage).filter_by(kind=phone_tree.CALLS_TO_MAKE)
    phone_tree.hand_on(share, by=share.caller)

    assert letters.write([message]) == {}


def test_a_no_by_link_while_a_caller_has_them_takes_them_off_the_share(occurrence, coordinator):
    (share,) = shared(occurrence, 2, 1, coordinator)
    person_id = share.calls[0].person_id
    signup = session.query(Signup).filter_by(person_id=person_id).one()

    signups.withdraw(signup, by=signup.person)

    cards = queries.list_calls_of(share, clock.now())
    assert person_id not in {card.call.person_id for card in cards}


def at_home(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_a_yes_to_the_old_hour_is_no_yes_to_the_new_one(time_machine):
    time_machine.move_to(at_home(13, 12), tick=False)
    occurrence = OccurrenceFactory(starts_at=BEGINS)
    signup = SignupFactory(occurrence=occurrence, asked_at=BEGINS - timedelta(days=7))
    coordinator = CoordinatorFactory(team=occurrence.team).person
    ladder.plan_calls(clock.now())
    (call,) = session.query(Call)
    plan = DatePlan(occurrence.day + timedelta(days=1), time(7), time(9), occurrence.place)
    single_date.move(occurrence, plan, by=coordinator)

    with pytest.raises(DomainError):
        calling.note(call, CallResult.COMES, by=coordinator)

    assert confirmation_queries.find_confirmation(signup) is None


def test_undoing_a_call_leaves_what_they_have_said_themselves_since(occurrence, coordinator):
    signup = going(occurrence)
    call = call_for(signup)
    calling.note(call, CallResult.COMES, by=coordinator)
    confirming.confirm(signup, Coming.LATER, by=signup.person)

    calling.undo(call, by=coordinator)

    said = confirmation_queries.find_confirmation(signup)
    assert (said.coming, said.by) == (Coming.LATER, signup.person)


def test_who_coordinates_no_more_is_not_told_of_calls(occurrence, coordinator):
    other = CoordinatorFactory(team=occurrence.team).person
    going(occurrence)
    at(NOON_BEFORE)
    told = session.query(OutboxMessage).filter_by(kind=ladder.CALLS_WAITING).all()
    assert {message.person_id for message in told} == {coordinator.id, other.id}

    membership.leave(team_queries.find_membership(occurrence.team, coordinator), by=coordinator)

    written = letters.write(told)
    assert [message.person_id for message in told if message.id in written] == [other.id]


def letter_about_shares() -> str | None:
    (message,) = session.query(OutboxMessage).filter_by(kind=phone_tree.CALLS_TO_MAKE)
    letter = letters.write([message]).get(message.id)
    return letter and letter.text


def test_a_caller_reads_of_those_only_who_are_still_to_be_called(occurrence, coordinator):
    (share,) = shared(occurrence, 2, 1, coordinator)
    first, second = (queries.find_signup(call) for call in share.calls)

    confirming.confirm(first, Coming.ON_TIME, by=first.person)
    one_left = letter_about_shares()
    confirming.confirm(second, Coming.ON_TIME, by=second.person)

    assert "1 person is to be called" in one_left
    assert letter_about_shares() is None


def test_a_caller_hears_nothing_of_a_date_that_is_off(occurrence, coordinator):
    shared(occurrence, 2, 1, coordinator)

    single_date.cancel(occurrence, reason="停水", by=coordinator)

    assert letter_about_shares() is None


def test_whose_reminder_did_not_arrive_is_on_the_list_from_then_on(occurrence):
    signup = going(occurrence)
    with clock.pretend(TWO_DAYS_BEFORE):
        duties.plan_due(TWO_DAYS_BEFORE)
    (message,) = session.query(OutboxMessage).filter_by(kind=duties.DUTY_AHEAD)
    assert at(TWO_DAYS_BEFORE + timedelta(minutes=1)) == 0

    # The mail server calls the mailbox none.
    message.end(MessageStatus.FAILED, TWO_DAYS_BEFORE)
    signup.person.mailbox_refused_at = TWO_DAYS_BEFORE
    session.commit()

    assert at(TWO_DAYS_BEFORE + timedelta(minutes=2)) == 1


def test_no_answer_pressed_twice_is_one_call(occurrence, coordinator, time_machine):
    call = call_for(going(occurrence))

    for _press in range(2):
        calling.note(call, CallResult.NO_ANSWER, by=coordinator)
    pressed_twice = call.tries
    time_machine.move_to(NOON_BEFORE + timedelta(minutes=5), tick=False)
    calling.note(call, CallResult.NO_ANSWER, by=coordinator)

    assert (pressed_twice, call.tries) == (1, 2)
