"""Guessing is slow: wrong tries are counted in the database, so that all processes agree."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func, select

from volunteer.accounts.errors import TooManyTries
from volunteer.accounts.models import WrongTry
from volunteer.core import clock
from volunteer.core.database import insert_into, session, transaction

WINDOW = timedelta(minutes=15)
TRIES = 10
# One community often shares one address, so a place may be wrong more often than a name.
TRIES_FROM_ONE_PLACE = 100


def window_of(now: datetime) -> datetime:
    """The quarter of an hour that this moment lies in."""
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)


def subject_of(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def count(kind: str, value: str) -> int:
    return (
        session.scalar(
            select(func.sum(WrongTry.count)).where(
                WrongTry.subject == subject_of(kind, value),
                WrongTry.window_start == window_of(clock.now()),
            )
        )
        or 0
    )


def check(kind: str, value: str, *, tries: int = TRIES) -> None:
    """Raises TooManyTries when this was tried in vain too often within the window."""
    if count(kind, value) >= tries:
        raise TooManyTries


def note(kind: str, value: str) -> None:
    """One more wrong try."""
    statement = insert_into(WrongTry).values(
        subject=subject_of(kind, value), window_start=window_of(clock.now()), count=1
    )
    with transaction():
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["subject", "window_start"], set_={"count": WrongTry.count + 1}
            )
        )
