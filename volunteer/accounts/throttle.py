"""Guessing is slow: wrong tries are counted in the database, so that all processes agree.

A try is counted before it is looked at, and given back when it was right: however many
processes try at the same moment, no more than the limit are looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from volunteer.accounts.errors import TooManyTries
from volunteer.accounts.models import WrongTry
from volunteer.core import clock, encryption
from volunteer.core.bulk import insert_into
from volunteer.core.database import session, transaction

WINDOW = timedelta(minutes=15)
# Tries are counted by the minute, so that the window moves on with the clock.
STEP = timedelta(minutes=1)
TRIES = 10
# One community often shares one address, so a place may be wrong more often than a name.
TRIES_FROM_ONE_PLACE = 100
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """What may be tried in vain only so often: a sign-in name, a phone, a card, a place."""

    kind: str
    value: str
    tries: int = TRIES


def from_place(caller: str) -> Limit:
    """The limit of one place, whatever is tried from there, at whichever door."""
    return Limit("caller", caller, TRIES_FROM_ONE_PLACE)


@contextmanager
def one_try(*limits: Limit) -> Iterator[None]:
    """Within the block one thing is tried; it counts against all these limits if it fails.

    Raises TooManyTries before the block when one of them is used up.
    """
    minute = take(*limits)
    yield
    with transaction():
        for limit in limits:
            give_back(limit, minute)


def take(*limits: Limit) -> datetime:
    """Count one more of each; answers the minute it counts for. Raises TooManyTries."""
    minute = step_of(clock.now())
    with transaction():
        for limit in limits:
            add(limit.kind, limit.value, minute)
            check(limit.kind, limit.value, tries=limit.tries + 1)
    return minute


def step_of(now: datetime) -> datetime:
    """The minute that this moment lies in."""
    seconds = int(STEP.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)


def subject_of(kind: str, value: str) -> str:
    """What stands for it in the table: without our key nobody can try all phones and places."""
    return encryption.fingerprint(f"{kind}:{value}")


def count(kind: str, value: str) -> int:
    """How often this was tried in vain within the last window."""
    now = clock.now()
    return (
        session.scalar(
            select(func.sum(WrongTry.count)).where(
                WrongTry.subject == subject_of(kind, value),
                WrongTry.window_start > now - WINDOW - STEP,
                # Those of a clock that was ahead for a while would shut the door until then.
                WrongTry.window_start < now + STEP,
            )
        )
        or 0
    )


def check(kind: str, value: str, *, tries: int = TRIES) -> None:
    """Raises TooManyTries when this was tried in vain too often within the window."""
    if count(kind, value) >= tries:
        raise TooManyTries


def add(kind: str, value: str, minute: datetime) -> None:
    statement = insert_into(WrongTry).values(
        subject=subject_of(kind, value), window_start=minute, count=1
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["subject", "window_start"], set_={"count": WrongTry.count + 1}
        )
    )


def give_back(limit: Limit, minute: datetime) -> None:
    session.execute(
        update(WrongTry)
        .where(
            WrongTry.subject == subject_of(limit.kind, limit.value),
            WrongTry.window_start == minute,
        )
        .values(count=WrongTry.count - 1)
        .execution_options(synchronize_session=False)
    )


def forget_old(now: datetime) -> None:
    """Throw away what counts no more."""
    with transaction():
        session.execute(
            delete(WrongTry)
            .where(WrongTry.window_start < now - KEPT)
            .execution_options(synchronize_session=False)
        )
