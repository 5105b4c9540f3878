"""Who did what, for whom, when: written once, never changed."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.audit import queries, trail
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import dialect_name, session, transaction
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


def entries() -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_entry_says_who_did_what_for_whom_in_which_team_and_when(time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    team, coordinator, member = TeamFactory(), PersonFactory(), PersonFactory()

    trail.record("call.made", member, by=coordinator, person=member, team=team, times=2)

    (entry,) = entries()
    assert (entry.action, entry.at) == ("call.made", clock.now())
    assert (entry.by_id, entry.person_id, entry.team_id) == (coordinator.id, member.id, team.id)
    assert (entry.subject_kind, entry.subject_id) == ("people", member.id)
    assert entry.details == {"times": 2}


def test_what_the_clock_did_nobody_did():
    trail.record("signup.promoted", PersonFactory(), by=None)

    assert entries()[0].by_id is None


def test_many_entries_are_written_with_one_statement(count_queries):
    team, coordinator = TeamFactory(), PersonFactory()
    people = [PersonFactory() for _one in range(5)]
    numbers = [(person.id, person.id) for person in people]

    with count_queries() as sent:
        trail.record_all("call.made", Person, numbers, by=coordinator, team=team, times=1)

    assert len([statement for statement in sent if statement.startswith("INSERT")]) == 1
    assert [(e.subject_kind, e.subject_id, e.person_id) for e in entries()] == [
        ("people", number, person) for number, person in numbers
    ]
    assert {(e.by_id, e.team_id, e.details["times"]) for e in entries()} == {
        (coordinator.id, team.id, 1)
    }


def test_an_entry_belongs_to_its_change_and_goes_with_it():
    person = PersonFactory()

    def change_and_fail() -> None:
        with transaction():
            trail.record("person.changed", person, by=person)
            raise TimeoutError

    with pytest.raises(TimeoutError):
        change_and_fail()
    assert entries() == []


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).values(action="nothing.happened"),
        update(AuditEntry).values(by_id=None),
        delete(AuditEntry),
        text("UPDATE audit_entries SET at = at"),
        text("DELETE FROM audit_entries WHERE id > 0"),
    ],
    ids=["other words", "other person", "away", "by hand", "away by hand"],
)
def test_the_database_itself_refuses_to_change_the_trail(statement):
    trail.record("call.made", PersonFactory(), by=None)

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(statement)

    session.expire_all()
    assert [entry.action for entry in entries()] == ["call.made"]


def test_the_trail_cannot_be_emptied_at_once_either():
    trail.record("call.made", PersonFactory(), by=None)
    # SQLite has no TRUNCATE: emptying a table there is a DELETE.
    verb = "TRUNCATE" if dialect_name() == "postgresql" else "DELETE FROM"

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(f"{verb} audit_entries"))

    assert len(entries()) == 1


def test_a_team_reads_its_own_trail_newest_first():
    team, person = TeamFactory(), PersonFactory()
    for action in ("date.moved", "date.cancelled"):
        trail.record(action, person, by=person, team=team)
    trail.record("date.moved", person, by=person, team=TeamFactory())

    found = session.scalars(queries.of_team(team.id))

    assert [entry.action for entry in found] == ["date.cancelled", "date.moved"]
