"""The one source of the current time."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC. Databases are never asked: tests set one clock, not two."""
    return datetime.now(UTC)
