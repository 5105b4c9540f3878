"""Who is told that there is something to send: the clock of this machine, or workers on others.

Whatever is told, the outbox alone says what is to be sent, and a claim whose it is. A word that
gets lost costs a few seconds, never a message.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from volunteer.core import clock

A_MINUTE = timedelta(minutes=1)


class Dispatcher(Protocol):
    """Something that has messages sent elsewhere."""

    def announce(self, counts: Mapping[datetime, int]) -> None:
        """So many messages are due by then. Belongs to the transaction that posts them."""

    def sweep(self) -> None:
        """Have everything sent that is due by now: second tries, and what a dead worker left."""


class Chosen:
    """The one that this process tells; None: the built-in sender looks by itself."""

    dispatcher: Dispatcher | None = None


def use(dispatcher: Dispatcher | None) -> None:
    Chosen.dispatcher = dispatcher


def announce(moments: Iterable[datetime]) -> None:
    """Messages are due at these moments; called in the transaction that posts them."""
    if Chosen.dispatcher is None:
        return
    now = clock.now()
    counts = Counter(now if moment <= now else full_minute(moment) for moment in moments)
    if counts:
        Chosen.dispatcher.announce(counts)


def full_minute(moment: datetime) -> datetime:
    """The next one, so that those due at nearly the same time are told of together."""
    begun = moment.replace(second=0, microsecond=0)
    return begun if begun == moment else begun + A_MINUTE


def sweep() -> bool:
    """Let the workers look for what is due; False when there are none, and we have to."""
    if Chosen.dispatcher is None:
        return False
    Chosen.dispatcher.sweep()
    return True
