"""The stretches of days away themselves: joined, taken back, forgotten."""

from datetime import date, timedelta

import pytest

from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.people import away, deaths, forgetting, jobs, queries
from volunteer.people.away import LONGEST, Stretch
from volunteer.people.errors import AwayTooLong
from volunteer.people.models import AwayDays, Person

pytestmark = pytest.mark.usefixtures("database")

MONDAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T02:00:00+00:00", tick=False)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def stretches(person: Person) -> list[tuple[int, int, str | None]]:
    rows = queries.list_away(person, since=MONDAY - timedelta(days=400))
    return [((row.first_on - MONDAY).days, (row.last_on - MONDAY).days, row.remark) for row in rows]


def note(person: Person, first: int, last: int, remark: str = "") -> AwayDays:
    return away.note(person, Stretch(day(first), day(last), remark), by=person)


def test_stretches_that_overlap_become_one_with_the_newest_remark():
    person = PersonFactory()
    note(person, 1, 5, "回老家")
    note(person, 9, 12)
    note(person, 20, 22)

    note(person, 4, 10, "看女儿")

    assert stretches(person) == [(1, 12, "看女儿"), (20, 22, None)]


def test_the_same_once_more_changes_nothing_and_an_old_remark_stays():
    person = PersonFactory()
    note(person, 1, 5, "回老家")

    note(person, 2, 4)
    note(person, 1, 5)

    assert stretches(person) == [(1, 5, "回老家")]
    assert session.query(AuditEntry).filter_by(action="away.noted").count() == 1


def test_of_two_old_remarks_the_one_of_the_first_days_stays():
    person = PersonFactory()
    note(person, 6, 8, "看女儿")
    note(person, 1, 3, "回老家")

    note(person, 2, 7)

    assert stretches(person) == [(1, 8, "回老家")]


def test_stretches_that_share_a_day_are_one_and_those_side_by_side_are_two():
    person = PersonFactory()
    note(person, 5, 8)

    note(person, 8, 10)
    note(person, 3, 5)
    note(person, 11, 12)

    assert stretches(person) == [(3, 10, None), (11, 12, None)]


def test_the_trail_says_who_is_away_from_when_until_when_and_whose_coordinator_said_so():
    member, by = MembershipFactory(), PersonFactory()
    person, team = member.person, member.team

    row = away.note(person, Stretch(day(1), day(5)), by=by, team=team)
    away.take_back(person, row.id, by=by, team=team)

    rows = session.query(AuditEntry).filter(AuditEntry.action.startswith("away.")).all()
    days = {"first": day(1).isoformat(), "last": day(5).isoformat()}
    assert [(r.person_id, r.team_id, r.by_id, r.details) for r in rows] == [
        (person.id, team.id, by.id, days)
    ] * 2


def test_nobody_is_away_for_longer_than_four_months_on_end():
    person = PersonFactory()
    note(person, 1, 100)

    with pytest.raises(AwayTooLong):
        note(person, 90, 130)

    assert not Stretch(day(1), day(LONGEST.days)).is_too_long
    assert Stretch(day(1), day(LONGEST.days + 1)).is_too_long


def test_taken_back_before_it_begins_it_never_was(time_machine):
    person = PersonFactory()
    row = note(person, 1, 5)

    away.take_back(person, row.id, by=person)
    away.take_back(person, row.id, by=person)

    assert stretches(person) == []
    assert session.query(AuditEntry).filter_by(action="away.taken_back").count() == 1


def test_taken_back_in_the_middle_the_days_that_have_been_stay(time_machine):
    person = PersonFactory()
    row = note(person, 0, 5)
    time_machine.shift(timedelta(days=2))

    gone = away.take_back(person, row.id, by=person)

    assert gone == Stretch(day(2), day(5))
    assert stretches(person) == [(0, 1, None)]


def test_on_its_last_day_that_day_is_taken_back_and_afterwards_nothing(time_machine):
    person = PersonFactory()
    first, second = note(person, 0, 2), note(person, 5, 7)

    time_machine.shift(timedelta(days=2))
    assert away.take_back(person, first.id, by=person) == Stretch(day(2), day(2))
    time_machine.shift(timedelta(days=6))
    assert away.take_back(person, second.id, by=person) is None

    assert stretches(person) == [(0, 1, None), (5, 7, None)]


def test_nobody_takes_back_what_is_somebody_elses():
    person, other = PersonFactory(), PersonFactory()
    row = note(person, 1, 5)

    assert away.take_back(other, row.id, by=other) is None
    assert len(stretches(person)) == 1


def test_who_is_away_is_asked_for_many_people_and_days_in_one_statement(count_queries):
    away_then, away_later, here = PersonFactory(), PersonFactory(), PersonFactory()
    note(away_then, 1, 5)
    note(away_later, 30, 32)
    people = [away_then.id, away_later.id, here.id]

    with count_queries() as sent:
        found = queries.who_is_away(people, [day(0), day(3), day(5), day(6)])

    assert found == {(away_then.id, day(3)): day(5), (away_then.id, day(5)): day(5)}
    assert len(sent) == 1
    assert queries.who_is_away([], [day(3)]) == queries.who_is_away(people, []) == {}


def test_a_month_after_the_last_day_it_is_forgotten(time_machine):
    person = PersonFactory()
    note(person, 0, 2, "回老家")
    note(person, 20, 22)

    time_machine.shift(timedelta(days=32))
    assert jobs.forget_away_days() == 0

    time_machine.shift(timedelta(days=1))
    assert jobs.forget_away_days() == 1
    assert stretches(person) == [(20, 22, None)]


def test_of_who_has_died_or_is_forgotten_no_stretch_is_kept(app):
    dead = MembershipFactory().person
    gone, by = PersonFactory(), PersonFactory()
    for person in (dead, gone, by):
        note(person, 1, 5, "回老家")

    deaths.note(dead, by=by)
    with transaction():
        forgetting.strip(gone, clock.now())

    assert [row.person_id for row in session.query(AwayDays)] == [by.id]
