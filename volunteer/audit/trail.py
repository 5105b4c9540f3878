"""Writing the trail: record() one thing that somebody did, record_all() and record_each() many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Insert, insert

from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import Model, connection, session, transaction


class HasNumber(Protocol):
    @property
    def id(self) -> Any: ...


@dataclass(frozen=True)
class Number:
    """Somebody, or a team, by their number alone."""

    id: int


def record(
    action: str,
    subject: Model,
    *,
    by: HasNumber | None,
    person: HasNumber | None = None,
    team: HasNumber | None = None,
    **details: Any,
) -> None:
    """Note that `by` did `action` (`noun.past`) to the subject, for `person`, in `team`.

    Belongs in the transaction of the change itself: what is not written down did not
    happen. `by=None` means the clock. Details hold no phone, address or free text.
    """
    with transaction():
        # The subject's number is needed now, and a new row has none before it is flushed.
        session.flush()
        # Nobody reads it here, so no object is made of it: that took longer than writing it.
        connection().execute(
            entry_statement(),
            {
                "action": action,
                "subject_kind": type(subject).__tablename__,
                "subject_id": subject.id,
                "by_id": by.id if by else None,
                "person_id": person.id if person else None,
                "team_id": team.id if team else None,
                "details": details,
            },
        )


@cache
def entry_statement() -> Insert:
    return insert(AuditEntry).inline()


def record_all(
    action: str,
    kind: type[Model],
    subjects: Iterable[tuple[int, int]],
    *,
    by: HasNumber | None,
    team: HasNumber,
    **details: Any,
) -> None:
    """Note the same of many rows of this kind, each given as its number and its person's: one
    statement for all of them."""
    rows = [(number, person_id, details) for number, person_id in subjects]
    record_each(action, kind, rows, by=by, team=team)


def record_each(
    action: str,
    kind: type[Model],
    subjects: Iterable[tuple[int, int, Mapping[str, Any]]],
    *,
    by: HasNumber | None,
    team: HasNumber,
) -> None:
    """The same, each with details of its own."""
    now = clock.now()
    rows = [
        {
            "at": now,
            "action": action,
            "subject_kind": kind.__tablename__,
            "subject_id": number,
            "by_id": by.id if by else None,
            "person_id": person_id,
            "team_id": team.id,
            "details": dict(details),
        }
        for number, person_id, details in subjects
    ]
    if rows:
        with transaction():
            session.flush()
            connection().execute(entry_statement(), rows)
