"""Writing the trail: record() one thing that somebody did, record_all() many of a kind."""

from collections.abc import Iterable
from typing import Any, Protocol

from volunteer.audit.models import AuditEntry
from volunteer.core.database import Model, session, transaction


class HasNumber(Protocol):
    @property
    def id(self) -> Any: ...


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
        session.add(
            AuditEntry(
                action=action,
                subject_kind=type(subject).__tablename__,
                subject_id=subject.id,
                by_id=by.id if by else None,
                person_id=person.id if person else None,
                team_id=team.id if team else None,
                details=details,
            )
        )


def record_all(entries: Iterable[AuditEntry]) -> None:
    """Note many things at once, of rows that have their numbers: one statement for all of them."""
    with transaction():
        session.add_all(entries)
        session.flush()
