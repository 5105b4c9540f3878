"""Finding somebody who comes instead: whom we ask, when, and who gets the place."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import away, policy, signups, single_date, stand_in_notices, stand_ins
from volunteer.activities.errors import (
    AlreadyLooking,
    BusyThen,
    MovedMeanwhile,
    NobodyIsNeeded,
    NotAnActiveMember,
    NotSignedUp,
    PlaceIsTaken,
    SomebodyComesAlready,
    TooLateToLook,
    TooLateToUndo,
)
from volunteer.activities.excuses import UNSAID, Reason
from volunteer.activities.models import (
    Answer,
    Excuse,
    Occurrence,
    SearchStatus,
    Signup,
    SignupStatus,
    StandInAsk,
    StandInSearch,
)
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.core.errors import NotFound
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.people.away import Stretch
from volunteer.people.models import Person
from volunteer.teams import membership as memberships

pytestmark = pytest.mark.usefixtures("database")

# Monday, ten in the morning in Chengdu; the date is on Wednesday at ten.
NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
WEDNESDAY = datetime(2026, 10, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lunch(database) -> Occurrence:
    return OccurrenceFactory(starts_at=WEDNESDAY, roles=[("帮厨", 1, 1)])


@pytest.fixture
def cook(lunch) -> Signup:
    return SignupFactory(occurrence=lunch)


@pytest.fixture
def coordinator(lunch) -> Person:
    return CoordinatorFactory(team=lunch.team, person=PersonFactory(name="蒋桂芳")).person


def members(occurrence: Occurrence, count: int) -> list[Person]:
    return [member_of(occurrence) for _one in range(count)]


def look(signup: Signup) -> StandInSearch:
    search = stand_ins.look(signup, UNSAID, by=signup.person)
    assert search is not None
    return search


def asked(search: StandInSearch) -> list[int]:
    session.expire_all()
    return [ask.person_id for ask in search.asks]


def told(kind: str) -> list[int]:
    return sorted(m.person_id for m in session.query(OutboxMessage).filter_by(kind=kind))


def move_to(time_machine, moment: datetime) -> None:
    time_machine.move_to(moment, tick=False)
    stand_ins.look_on(clock.now())


def going(occurrence: Occurrence) -> list[int]:
    session.expire_all()
    return [signup.person_id for signup in occurrence.going]


def test_three_are_asked_at_once_and_the_place_stays_taken(lunch, cook):
    members(lunch, 5)

    search = look(cook)

    assert len(asked(search)) == 3
    assert told(stand_in_notices.STAND_IN_ASKED) == sorted(asked(search))
    assert going(lunch) == [cook.person_id]
    assert cook.excused_at == NOW


def test_the_next_three_are_asked_after_a_while_and_nobody_twice(lunch, cook, time_machine):
    everybody = {person.id for person in members(lunch, 5)}
    search = look(cook)

    move_to(time_machine, NOW + timedelta(hours=3, minutes=59))
    early = len(asked(search))
    move_to(time_machine, NOW + timedelta(hours=4))
    stand_ins.look_on(clock.now())

    assert early == 3
    assert (len(asked(search)), set(asked(search))) == (5, everybody)
    assert len(told(stand_in_notices.STAND_IN_ASKED)) == 5


def test_who_says_after_being_asked_that_they_are_away_makes_room_for_the_next(
    lunch, cook, time_machine
):
    members(lunch, 4)
    search = look(cook)
    first, second, third = (ask.person for ask in search.asks)
    days = Stretch(lunch.day, lunch.day)

    away.note(first, days, by=first)
    away.note(second, days, by=second)
    move_to(time_machine, NOW + timedelta(minutes=1))
    others_may_answer = len(asked(search))
    away.note(third, days, by=third)
    move_to(time_machine, NOW + timedelta(minutes=2))

    assert (others_may_answer, len(asked(search))) == (3, 4)
    away.take_back(third, away.list_coming(third)[0].id, by=third)
    assert third in stand_ins.suitable(cook, clock.now())


def test_at_night_nobody_is_asked_instead_of_who_is_away(lunch, cook, time_machine):
    members(lunch, 3)
    search = look(cook)
    fourth = member_of(lunch)
    for ask in list(search.asks):
        away.note(ask.person, Stretch(lunch.day, lunch.day), by=ask.person)

    move_to(time_machine, datetime(2026, 10, 12, 17, tzinfo=UTC))
    at_night = fourth.id in asked(search)
    move_to(time_machine, datetime(2026, 10, 13, 1, tzinfo=UTC))

    assert (at_night, fourth.id in asked(search)) == (False, True)


def test_the_letter_to_who_is_away_by_now_does_not_go(lunch, cook, app):
    person = member_of(lunch)
    look(cook)

    away.note(person, Stretch(lunch.day, lunch.day), by=person)

    with app.app_context(), transaction():
        waiting = session.query(OutboxMessage).filter_by(kind=stand_in_notices.STAND_IN_ASKED)
        assert letters.write(waiting.all()) == {}


def test_who_was_asked_least_in_eight_weeks_is_asked_first(lunch, cook):
    often, long_ago, never = members(lunch, 3)
    other = StandInSearch(
        signup=SignupFactory(), status=SearchStatus.FOUND, started_at=NOW, next_wave_at=NOW,
        by=cook.person,
    )  # fmt: skip
    session.add_all(
        StandInAsk(search=other, person=person, asked_at=NOW - timedelta(weeks=weeks))
        for person, weeks in ((often, 1), (long_ago, 9))
    )
    session.commit()

    people = stand_ins.suitable(cook, NOW)

    assert people[-1] == often
    assert {person.id for person in people[:2]} == {long_ago.id, never.id}


def test_asked_are_only_members_who_are_free_and_not_coming_already(lunch, cook):
    free, busy = members(lunch, 2)
    SignupFactory(occurrence__starts_at=WEDNESDAY, person=busy)
    SignupFactory(occurrence=lunch, role=lunch.roles[0], status=SignupStatus.WITHDRAWN)
    gave_back = SignupFactory(occurrence=lunch)
    signups.withdraw(gave_back, by=gave_back.person)
    PersonFactory()

    search = look(cook)

    assert free.id in asked(search)
    assert not {busy.id, gave_back.person_id, cook.person_id} & set(asked(search))


@pytest.mark.parametrize("hour", [21, 23, 2, 7])
def test_nobody_is_asked_at_night(lunch, cook, time_machine, hour):
    # Hours in Chengdu, of the night from Monday to Tuesday.
    tonight = NOW.replace(hour=0) + timedelta(hours=hour - 8 + (24 if hour < 12 else 0))
    time_machine.move_to(tonight, tick=False)
    members(lunch, 2)

    search = look(cook)
    at_night = asked(search)
    move_to(time_machine, datetime(2026, 10, 13, 0, tzinfo=UTC))

    assert at_night == []
    assert len(asked(search)) == 2


def test_the_first_yes_gets_the_place_and_both_sides_are_told(lunch, cook, coordinator):
    first, second = members(lunch, 2)
    search = look(cook)

    mine = stand_ins.accept(search, first, by=first)

    assert (mine.role, going(lunch)) == (lunch.roles[0], [first.id])
    assert (search.status, search.stand_in) == (SearchStatus.FOUND, first)
    assert told(stand_in_notices.STAND_IN_FOUND) == sorted([cook.person_id, coordinator.id])
    with pytest.raises(SomebodyComesAlready):
        stand_ins.accept(search, second, by=second)
    with pytest.raises(SomebodyComesAlready):
        stand_ins.decline(search, second, by=second)


def test_whoever_sees_it_may_say_yes_without_being_asked(lunch, cook):
    asked_ones = members(lunch, 3)
    search = look(cook)
    assert sorted(asked(search)) == sorted(person.id for person in asked_ones)
    other = member_of(lunch)

    stand_ins.accept(search, other, by=other)

    assert going(lunch) == [other.id]


def test_a_stranger_and_who_is_busy_do_not_come(lunch, cook):
    busy = member_of(lunch)
    search = look(cook)
    SignupFactory(occurrence__starts_at=WEDNESDAY, person=busy)

    with pytest.raises(BusyThen):
        stand_ins.accept(search, busy, by=busy)
    stranger = PersonFactory()
    with pytest.raises(NotAnActiveMember):
        stand_ins.accept(search, stranger, by=stranger)

    assert going(lunch) == [cook.person_id]


def test_when_all_have_said_no_the_next_are_asked_at_once(lunch, cook):
    members(lunch, 4)
    search = look(cook)
    first = [ask.person for ask in search.asks]

    for person in first:
        stand_ins.decline(search, person, by=person)

    assert len(asked(search)) == 4


def test_saying_no_twice_asks_the_next_ones_only_once(lunch, cook):
    members(lunch, 9)
    search = look(cook)
    first = [ask.person for ask in search.asks]
    for person in first:
        stand_ins.decline(search, person, by=person)

    stand_ins.decline(search, first[0], by=first[0])

    assert len(asked(search)) == 6


def test_who_said_no_is_not_asked_again_for_this_date_not_even_for_another_place(lunch, cook):
    lunch.roles[0].maximum = 2
    session.commit()
    other = SignupFactory(occurrence=lunch)
    (person,) = members(lunch, 1)
    search = look(cook)
    stand_ins.decline(search, person, by=person)

    again = look(other)

    assert person.id not in asked(again)


def test_nobody_is_asked_by_two_searches_of_one_date_at_once(lunch, cook):
    lunch.roles[0].maximum = 2
    session.commit()
    other = SignupFactory(occurrence=lunch)
    members(lunch, 5)

    searches = [look(cook), look(other)]

    both = [number for search in searches for number in asked(search)]
    assert len(both) == len(set(both)) == 5


def test_who_was_not_asked_can_say_no_to_nothing(lunch, cook):
    search = look(cook)
    members(lunch, 1)
    with pytest.raises((NotFound, NobodyIsNeeded)):
        stand_ins.decline(search, cook.person, by=cook.person)


def test_when_nobody_is_left_the_place_is_free_and_coordinators_are_told(lunch, cook, coordinator):
    (person,) = members(lunch, 1)
    search = look(cook)

    for one in [ask.person for ask in search.asks]:
        stand_ins.decline(search, one, by=person)

    assert search.status is SearchStatus.NOT_FOUND
    assert going(lunch) == []
    assert told(stand_in_notices.STAND_IN_NOT_FOUND) == sorted([cook.person_id, coordinator.id])


def test_at_the_cut_off_it_ends_and_says_so(lunch, cook, coordinator, time_machine):
    members(lunch, 1)
    search = look(cook)

    move_to(time_machine, WEDNESDAY - stand_ins.CUT_OFF)

    assert search.status is SearchStatus.NOT_FOUND
    assert going(lunch) == []
    assert coordinator.id in told(stand_in_notices.STAND_IN_NOT_FOUND)
    # They said it two days ahead: that is not late.
    assert (cook.is_excused, cook.is_late) == (True, False)


def test_shortly_before_the_beginning_there_is_no_time_to_ask(lunch, cook, time_machine):
    time_machine.move_to(WEDNESDAY - timedelta(hours=1), tick=False)

    with pytest.raises(TooLateToLook):
        look(cook)

    assert cook.excused_at is None


def test_who_comes_after_all_stops_it(lunch, cook):
    (person,) = members(lunch, 1)
    search = look(cook)

    stand_ins.come_after_all(cook, by=cook.person)

    assert (search.status, going(lunch)) == (SearchStatus.STOPPED, [cook.person_id])
    assert (cook.excused_at, cook.is_late) == (None, False)
    with pytest.raises(NobodyIsNeeded):
        stand_ins.accept(search, person, by=person)


def test_nobody_looks_twice_for_one_place(lunch, cook):
    members(lunch, 1)
    look(cook)

    with pytest.raises(AlreadyLooking):
        look(cook)


def test_who_has_no_place_looks_for_nobody(lunch, cook):
    signups.withdraw(cook, by=cook.person)

    with pytest.raises(NotSignedUp):
        look(cook)


def test_when_somebody_waits_the_place_is_theirs_and_nobody_is_asked(lunch, cook):
    waiting = SignupFactory(occurrence=lunch, status=SignupStatus.WAITING)

    assert stand_ins.look(cook, Reason(Excuse.ILLNESS), by=cook.person) is None

    assert going(lunch) == [waiting.person_id]
    assert cook.excuse is Excuse.ILLNESS


def test_who_waits_since_then_gets_the_place_with_the_next_step(lunch, cook, time_machine):
    (other,) = members(lunch, 1)
    search = look(cook)
    signups.sign_up(lunch, lunch.roles[0].id, other, by=other)

    move_to(time_machine, NOW + timedelta(hours=4))

    assert (search.status, going(lunch)) == (SearchStatus.RELEASED, [other.id])


def test_a_coordinator_releases_the_place_or_answers_for_who_is_on_the_phone(
    lunch, cook, coordinator
):
    lunch.roles[0].maximum = 2
    session.commit()
    other = SignupFactory(occurrence=lunch)
    (person,) = members(lunch, 1)
    first, second = look(cook), look(other)

    stand_ins.release(first, by=coordinator)
    mine = stand_ins.accept(second, person, by=coordinator)

    assert first.status is SearchStatus.RELEASED
    assert going(lunch) == [person.id]
    assert mine.was_entered_by_somebody_else
    assert second.ask_of(person).answered_by_id == coordinator.id


def test_a_search_whose_place_or_date_is_gone_ends_quietly(lunch, cook, coordinator, time_machine):
    members(lunch, 1)
    search = look(cook)
    single_date.cancel(lunch, reason="停电", by=coordinator)

    move_to(time_machine, NOW + timedelta(minutes=1))

    assert search.status is SearchStatus.RELEASED
    assert told(stand_in_notices.STAND_IN_NOT_FOUND) == []
    assert cook.status is SignupStatus.WITHDRAWN


def test_a_yes_by_mistake_is_undone_and_we_look_on(lunch, cook, coordinator, time_machine):
    first, _second = members(lunch, 2)
    search = look(cook)
    stand_ins.accept(search, first, by=first)

    stand_ins.undo_acceptance(search, by=first)

    assert (search.status, going(lunch)) == (SearchStatus.OPEN, [cook.person_id])
    assert search.ask_of(first).answer is Answer.NO
    assert told(stand_in_notices.STAND_IN_UNDONE) == sorted([cook.person_id, coordinator.id])


def test_later_a_yes_is_not_undone(lunch, cook, time_machine):
    (first,) = members(lunch, 1)
    search = look(cook)
    stand_ins.accept(search, first, by=first)
    time_machine.move_to(NOW + timedelta(minutes=31), tick=False)

    with pytest.raises(TooLateToUndo):
        stand_ins.undo_acceptance(search, by=first)

    assert going(lunch) == [first.id]


def test_who_gave_the_place_on_and_does_other_work_has_nothing_to_undo(time_machine):
    lunch = OccurrenceFactory(starts_at=WEDNESDAY, roles=[("帮厨", 1, 1), ("买菜", 1, 1)])
    cook = SignupFactory(occurrence=lunch)
    first, second = members(lunch, 2)
    search = look(cook)
    mine = stand_ins.accept(search, first, by=first)
    signups.withdraw(mine, by=first)
    signups.sign_up(lunch, lunch.roles[0].id, second, by=second)
    signups.sign_up(lunch, lunch.roles[1].id, first, by=first)

    assert not stand_ins.can_undo(search, clock.now())
    with pytest.raises(TooLateToUndo):
        stand_ins.undo_acceptance(search, by=first)
    assert [signup.person_id for signup in lunch.roles[0].going] == [second.id]


def test_who_pauses_by_now_does_not_have_the_place_again(lunch, cook):
    (first,) = members(lunch, 1)
    search = look(cook)
    stand_ins.accept(search, first, by=first)
    memberships.pause(memberships.find(lunch.team, cook.person), by=cook.person)

    with pytest.raises(TooLateToUndo):
        stand_ins.undo_acceptance(search, by=first)

    assert going(lunch) == [first.id]


def test_letters_lead_to_the_answer_by_a_link_of_ones_own_and_stop_being_true(
    app, lunch, cook, coordinator
):
    first, second = members(lunch, 2)
    search = look(cook)

    def letters_now() -> dict[int, str]:
        with app.app_context(), transaction():
            rows = session.query(OutboxMessage).filter_by(kind=stand_in_notices.STAND_IN_ASKED)
            messages = list(rows)
            written = letters.write(messages)
            return {m.person_id: written[m.id].text for m in messages if m.id in written}

    while_open = letters_now()
    stand_ins.decline(search, first, by=first)
    after_a_no = letters_now()
    stand_ins.accept(search, second, by=second)
    after_a_yes = letters_now()

    assert {first.id, second.id} <= while_open.keys()
    assert "/links/" in while_open[first.id]
    assert first.id not in after_a_no
    assert after_a_yes == {}


def test_who_does_not_want_to_be_asked_takes_nobody_elses_turn_as_stand_in():
    lunch = OccurrenceFactory()
    cook = SignupFactory(occurrence=lunch)
    for _n in range(3):
        member_of(lunch, name="安安安", wants_asks=False)
    willing = {member_of(lunch, name="朱朱朱").id for _n in range(3)}

    search = stand_ins.look(cook, UNSAID, by=cook.person)

    assert search is not None
    assert {ask.person_id for ask in search.asks} == willing


def test_who_gave_the_place_back_and_came_again_loses_it_to_nobody(cook, lunch):
    (other,) = members(lunch, 1)
    search = stand_ins.look(cook, UNSAID, by=cook.person)
    signups.withdraw(cook, by=cook.person)

    signups.sign_up(lunch, lunch.roles[0].id, cook.person, by=cook.person)

    assert search.status is SearchStatus.RELEASED
    with pytest.raises(NobodyIsNeeded):
        stand_ins.accept(search, other, by=other)


def letters_of(kind: str) -> list[int]:
    """Whom a letter of this kind still tells something true."""
    with transaction():
        messages = session.query(OutboxMessage).filter_by(kind=kind).all()
        written = letters.write(messages)
        return [message.person_id for message in messages if message.id in written]


def test_nobody_reads_that_somebody_comes_instead_who_has_given_the_place_back(cook, lunch):
    (other,) = members(lunch, 1)
    search = stand_ins.look(cook, UNSAID, by=cook.person)
    mine = stand_ins.accept(search, other, by=other)
    before = letters_of(stand_in_notices.STAND_IN_FOUND)

    signups.withdraw(mine, by=other)

    assert (before, letters_of(stand_in_notices.STAND_IN_FOUND)) == ([cook.person_id], [])


@pytest.mark.parametrize("step", [memberships.pause, memberships.leave])
def test_who_was_asked_and_has_left_or_pauses_by_now_gets_no_letter(cook, lunch, step):
    (other,) = members(lunch, 1)
    stand_ins.look(cook, UNSAID, by=cook.person)

    step(memberships.find(lunch.team, other), by=other)

    assert letters_of(stand_in_notices.STAND_IN_ASKED) == []


def test_that_a_search_ended_with_its_date_is_written_down(cook, lunch, coordinator):
    members(lunch, 1)
    stand_ins.look(cook, UNSAID, by=cook.person)
    single_date.cancel(lunch, reason="停水", by=coordinator)

    stand_ins.look_on(clock.now())

    entries = session.query(AuditEntry).filter_by(action="stand_in.released")
    assert [entry.person_id for entry in entries] == [cook.person_id]


def test_who_coordinates_no_more_is_not_told_what_became_of_a_search(cook, coordinator):
    other = CoordinatorFactory(team=cook.occurrence.team).person
    (able,) = members(cook.occurrence, 1)
    search = stand_ins.look(cook, UNSAID, by=cook.person)
    stand_ins.accept(search, able, by=able)
    found = session.query(OutboxMessage).filter_by(kind=stand_in_notices.STAND_IN_FOUND).all()
    assert {m.person_id for m in found} == {cook.person_id, coordinator.id, other.id}

    memberships.leave(memberships.find(cook.occurrence.team, coordinator), by=coordinator)

    written = letters.write(found)
    assert {m.person_id for m in found if m.id in written} == {cook.person_id, other.id}


def test_who_waits_and_may_not_come_has_nobodys_place(lunch, cook):
    waiting = SignupFactory(occurrence=lunch, status=SignupStatus.WAITING)
    SignupFactory(occurrence__starts_at=lunch.starts_at, person=waiting.person)
    (first,) = members(lunch, 1)

    search = look(cook)

    assert (asked(search), going(lunch)) == ([first.id], [cook.person_id])


def test_a_free_place_for_which_somebody_waits_is_not_taken_back(lunch, cook):
    waiting = SignupFactory(occurrence=lunch, status=SignupStatus.WAITING)
    SignupFactory(occurrence__starts_at=lunch.starts_at, person=waiting.person)
    signups.withdraw(cook, by=cook.person)

    with pytest.raises(PlaceIsTaken):
        stand_ins.come_after_all(cook, by=cook.person)

    assert going(lunch) == []


def test_shortly_before_the_beginning_a_yes_is_not_undone(lunch, cook, time_machine):
    (first,) = members(lunch, 1)
    time_machine.move_to(WEDNESDAY - stand_ins.CUT_OFF - timedelta(minutes=10), tick=False)
    search = look(cook)
    stand_ins.accept(search, first, by=first)
    time_machine.move_to(WEDNESDAY - stand_ins.CUT_OFF, tick=False)

    with pytest.raises(TooLateToUndo):
        stand_ins.undo_acceptance(search, by=first)

    assert going(lunch) == [first.id]


def test_who_can_not_come_does_not_come_instead_of_themselves(lunch, cook):
    (first,) = members(lunch, 1)
    search = look(cook)

    assert policy.can_answer_search(first, search)
    assert not policy.can_answer_search(cook.person, search)
    assert not policy.can_answer_search(PersonFactory(), search)
    assert not policy.can_answer_search(None, search)


# --- the date moves to another time ----------------------------------------------------------


def postpone(occurrence: Occurrence, by: Person) -> None:
    there = DatePlan(occurrence.day, time(15), time(17), occurrence.place)
    single_date.move(occurrence, there, by=by)


def test_who_said_no_is_asked_again_when_the_date_is_at_another_time(lunch, cook, coordinator):
    (member,) = members(lunch, 1)
    coordinator.wants_asks = False
    session.commit()
    search = look(cook)
    stand_ins.decline(search, member, by=member)
    session.expire_all()
    assert not search.is_open

    gave_back = cook.person_id
    postpone(lunch, coordinator)
    cook = SignupFactory(occurrence=lunch)
    search = look(cook)

    # And whose place it had been: they could not come at the old hour.
    assert sorted(asked(search)) == sorted([member.id, gave_back])


def test_a_search_that_goes_on_asks_anew_and_each_once(lunch, cook, coordinator, time_machine):
    coordinator.wants_asks = False
    everybody = members(lunch, 6)
    search = look(cook)
    first = asked(search)
    no = next(person for person in everybody if person.id == first[0])
    stand_ins.decline(search, no, by=no)

    postpone(lunch, coordinator)
    move_to(time_machine, clock.now() + timedelta(minutes=1))

    session.expire_all()
    waiting = [ask.person_id for ask in search.asks if ask.is_waiting]
    # Those first who were not asked yet.
    assert len(waiting) == 3
    assert not set(waiting) & set(first)
    assert search.ask_of(no).answer is Answer.LAPSED
    move_to(time_machine, clock.now() + stand_ins.PATIENCE)
    session.expire_all()
    asks = [ask.person_id for ask in search.asks if ask.is_waiting]
    assert sorted(asks) == sorted({*first, *waiting})
    messages = told(stand_in_notices.STAND_IN_ASKED)
    assert all(messages.count(number) == 2 for number in first)
    assert all(messages.count(number) == 1 for number in waiting)


def test_of_two_questions_only_the_newer_goes_out(app, lunch, cook, coordinator, time_machine):
    (member,) = members(lunch, 1)
    coordinator.wants_asks = False
    session.commit()
    search = look(cook)
    postpone(lunch, coordinator)

    def letters_now() -> list[int]:
        with app.app_context(), transaction():
            rows = session.query(OutboxMessage).filter_by(kind=stand_in_notices.STAND_IN_ASKED)
            return sorted(letters.write(rows.all()))

    assert letters_now() == []
    move_to(time_machine, clock.now() + timedelta(minutes=1))

    assert asked(search) == [member.id]
    newest = max(m.id for m in session.query(OutboxMessage))
    assert letters_now() == [newest]


def test_after_a_move_nobody_is_asked_at_night_either(lunch, cook, coordinator, time_machine):
    members(lunch, 2)
    search = look(cook)
    night = datetime(2026, 10, 12, 15, tzinfo=UTC)
    time_machine.move_to(night, tick=False)

    postpone(lunch, coordinator)
    stand_ins.look_on(clock.now())

    session.expire_all()
    assert search.is_open
    assert not search.waits_for_an_answer
    assert search.next_wave_at == datetime(2026, 10, 13, 0, tzinfo=UTC)


def who_gave_it_back(lunch):
    """Somebody who had a place on it and can't come."""
    gone = SignupFactory(occurrence=lunch, person=member_of(lunch))
    session.commit()
    signups.withdraw(gone, by=gone.person)
    return gone.person


