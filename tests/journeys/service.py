"""A running service: where it is, what its database holds, what it has sent."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select, text

from tests.journeys.mail import Mailbox
from tests.servers import speaking_to
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

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
        """Until no mail that is due waits in the outbox: what has not arrived by then never will.

        At night some wait for the morning, those of other stories among them.
        """
        wait_until(lambda: not self.mails_that_are_due(), "mails still wait")

    def mails_that_are_due(self) -> list[int]:
        with self.inside():
            return list(
                session.scalars(
                    select(OutboxMessage.id).where(
                        OutboxMessage.status == MessageStatus.WAITING,
                        OutboxMessage.channel == Channel.EMAIL,
                        OutboxMessage.due_at <= clock.now(),
                    )
                )
            )


def wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, complaint
        time.sleep(0.05)
