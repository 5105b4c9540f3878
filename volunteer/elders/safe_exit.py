"""Whether the visitors are safely out of a home: asked when nobody has written down the visit.

They say so with one button, or by writing down how it went; when they do not, the coordinators
hear of it and call them.
"""

from datetime import datetime, timedelta

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.elders import notices, queries
from volunteer.elders.errors import VisitIsOver
from volunteer.elders.models import Visit
from volunteer.people.models import Person

# So long after its planned end the visitors are asked; as long again, and the coordinators hear it.
ASKED_AFTER = timedelta(minutes=30)
TOLD_AFTER = timedelta(minutes=60)


def ask(now: datetime) -> int:
    """Ask the visitors, tell the coordinators, each once; answers how many messages were new."""
    silent = queries.list_without_word(now, since=ASKED_AFTER)
    if not silent:
        return 0
    with transaction():
        late = [visit for visit in silent if visit.ends_at + TOLD_AFTER <= now]
        return notices.ask_whether_they_are_out(silent) + notices.tell_that_nobody_said(late)


def arrive(visit: Visit, *, by: Person) -> None:
    """The visitors are at the door. Raises VisitIsOver; twice changes nothing."""
    with transaction():
        hold(visit)
        if visit.arrived_at is None:
            visit.arrived_at = clock.now()
            record("visit.arrived", visit, by)


def leave(visit: Visit, *, by: Person) -> None:
    """They are safely out; how it went is written down when there is time. Raises VisitIsOver;
    twice changes nothing."""
    with transaction():
        hold(visit)
        if visit.safe_out_at is None:
            visit.safe_out_at, visit.safe_out_by_id = clock.now(), by.id
            record("visit.safe_out", visit, by)


def hold(visit: Visit) -> None:
    lock(visit.elder, visit)
    if not visit.is_planned:
        raise VisitIsOver


def record(action: str, visit: Visit, by: Person) -> None:
    trail.record(action, visit, by=by, person=visit.elder.person, team=visit.team,
                 day=visit.day.isoformat())  # fmt: skip