def test_who_gave_their_place_back_before_the_date_moved_is_asked_for_the_new_hour(
    lunch, cook, coordinator, time_machine
):
    coordinator.wants_asks = False
    busy = who_gave_it_back(lunch)
    time_machine.shift(60)

    postpone(lunch, coordinator)

    assert asked(look(cook)) == [busy.id]


def test_who_gives_it_back_after_the_move_or_when_only_the_place_changed_is_not_asked(
    lunch, cook, coordinator, time_machine
):
    coordinator.wants_asks = False
    early, late = members(lunch, 2)
    lunch.roles[0].maximum = 3
    places = [SignupFactory(occurrence=lunch, person=one) for one in (early, late)]
    session.commit()
    signups.withdraw(places[0], by=early)
    time_machine.shift(60)
    hours = lunch.wall_starts.time(), lunch.wall_ends.time()
    single_date.move(lunch, DatePlan(lunch.day, *hours, "小区花园"), by=coordinator)
    assert asked(look(cook)) == []

    postpone(lunch, coordinator)
    time_machine.shift(60)
    signups.withdraw(places[1], by=late)
    cook.status, cook.excused_at = SignupStatus.GOING, None
    session.commit()

    assert asked(look(cook)) == [early.id]


def test_another_place_alone_is_no_new_question(lunch, cook, coordinator):
    (member, *_others) = members(lunch, 3)
    search = look(cook)
    if search.ask_of(member) is None:
        member = search.asks[0].person
    stand_ins.decline(search, member, by=member)

    hours = lunch.wall_starts.time(), lunch.wall_ends.time()
    single_date.move(lunch, DatePlan(lunch.day, *hours, "小区花园"), by=coordinator)

    session.expire_all()
    assert search.ask_of(member).answer is Answer.NO


