"""People who write again and again, and heed every answer: was what they were told true?"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.factories.people import PersonFactory
from tests.servers import Browser
from volunteer.accounts import personal_links
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session

# No faster than a hundred people who press in turn.
PAUSE_SECONDS = 0.02
# A connection that was cut: the answer is not known.
CUT = 0


@dataclass
class Writer:
    """Somebody who changes their quiet hours, each time to others: each leaves its line."""

    number: int
    door: str
    browser: Browser
    # The shipped proxy asks for each page by a new connection; else one is kept, as browsers do.
    by_proxy: bool = False
    answers: Counter[int] = field(default_factory=Counter)
    # Of each answer how long it took.
    seconds: list[float] = field(default_factory=list)
    times: int = 0

    def come_in(self) -> None:
        self.browser.come_in(self.door)

    def save(self) -> int:
        self.times += 1
        # From 8:00 on: more than sixteen hours of quiet the form does not take.
        wall = f"{8 + self.times // 60 % 15:02}:{self.times % 60:02}"
        began = time.monotonic()
        try:
            status = self.browser.post(
                "/settings/messages", told_by="", quiet="own", quiet_from=wall, quiet_until="23:59"
            ).status
        except (OSError, HTTPException):
            status = CUT
        if self.by_proxy or status == CUT:
            self.browser.close()
        self.answers[status] += 1
        self.seconds.append(time.monotonic() - began)
        return status

    def go_on(self, is_over: threading.Event) -> None:
        while not is_over.is_set():
            self.save()
            time.sleep(PAUSE_SECONDS)


def doors(count: int) -> list[tuple[int, str]]:
    """So many new people, each with a personal link."""
    people = PersonFactory.create_batch(count)
    found = [(one.id, f"/links/{personal_links.make(one, by=None)}") for one in people]
    session.remove()
    return found


@contextmanager
def writing(
    port: int, found: Sequence[tuple[int, str]], *, by_proxy: bool = False
) -> Iterator[list[Writer]]:
    """All of them are signed in and write, each in a thread of its own, to the end of the block."""
    is_over = threading.Event()
    writers = [Writer(number, door, Browser(port), by_proxy) for number, door in found]
    for writer in writers:
        writer.come_in()
    threads = [threading.Thread(target=one.go_on, args=[is_over], daemon=True) for one in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
        for writer in writers:
            writer.browser.close()


def answers_of(writers: Sequence[Writer]) -> Counter[int]:
    return sum((writer.answers for writer in writers), Counter[int]())


def lost(writers: Sequence[Writer]) -> int:
    """How much of what was said to be saved is not there; and what was neither sent nor answered
    must not be there either."""
    session.remove()
    query = session.query(AuditEntry.by_id).filter_by(action="choices.changed")
    kept = Counter(number for (number,) in query)
    session.remove()
    found = 0
    for writer in writers:
        unknown = writer.answers.total() - writer.answers[302]
        assert kept[writer.number] <= writer.answers[302] + unknown
        found += max(0, writer.answers[302] - kept[writer.number])
    return found
