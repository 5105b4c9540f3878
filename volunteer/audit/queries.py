"""Reading the trail."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from volunteer.audit.models import AuditEntry, FieldGroup, ReadingEntry
from volunteer.core.database import Model, session


class Done(NamedTuple):
    """One thing that was done, by the numbers of whom it concerns."""

    subject_id: int
    person_id: int | None
    by_id: int | None
    at: datetime
    details: dict[str, Any]


def of_team(team_id: int) -> Select[AuditEntry]:
    """What was done in this team, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.team_id == team_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )


def who_did(action: str, subject: Model) -> int | None:
    """The number of who did this to the subject last; None for the clock, and for nobody."""
    return session.scalars(
        select(AuditEntry.by_id)
        .where(
            AuditEntry.action == action,
            AuditEntry.subject_kind == type(subject).__tablename__,
            AuditEntry.subject_id == subject.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()


def list_done(actions: Collection[str], kind: type[Model], numbers: Collection[int]) -> list[Done]:
    """When these things were done to these rows, for whom and by whom, the first one first."""
    rows = session.execute(
        select(
            AuditEntry.subject_id,
            AuditEntry.person_id,
            AuditEntry.by_id,
            AuditEntry.at,
            AuditEntry.details,
        )
        .where(
            AuditEntry.action.in_(actions),
            AuditEntry.subject_kind == kind.__tablename__,
            AuditEntry.subject_id.in_(numbers),
        )
        .order_by(AuditEntry.id)
    )
    return [Done(*row) for row in rows]


def list_people_since(action: str, subject: Model, person_ids: Collection[int]) -> set[int]:
    """Those of these people who did something, or for whom it was done, since this was done to
    the subject."""
    beginning = (
        select(AuditEntry.id)
        .where(
            AuditEntry.action == action,
            AuditEntry.subject_kind == type(subject).__tablename__,
            AuditEntry.subject_id == subject.id,
        )
        .order_by(AuditEntry.id)
        .limit(1)
        .scalar_subquery()
    )
    found: set[int] = set()
    for column in (AuditEntry.by_id, AuditEntry.person_id):
        found.update(
            session.scalars(
                select(column).where(AuditEntry.id > beginning, column.in_(person_ids)).distinct()
            )
        )
    return found


def readings_of_team(team_id: int, *, first: datetime, before: datetime) -> Select[ReadingEntry]:
    """Who looked at health and diet in this team in this time, newest first; refused ones too."""
    return (
        select(ReadingEntry)
        .where(
            ReadingEntry.team_id == team_id,
            ReadingEntry.at >= first,
            ReadingEntry.at < before,
        )
        .order_by(ReadingEntry.at.desc(), ReadingEntry.id.desc())
    )


def list_looks_at_concerns(person_id: int) -> Sequence[ReadingEntry]:
    """Who looked at a concern about this person, newest first; refused looks too."""
    return session.scalars(
        select(ReadingEntry)
        .where(ReadingEntry.person_id == person_id, ReadingEntry.field_group == FieldGroup.CONCERN)
        .order_by(ReadingEntry.id.desc())
        .limit(50)
    ).all()