def test_moved_there_and_back_the_question_is_a_new_one_each_time(
    lunch, cook, coordinator, time_machine
):
    (member,) = members(lunch, 1)
    coordinator.wants_asks = False
    session.commit()
    search = look(cook)
    hours = lunch.wall_starts.time(), lunch.wall_ends.time()

    postpone(lunch, coordinator)
    move_to(time_machine, clock.now() + timedelta(minutes=1))
    single_date.move(lunch, DatePlan(lunch.day, *hours, lunch.place), by=coordinator)
    move_to(time_machine, clock.now() + timedelta(minutes=1))

    assert asked(search) == [member.id]
    assert told(stand_in_notices.STAND_IN_ASKED) == [member.id] * 3


def restore(occurrence: Occurrence, by: Person) -> None:
    """Back to the hours of Wednesday at ten."""
    there = DatePlan(occurrence.day, time(10), time(12), occurrence.place)
    single_date.move(occurrence, there, by=by)


def test_moved_there_and_back_a_no_to_just_that_time_stays_a_no(
    lunch, cook, coordinator, time_machine
):
    (member,) = members(lunch, 1)
    coordinator.wants_asks = False
    session.commit()
    search = look(cook)
    other = member_of(lunch)
    session.commit()
    stand_ins.decline(search, member, by=member)
    said = search.ask_of(member)
    when_and_by_whom = said.answered_at, said.answered_by_id

    postpone(lunch, coordinator)
    move_to(time_machine, clock.now() + timedelta(minutes=1))
    session.expire_all()
    assert search.ask_of(member).is_waiting
    restore(lunch, coordinator)
    move_to(time_machine, clock.now() + timedelta(minutes=1))

    session.expire_all()
    again = search.ask_of(member)
    assert again.answer is Answer.NO
    assert (again.answered_at, again.answered_by_id) == when_and_by_whom
    assert search.ask_of(other).is_waiting
    # And at the new hour, to which they have said nothing, they are asked again.
    postpone(lunch, coordinator)
    move_to(time_machine, clock.now() + timedelta(minutes=1))
    session.expire_all()
    assert search.ask_of(member).is_waiting


