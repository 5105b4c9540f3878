"""Health and diet: kept with consent, opened behind a written look, and sealed in the table."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.factories.elders import ElderFactory
from tests.factories.people import ConsentFactory, PersonFactory
from tests.planting import raw_of
from volunteer.audit.models import AuditEntry, FieldGroup, ReadingEntry, Reason
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.elders import health
from volunteer.elders.errors import HealthConsentNeeded
from volunteer.elders.health import Health
from volunteer.elders.models import DietTag, Elder, HealthRecord
from volunteer.people import consents
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")

WORDS = Health(
    "听力差，易跌倒", [DietTag.SOFT, DietTag.LOW_SALT], "花生", "中度", "社区卫生站 2026"
)


def agreed() -> Elder:
    elder = ElderFactory()
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    return elder


def known() -> Elder:
    elder = agreed()
    health.write(elder, WORDS, by=PersonFactory())
    return elder


def read(elder, *, allowed=True, reason=Reason.UPKEEP):
    return health.read(elder, by=PersonFactory(), reason=reason, allowed=allowed)


def lines() -> list[ReadingEntry]:
    return session.query(ReadingEntry).order_by(ReadingEntry.id).all()


def test_what_was_written_is_read_again_and_sealed_in_the_table():
    elder = known()
    session.expire_all()

    assert read(elder) == WORDS
    for column in (HealthRecord.note, HealthRecord.allergies, HealthRecord.diet_tags,
                   HealthRecord.ability_level, HealthRecord.ability_source):  # fmt: skip
        (kept,) = raw_of(column)
        assert not any(word in kept for word in ("听力", "花生", "soft", "中度", "卫生站"))


def test_writing_again_replaces_everything_in_one_row(time_machine):
    elder = known()
    time_machine.move_to("2030-01-01T00:00Z", tick=False)

    health.write(elder, Health(note="戴助听器"), by=PersonFactory())

    assert read(elder) == Health("戴助听器", diet_tags=[])
    (record,) = session.query(HealthRecord)
    assert record.changed_at == clock.now()


def test_who_wrote_is_kept_and_no_word_of_it():
    elder, coordinator = agreed(), PersonFactory()

    health.write(elder, WORDS, by=coordinator)

    (entry,) = session.query(AuditEntry).filter_by(action="elder.health_changed")
    assert (entry.by_id, entry.person_id, entry.details) == (coordinator.id, elder.person_id, {})


def test_without_consent_nothing_is_kept():
    elder = ElderFactory()
    assert not health.is_agreed(elder)

    with pytest.raises(HealthConsentNeeded):
        health.write(elder, WORDS, by=PersonFactory())

    assert session.query(HealthRecord).count() == 0


def test_after_consent_was_taken_back_nothing_is_shown_or_written_and_the_look_still_counts():
    elder = known()

    consents.withdraw(elder.person, ConsentScope.HEALTH, by=elder.person)

    assert read(elder) is None
    assert health.read_for_visit(elder, by=PersonFactory(), allowed=True) == ""
    with pytest.raises(HealthConsentNeeded):
        health.write(elder, Health("新"), by=PersonFactory())
    assert len(lines()) == 2


def test_who_agrees_and_has_nothing_written_reads_nothing():
    assert read(agreed()) == Health()


def test_each_look_leaves_a_line_with_its_reason():
    elder, coordinator = known(), PersonFactory()

    for reason in Reason:
        health.read(elder, by=coordinator, reason=reason, allowed=True)

    assert [(line.by_id, line.person_id, line.team_id, line.reason) for line in lines()] == [
        (coordinator.id, elder.person_id, elder.team_id, reason) for reason in Reason
    ]
    assert {(line.field_group, line.is_allowed) for line in lines()} == {(FieldGroup.HEALTH, True)}


def test_a_visitor_reads_the_short_note_alone_and_leaves_a_line():
    elder, visitor = known(), PersonFactory()

    assert health.read_for_visit(elder, by=visitor, allowed=True) == "听力差，易跌倒"

    (line,) = lines()
    assert (line.by_id, line.reason, line.is_allowed) == (visitor.id, Reason.VISIT, True)


def test_a_refused_look_shows_nothing_and_leaves_a_line():
    elder = known()

    with pytest.raises(NotFound):
        read(elder, allowed=False)
    with pytest.raises(NotFound):
        health.read_for_visit(elder, by=PersonFactory(), allowed=False)

    assert [line.is_allowed for line in lines()] == [False, False]


def test_when_the_line_cannot_be_written_nothing_is_opened(setting):
    elder = known()
    opened = []

    def refuse(_connection, _cursor, statement, *_rest):
        if "elder_health" in statement:
            opened.append(statement)
        if statement.startswith("INSERT INTO audit_readings"):
            raise OperationalError(statement, {}, Exception("disk full"))

    event.listen(setting.engine, "before_cursor_execute", refuse)
    try:
        with pytest.raises(OperationalError):
            read(elder)
    finally:
        event.remove(setting.engine, "before_cursor_execute", refuse)

    assert (opened, lines()) == ([], [])


def test_two_teams_keep_what_each_was_told():
    first = known()
    second = ElderFactory(person=first.person)

    health.write(second, Health("另一队知道的"), by=PersonFactory())

    assert read(first) == WORDS
    assert read(second).note == "另一队知道的"
