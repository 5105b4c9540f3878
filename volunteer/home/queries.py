"""Whether the service is well."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from volunteer.core import clock, heartbeat, migrating
from volunteer.notifications import queries as outbox
from volunteer.notifications.models import MessageStatus

# A message that waits longer than this should have gone.
LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Health:
    """What /healthz and the operator's page show."""

    last_tick: datetime | None
    is_ticking: bool
    schema: str | None
    newest_schema: str | None
    overdue: int
    counts: dict[MessageStatus, int]

    @property
    def is_well(self) -> bool:
        return self.is_ticking and self.schema == self.newest_schema


def health() -> Health:
    """How the service is now. Tables that nobody has told to expect a clock count as well."""
    now = clock.now()
    return Health(
        last_tick=heartbeat.last_beat(),
        is_ticking=not heartbeat.is_silent(now),
        schema=migrating.current(),
        newest_schema=migrating.newest(),
        overdue=outbox.count_overdue(now - LATE),
        counts=outbox.count_by_status(),
    )
