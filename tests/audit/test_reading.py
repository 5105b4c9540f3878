"""Looks at what is sensitive: no line, no look; lines are never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, event, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.audit import queries, reading
from volunteer.audit.models import FieldGroup, ReadingEntry, Reason
from volunteer.core import clock
from volunteer.core.database import dialect_name, session, transaction
from volunteer.core.errors import NotFound

pytestmark = pytest.mark.usefixtures("database")


def lines() -> list[ReadingEntry]:
    return session.query(ReadingEntry).order_by(ReadingEntry.id).all()


def look(**changed):
    plain = {"of": PersonFactory(), "by": PersonFactory(), "reason": Reason.VISIT, "allowed": True}
    reading.look(FieldGroup.HEALTH, **{**plain, **changed})


def test_a_line_says_who_looked_at_whom_at_what_why_when_and_for_which_team(time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    elder, visitor, team = PersonFactory(), PersonFactory(), TeamFactory()

    reading.look(
        FieldGroup.HEALTH, of=elder, by=visitor, reason=Reason.VISIT, allowed=True, team=team
    )

    (line,) = lines()
    assert (line.by_id, line.person_id, line.team_id) == (visitor.id, elder.id, team.id)
    assert (line.field_group, line.reason, line.is_allowed) == (
        FieldGroup.HEALTH,
        Reason.VISIT,
        True,
    )
    assert line.at == clock.now()


def test_a_refused_look_is_written_down_too_and_looks_like_nothing_there():
    with pytest.raises(NotFound):
        look(allowed=False)

    assert [line.is_allowed for line in lines()] == [False]


def test_the_line_outlives_the_refusal(setting):
    """It is committed before the refusal, so that what follows can't undo it."""
    with pytest.raises(NotFound):
        look(allowed=False)
    session.rollback()

    assert len(lines()) == 1


def test_a_look_inside_a_transaction_is_refused_for_its_line_could_be_undone():
    def look_and_fail():
        with transaction():
            look(allowed=False)

    with pytest.raises(reading.LookInsideATransaction):
        look_and_fail()


def test_without_a_line_there_is_no_look(setting):
    """The database can't write it: whoever would have read gets an error instead."""

    def refuse(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO audit_readings"):
            raise OperationalError(statement, {}, Exception("disk full"))

    event.listen(setting.engine, "before_cursor_execute", refuse)
    try:
        with pytest.raises(OperationalError):
            look()
    finally:
        event.remove(setting.engine, "before_cursor_execute", refuse)

    assert lines() == []


def test_many_looks_at_once_have_a_line_each():
    people, cook = [PersonFactory() for _diner in range(3)], PersonFactory()

    reading.note(FieldGroup.DIET, of=people, by=cook, reason=Reason.MEAL, allowed=True)

    assert [(line.person_id, line.field_group) for line in lines()] == [
        (person.id, FieldGroup.DIET) for person in people
    ]


@pytest.mark.parametrize(
    "statement",
    [
        update(ReadingEntry).values(is_allowed=True),
        update(ReadingEntry).values(by_id=1),
        delete(ReadingEntry),
        text("UPDATE audit_readings SET at = at"),
        text("DELETE FROM audit_readings WHERE id > 0"),
    ],
    ids=["allowed", "other person", "away", "by hand", "away by hand"],
)
def test_the_database_itself_refuses_to_change_the_lines(statement):
    with pytest.raises(NotFound):
        look(allowed=False)

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(statement)

    session.expire_all()
    assert [line.is_allowed for line in lines()] == [False]


def test_the_lines_cannot_be_emptied_at_once_either():
    look()
    # SQLite has no TRUNCATE: emptying a table there is a DELETE.
    verb = "TRUNCATE" if dialect_name() == "postgresql" else "DELETE FROM"

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(f"{verb} audit_readings"))

    assert len(lines()) == 1


def test_a_team_reads_the_looks_of_its_own_in_this_time_newest_first(time_machine):
    team, first = TeamFactory(), datetime(2026, 10, 1, tzinfo=UTC)
    day = timedelta(days=1)
    for moment in (first - day, first, first + day, first + 2 * day):
        time_machine.move_to(moment, tick=False)
        look(team=team)
        look(team=TeamFactory())
        look()

    found = session.scalars(
        queries.readings_of_team(team.id, first=first, before=first + 2 * day)
    ).all()

    assert [(line.team_id, line.at) for line in found] == [
        (team.id, first + day),
        (team.id, first),
    ]


def test_of_a_concern_one_sees_who_looked_at_it_and_at_nothing_else_or_of_another():
    person, by = PersonFactory(), PersonFactory()
    for field in (FieldGroup.HEALTH, FieldGroup.CONCERN):
        for of in (person, PersonFactory()):
            reading.look(field, of=of, by=by, reason=Reason.VISIT, allowed=True)
    with pytest.raises(NotFound):
        reading.look(
            FieldGroup.CONCERN, of=person, by=PersonFactory(), reason=Reason.VISIT, allowed=False
        )

    found = queries.list_looks_at_concerns(person.id)

    assert [(line.person_id, line.field_group) for line in found] == [
        (person.id, FieldGroup.CONCERN)
    ] * 2
    assert [line.is_allowed for line in found] == [False, True]
