"""A mailbox that counts, and senders that are killed: for the tests of lost and doubled mail."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import true

from config import Testing
from tests.factories.people import PersonFactory
from tests.racing import processes
from tests.servers import free_port
from volunteer import create_app, scheduler
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import claiming, letters, outbox
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people.models import Person

# A kind of letter of our own: these tests are about going out, not about what is written.
KIND = "test_of_sending"
PATIENCE_SECONDS = 60


@dataclass
class Mailbox:
    """A real SMTP server in this process; keeps who got which message, never the letter."""

    got: list[tuple[str, str]] = field(default_factory=list)
    # As of a mail server that thinks a little: the moment between taking and being noted.
    delay: float = 0.0
    port: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        found = re.search(rb"^Message-ID:\s*<([^@>]+)", envelope.content, re.MULTILINE | re.I)
        assert found is not None
        for recipient in envelope.rcpt_tos:
            self.got.append((recipient, found[1].decode()))
        self.arrived.set()
        if self.delay:
            time.sleep(self.delay)
        return "250 stored"

    @property
    def repeats(self) -> int:
        return len(self.got) - len(set(self.got))

    @property
    def most_for_one(self) -> int:
        return max(Counter(self.got).values(), default=0)


@contextmanager
def open_mailbox(*, delay: float = 0.0) -> Iterator[Mailbox]:
    mailbox = Mailbox(delay=delay, port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def settings(url: str, port: int) -> Testing:
    """As in real use, but with a short lease and small batches."""
    return Testing(
        {
            "DATABASE_URL": url,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "linli@example.org",
            "LEASE_SECONDS": "2",
            "BATCH_SIZE": "5",
            "SEND_EVERY_SECONDS": "1",
            "LOG_LEVEL": "ERROR",
        }
    )


def post(count: int) -> None:
    """So many people, each with one message that is due."""
    people = PersonFactory.build_batch(count)
    with transaction():
        session.add_all(people)
    until = clock.now() + timedelta(hours=1)
    rows = [outbox.row(KIND, to=one, key="1", expires_at=until, about={}) for one in people]
    assert outbox.post_all(rows) == count
    session.remove()


def write(messages: Any) -> dict[int, Letter]:
    return {m.id: Letter(f"For {m.person.name}", f"Message {m.id}\n") for m in messages}


def claim_without_a_lease(
    _token: str, _channel: Channel, *, lease: timedelta, at_most: int
) -> list[int]:
    """What waits, for whoever asks first or second."""
    waiting = session.query(OutboxMessage.id).filter_by(status=MessageStatus.WAITING)
    return [number for (number,) in waiting.order_by(OutboxMessage.id).limit(at_most)]


def serve(url: str, port: int, guarded: bool) -> None:
    """A scheduler's process: the job that sends, again and again, until killed.

    `guarded=False` takes the lease out of the product: the control, which must repeat.
    """
    app = create_app(settings(url, port))
    if not guarded:
        claiming.claim = claim_without_a_lease
        claiming.is_ours = lambda _token: true()
    letters.written_by(KIND, write)
    job = next(job for job in scheduler.JOBS if job.name == "send-outbox")
    tick = scheduler.run_inside(app, job)
    while True:
        tick()
        time.sleep(0.05)


def start(url: str, port: int, *, guarded: bool = True) -> Any:
    process = processes.Process(target=serve, args=(url, port, guarded), daemon=True)
    process.start()
    return process


def kill_again_and_again(url: str, mailbox: Mailbox, *, times: int, seed: int) -> int:
    """Kill the sender (SIGKILL) so often, each time at a random moment after it began to send.

    Answers how many kills hit a sender that was sending; the last sender goes on to the end.
    """
    chance = random.Random(seed)
    hits = 0
    for _time in range(times):
        sender = start(url, mailbox.port)
        mailbox.arrived.clear()
        # A lease of the one before must run out first, if all the rest is claimed.
        assert mailbox.arrived.wait(PATIENCE_SECONDS), "nothing was sent at all"
        time.sleep(chance.uniform(0, 0.06))
        before = len(mailbox.got)
        assert sender.is_alive()
        sender.kill()
        sender.join()
        hits += before < counts()[None]
    return hits


def finish(
    url: str,
    mailbox: Mailbox,
    *,
    senders: int = 1,
    guarded: bool = True,
    patience: float = PATIENCE_SECONDS,
) -> None:
    """Let senders run until nothing waits any more."""
    running = [start(url, mailbox.port, guarded=guarded) for _number in range(senders)]
    end = time.monotonic() + patience
    while counts()[MessageStatus.WAITING] and time.monotonic() < end:
        assert all(sender.is_alive() for sender in running)
        time.sleep(0.05)
    for sender in running:
        sender.kill()
        sender.join()


def counts(*kinds: str) -> dict[MessageStatus | None, int]:
    """How many messages, or how many of these kinds, are in each state; under None all of them."""
    session.remove()
    asked = session.query(OutboxMessage.status)
    found = Counter(
        status for (status,) in (asked.filter(OutboxMessage.kind.in_(kinds)) if kinds else asked)
    )
    session.remove()
    return {None: found.total(), **{status: found[status] for status in MessageStatus}}


def expected() -> set[tuple[str, str]]:
    """Who should have got which message."""
    rows = session.query(Person.email, OutboxMessage.message_id).join(OutboxMessage.person)
    return {(str(email), number) for email, number in rows}
