"""Asking members for a date that lacks people: when, whom, and when it stops."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import fitting, signups, single_date
from volunteer.activities.models import Occurrence, SignupStatus, StandInAsk, StandInSearch
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import letters
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people import away, deaths
from volunteer.people.away import Stretch
from volunteer.people.models import Person
from volunteer.reminders import plans, watch
from volunteer.teams import membership as memberships

pytestmark = pytest.mark.usefixtures("database")

# Wednesday 14 October, ten in the morning in Chengdu; asking begins on Sunday at ten.
BEGINS = datetime(2026, 10, 14, 2, tzinfo=UTC)
FIRST = datetime(2026, 10, 11, 2, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def days_before(time_machine, database):
    time_machine.move_to("2026-10-09T02:00Z", tick=False)


@pytest.fixture
def occurrence(database) -> Occurrence:
    return OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 2, 5)])


def members(occurrence: Occurrence, count: int) -> list[Person]:
    return [member_of(occurrence) for _number in range(count)]


def at(moment: datetime) -> int:
    with clock.pretend(moment):
        return watch.ask_where_short(moment)


def asked() -> list[int]:
    rows = session.query(OutboxMessage).filter_by(kind=watch.SHORT_HANDED)
    return [message.person_id for message in rows.order_by(OutboxMessage.id)]


def test_three_days_before_twice_as_many_are_asked_as_are_missing(occurrence):
    members(occurrence, 6)

    assert [at(FIRST - timedelta(seconds=1)), at(FIRST), at(FIRST)] == [0, 4, 0]


def test_each_further_morning_others_are_asked_and_nobody_twice(occurrence):
    everybody = members(occurrence, 6)

    counts = [at(FIRST + timedelta(days=day)) for day in range(3)]

    assert counts == [4, 2, 0]
    assert sorted(asked()) == [person.id for person in everybody]


def test_who_was_asked_least_lately_is_asked_first(occurrence):
    *often, never = members(occurrence, 5)
    for person in often:
        OutboxMessageFactory(
            kind=watch.SHORT_HANDED,
            person=person,
            team_id=occurrence.team.id,
            about={"occurrence_id": 0},
        )

    at(FIRST)

    new = [m for m in session.query(OutboxMessage) if m.about["occurrence_id"] == occurrence.id]
    assert min(new, key=lambda message: message.id).person_id == never.id


def test_asked_two_months_ago_counts_no_more(occurrence):
    first, second = members(occurrence, 2)
    for person, days in ((first, 60), (second, 10)):
        message = OutboxMessageFactory(
            kind=watch.SHORT_HANDED,
            person=person,
            team_id=occurrence.team.id,
            about={"occurrence_id": 0},
        )
        message.created_at = FIRST - timedelta(days=days)
    session.commit()

    at(FIRST)

    assert newly_asked(occurrence)[0] == first.id


def newly_asked(occurrence: Occurrence) -> list[int]:
    rows = session.query(OutboxMessage).order_by(OutboxMessage.id)
    return [m.person_id for m in rows if m.about["occurrence_id"] == occurrence.id]


def test_being_asked_to_stand_in_counts_too_and_nobody_is_asked_twice_for_one_date(occurrence):
    elsewhere = OccurrenceFactory(activity=occurrence.activity, starts_at=BEGINS + WEEK)
    ill_here, ill_there = (SignupFactory(occurrence=date) for date in (occurrence, elsewhere))
    asked_here, before, asked_there, after = members(occurrence, 4)
    for signup, person in ((ill_here, asked_here), (ill_there, asked_there)):
        search = StandInSearch(
            signup=signup, started_at=FIRST, next_wave_at=BEGINS, by=signup.person
        )
        search.asks.append(StandInAsk(person=person, asked_at=FIRST))
        session.add(search)
    session.commit()

    at(FIRST)

    chosen = newly_asked(occurrence)
    assert asked_here.id not in chosen
    # Three are asked; of the others who could come, the one asked elsewhere would be the last.
    assert len(chosen) == 3
    assert {before.id, after.id} < set(chosen)
    assert asked_there.id not in chosen


def test_for_a_date_that_is_off_nobody_is_asked(occurrence):
    members(occurrence, 3)
    single_date.cancel(occurrence, reason="", by=PersonFactory())

    assert at(FIRST) == 0


def test_with_enough_people_nobody_is_asked(occurrence):
    members(occurrence, 3)
    for _number in range(2):
        SignupFactory(occurrence=occurrence)

    assert at(FIRST) == 0


def test_once_it_is_full_what_waits_is_not_sent(occurrence):
    members(occurrence, 3)
    at(FIRST)
    messages = session.query(OutboxMessage).all()
    for _number in range(2):
        SignupFactory(occurrence=occurrence)

    assert letters.write(messages) == {}


def test_who_has_taken_a_place_since_gets_no_letter(occurrence):
    person, *others = members(occurrence, 3)
    at(FIRST)
    signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)

    written = letters.write(session.query(OutboxMessage).all())

    readers = {session.get(OutboxMessage, number).person_id for number in written}
    assert readers == {other.id for other in others}


def test_who_is_away_by_now_gets_no_letter(occurrence):
    person = member_of(occurrence)
    at(FIRST)

    away.note(person, Stretch(occurrence.day, occurrence.day), by=person)

    with clock.pretend(FIRST):
        assert letters.write(session.query(OutboxMessage).all()) == {}


def test_who_said_that_they_cannot_come_is_not_asked(occurrence):
    signup = SignupFactory(occurrence=occurrence)
    signups.withdraw(signup, by=signup.person)

    at(FIRST)

    assert signup.status is SignupStatus.WITHDRAWN
    assert signup.person_id not in asked()


def test_at_night_nobody_is_asked_before_the_morning(occurrence):
    members(occurrence, 1)

    at(FIRST + timedelta(hours=14))

    (message,) = session.query(OutboxMessage)
    assert message.due_at == datetime(2026, 10, 12, 0, tzinfo=UTC)


def test_a_team_may_ask_nobody_or_earlier(occurrence):
    members(occurrence, 3)
    by = PersonFactory()

    plans.set_for_team(occurrence.team, plans.USUAL, own_line="", watch_days=0, by=by)
    never = at(FIRST)
    plans.set_for_team(occurrence.team, plans.USUAL, own_line="", watch_days=5, by=by)

    assert [never, at(FIRST - timedelta(days=2))] == [0, 3]


def test_who_cannot_be_written_to_is_not_put_on_the_call_list_for_it(occurrence):
    member_of(occurrence, email=None)

    assert at(FIRST) == 0


def at_home(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_who_wants_not_to_be_asked_takes_nobody_elses_turn(time_machine):
    time_machine.move_to(at_home(9, 10), tick=False)
    occurrence = OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 1, 5)])
    for _n in range(3):
        member_of(occurrence, name="安安安", wants_asks=False)
    willing = {member_of(occurrence, name="朱朱朱").id for _n in range(3)}

    moment = at_home(11, 10)
    with clock.pretend(moment):
        watch.ask_where_short(moment)

    waiting = session.query(OutboxMessage).filter_by(
        kind=watch.SHORT_HANDED, status=MessageStatus.WAITING
    )
    assert {message.person_id for message in waiting} == willing


def test_who_was_asked_and_has_left_by_now_gets_no_letter(occurrence):
    (person,) = members(occurrence, 1)
    at(FIRST)

    memberships.leave(memberships.find(occurrence.team, person), by=person)

    (message,) = session.query(OutboxMessage).filter_by(kind=watch.SHORT_HANDED)
    assert letters.write([message]) == {}


def test_the_last_coordinator_who_has_died_is_not_thought_of(occurrence):
    dead = CoordinatorFactory(team=occurrence.team).person
    deaths.note(dead, by=PersonFactory())

    assert dead not in fitting.candidates(occurrence)