def test_moved_there_and_back_who_gave_their_place_back_still_cannot_come(
    lunch, cook, coordinator, time_machine
):
    coordinator.wants_asks = False
    who_gave_it_back(lunch)
    for step in (postpone, restore):
        time_machine.shift(60)
        step(lunch, coordinator)

    assert asked(look(cook)) == []


def test_who_came_after_the_move_and_gave_that_place_back_too_cannot_come(
    lunch, cook, coordinator, time_machine
):
    coordinator.wants_asks = False
    busy = who_gave_it_back(lunch)
    time_machine.shift(60)
    postpone(lunch, coordinator)
    time_machine.shift(60)
    signups.sign_up(lunch, lunch.roles[0].id, busy, by=busy)
    signups.withdraw(lunch.signup_of(busy), by=busy)

    assert asked(look(cook)) == []


def test_a_no_to_the_old_time_is_noted_as_what_it_was(lunch, cook, coordinator, time_machine):
    (member,) = members(lunch, 1)
    coordinator.wants_asks = False
    session.commit()
    search, was = look(cook), lunch.time_mark
    postpone(lunch, coordinator)

    assert not stand_ins.decline(search, member, by=member, seen=was)
    move_to(time_machine, clock.now() + timedelta(minutes=1))

    session.expire_all()
    assert search.ask_of(member).is_waiting
    restore(lunch, coordinator)
    session.expire_all()
    assert search.ask_of(member).answer is Answer.NO


def test_who_is_not_asked_anew_yet_may_say_no_to_the_new_time(lunch, cook, coordinator):
    (member,) = members(lunch, 1)
    coordinator.wants_asks = False
    session.commit()
    search = look(cook)
    postpone(lunch, coordinator)

    assert stand_ins.decline(search, member, by=member, seen=lunch.time_mark)

    session.expire_all()
    assert search.ask_of(member).answer is Answer.NO


def test_a_yes_to_the_old_time_is_none_to_the_new_one(lunch, cook, coordinator):
    (member,) = members(lunch, 1)
    search, was = look(cook), lunch.time_mark
    postpone(lunch, coordinator)

    with pytest.raises(MovedMeanwhile):
        stand_ins.accept(search, member, by=member, seen=was)

    assert member.id not in going(lunch)
