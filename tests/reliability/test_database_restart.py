"""PostgreSQL is restarted in the middle of everything: it costs seconds and nothing else (R16)."""

import importlib.util
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from tests import sending
from tests.factories.people import PersonFactory
from tests.racing import processes
from tests.sending import open_mailbox
from tests.servers import ROOT, Browser, speaking_to, web_server
from volunteer import create_app, scheduler
from volunteer.accounts import personal_links
from volunteer.audit.models import AuditEntry
from volunteer.core import migrating
from volunteer.core.database import session, transaction
from volunteer.notifications import letters
from volunteer.notifications.models import MessageStatus

MESSAGES = 300
BROWSERS = 3
RESTARTS = ("fast", "immediate")
# Before the first restart, between them, and after the last one.
PAUSE_SECONDS = 1.5
# Once the database is back, the service is: by itself, however busy the machine.
HEALS_IN_SECONDS = 8

pytestmark = pytest.mark.processes


@dataclass
class Visitor:
    """Somebody who changes their quiet hours again and again, and heeds every answer."""

    number: int
    browser: Browser
    answers: list[tuple[float, int]] = field(default_factory=list)

    def go_on(self, is_over: threading.Event) -> None:
        minute = 0
        while not is_over.is_set():
            minute += 1
            # Each is another one, so that each that is taken leaves its line in the trail.
            wall = f"{12 + minute // 60 % 11}:{minute % 60:02}"
            answer = self.browser.post(
                "/settings/messages",
                told_by="",
                quiet="own",
                quiet_from=wall,
                quiet_until="23:59",
            )
            self.answers.append((time.monotonic(), answer.status))
            # No faster than a hundred people who press in turn.
            time.sleep(0.02)


@pytest.fixture
def server() -> Iterator[Any]:
    with server_of_our_own() as running:
        yield running


@contextmanager
def server_of_our_own() -> Iterator[Any]:
    """A PostgreSQL of our own that keeps what it has said is kept, as in real use."""
    path = ROOT / "ops" / "with-postgres"
    loader = SourceFileLoader("with_postgres", str(path))
    spec = importlib.util.spec_from_loader("with_postgres", loader)
    assert spec is not None
    starter = importlib.util.module_from_spec(spec)
    loader.exec_module(starter)
    with (
        tempfile.TemporaryDirectory(prefix="linli-pg-", dir="/tmp") as folder,
        starter.running_server(Path(folder), synchronous_commit="on") as running,
    ):
        yield running


def new_database(server: Any) -> str:
    admin = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE linli"))
    admin.dispose()
    return make_url(server.url).set(database="linli").render_as_string(hide_password=False)


def serve(url: str, port: int) -> None:
    """The clock as it is served: what fails is logged, and the next tick comes."""
    app = create_app(sending.settings(url, port))
    letters.written_by(sending.KIND, sending.write)
    scheduler.build_scheduler(app).start()


def test_a_restart_loses_nothing_that_was_said_to_be_saved_and_heals_by_itself(server, tmp_path):
    go_through(server, tmp_path, messages=MESSAGES, restarts=RESTARTS)


def go_through(server: Any, folder: Path, *, messages: int, restarts: Sequence[str]) -> int:
    """These restarts, while people write and messages go out; answers how often somebody was told
    that something is saved, and all of it was."""
    url = new_database(server)
    with speaking_to(url):
        migrating.upgrade()
        people = PersonFactory.create_batch(BROWSERS)
        links = {p.id: f"/links/{personal_links.make(p, by=None)}" for p in people}
        sending.post(messages)
        session.remove()
        with open_mailbox(delay=0.005) as mailbox, web_server(url, folder, workers=2) as web:
            visitors = [Visitor(number, Browser(web.port)) for number in links]
            for visitor in visitors:
                visitor.browser.come_in(links[visitor.number])
            clock = processes.Process(target=serve, args=(url, mailbox.port), daemon=True)
            clock.start()
            assert mailbox.arrived.wait(sending.PATIENCE_SECONDS)

            back_at = restart_meanwhile(server, visitors, restarts)

            session.get_bind().engine.dispose()
            end = time.monotonic() + sending.PATIENCE_SECONDS
            while sending.counts()[MessageStatus.WAITING] and time.monotonic() < end:
                time.sleep(0.1)
            for visitor in visitors:
                visitor.browser.close()
            # Nobody had to start them again.
            assert clock.is_alive()
            assert web.process.poll() is None
            clock.kill()
            clock.join()

        answers = Counter(status for visitor in visitors for _at, status in visitor.answers)
        assert set(answers) == {302, 503}
        assert answers[302] > 50
        assert_all_kept(visitors)
        last_error = max(at for v in visitors for at, status in v.answers if status == 503)
        assert last_error - back_at < HEALS_IN_SECONDS
        assert sending.counts()[MessageStatus.SENT] == messages
        assert set(mailbox.got) == sending.expected()
        # At most the letter in flight, each time.
        assert mailbox.repeats <= len(restarts)
        session.remove()
        session.get_bind().engine.dispose()
    return answers[302]


def restart_meanwhile(server: Any, visitors: list[Visitor], restarts: Sequence[str]) -> float:
    """Restart the server under load; answers when it was back for the last time."""
    is_over = threading.Event()
    threads = [threading.Thread(target=v.go_on, args=[is_over], daemon=True) for v in visitors]
    for thread in threads:
        thread.start()
    time.sleep(PAUSE_SECONDS)
    back_at = 0.0
    for mode in restarts:
        server.restart(mode)
        back_at = time.monotonic()
        time.sleep(PAUSE_SECONDS)
    # The answers after the last one show that it heals.
    time.sleep(PAUSE_SECONDS)
    is_over.set()
    for thread in threads:
        thread.join(sending.PATIENCE_SECONDS)
    return back_at


def assert_all_kept(visitors: list[Visitor]) -> None:
    """For each “saved” there is its line of the trail; maybe more, for an answer may get lost."""
    with transaction():
        kept = Counter(
            number
            for (number,) in session.query(AuditEntry.by_id).filter_by(action="choices.changed")
        )
    for visitor in visitors:
        saved = sum(status == 302 for _at, status in visitor.answers)
        errors = sum(status == 503 for _at, status in visitor.answers)
        assert saved <= kept[visitor.number] <= saved + errors
        assert visitor.answers[-1][1] == 302
