"""The trail: one row for each thing that somebody did."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, String, event
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.database import Model


class AuditEntry(Model):
    """`by` did `action` to a subject, on behalf of `person` when that is somebody else."""

    __tablename__ = "audit_entries"

    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    # Nobody: the clock did it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


# The database itself refuses to change the trail; migration 0001 holds the same sentences.
FREEZE_SQLITE = [
    f"""CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
FREEZE_POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$""",
    """CREATE TRIGGER audit_entries_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()""",
]
for name, sentences in (("sqlite", FREEZE_SQLITE), ("postgresql", FREEZE_POSTGRESQL)):
    for sentence in sentences:
        event.listen(
            AuditEntry.__table__,
            "after_create",
            DDL(sentence).execute_if(dialect=name),  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
        )
