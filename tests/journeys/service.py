"""A running service: where it is, what its database holds, what it has sent."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import text

from tests.journeys.mail import Mailbox
from tests.servers import speaking_to
from volunteer.core.database import session

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Service:
    url: str
    base: str
    mailbox: Mailbox

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Within the block the use cases work on this service's database."""
        with speaking_to(self.url):
            yield

    def ask(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """The rows that a query finds now."""
        with self.inside():
            return [tuple(row) for row in session.execute(text(statement), values)]

    def count(self, *tables: str) -> list[int]:
        with self.inside():
            return [session.execute(text(f"SELECT count(*) FROM {t}")).scalar() for t in tables]  # noqa: S608 - our own names

    def wait_until_all_is_sent(self) -> None:
        """Until no mail waits in the outbox: whatever has not arrived by then never will."""
        waiting = "SELECT count(*) FROM outbox_messages WHERE status='waiting' AND channel='email'"
        wait_until(lambda: self.ask(waiting) == [(0,)], "mails still wait")


def wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, complaint
        time.sleep(0.05)
