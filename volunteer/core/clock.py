"""The one source of the current time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from volunteer.core import zones

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """This moment, in UTC. Databases are never asked: tests set one clock, not two."""
    return _pretended.get() or datetime.now(UTC)


def today() -> date:
    """The day at home, for what is no team's: a team has its own (team.today)."""
    return zones.day_in(zones.HOME_ZONE, now())


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Within the block it is this moment: how the demo gets a past."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
