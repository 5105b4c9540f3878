"""Looks at sensitive records: no line, no look.

Whoever opens somebody's health or diet goes through look(), which first writes down who
looks, at whom, at what and why. A refused look is written down too.
"""

from collections.abc import Sequence

from sqlalchemy import insert

from volunteer.audit.models import FieldGroup, ReadingEntry, Reason
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import is_in_transaction, write_down
from volunteer.core.errors import NotFound


class LookInsideATransaction(RuntimeError):
    """What would undo the change would undo the line about the look too: a fault of ours."""


def look(
    group: FieldGroup,
    *,
    of: HasNumber,
    by: HasNumber,
    reason: Reason,
    allowed: bool,
    team: HasNumber | None = None,
) -> None:
    """Write down that `by` looks at this group of fields of the person `of`.

    Raises NotFound, after writing it down, when that is not allowed. Raises whatever
    the database raises when the line can't be written: then there is no look.
    """
    note(group, of=[of], by=by, reason=reason, allowed=allowed, team=team)
    if not allowed:
        raise NotFound


def note(
    group: FieldGroup,
    *,
    of: Sequence[HasNumber],
    by: HasNumber,
    reason: Reason,
    allowed: bool,
    team: HasNumber | None = None,
) -> None:
    """A line for each of these people, in one statement. What was loaded for the page stays as it
    is, and is not asked for again."""
    if is_in_transaction():
        raise LookInsideATransaction
    rows = [
        {
            "at": clock.now(),
            "by_id": by.id,
            "person_id": person.id,
            "team_id": team.id if team else None,
            "field_group": group,
            "reason": reason,
            "is_allowed": allowed,
        }
        for person in of
    ]
    if rows:
        write_down(insert(ReadingEntry), rows)
