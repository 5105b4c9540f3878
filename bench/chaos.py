"""What may go wrong with sending, done on purpose: `python -m bench.chaos`.

Followed by how many KILLS, MESSAGES and REMINDERS, if not the full 200, 5,000 and 10,000; or by
names of parts, for these alone. Senders are killed at random moments; two schedulers at once, with
four web workers beside them, plan and send one week; what else there is stands in bench/outages.py,
bench/old_rows.py, bench/proxied.py (where nginx is) and bench/soak.py (SOAK_MINUTES, if not 30).
Figures as those of `python -m
bench`; ends with 1 when one fails.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench import mail, old_rows, outages, proxied, soak, world
from bench.figures import Figure, at_least, at_most, keep, table
from bench.pages import filled
from tests import racing, sending
from tests.sending import Mailbox
from tests.servers import ROOT, Browser, environment, migrated, web_server
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import MessageStatus
from volunteer.reminders import books
from volunteer.reminders.week_ahead import WEEK_AHEAD

Part = Callable[[str, Path], Iterator[Figure]]
# How many kills, messages and reminders.
FULL = (200, 5000, 10_000)
# As long as one of them still waits, but no longer.
PATIENCE_SECONDS = 1800


def killed(kind: str, folder: Path, *, kills: int, messages: int) -> Iterator[Figure]:
    seed = racing.new_seed()
    with migrated(kind, folder, "chaos") as url:
        sending.post(messages)
        began = time.perf_counter()
        with sending.open_mailbox(delay=0.002) as mailbox:
            hits = sending.kill_again_and_again(url, mailbox, times=kills, seed=seed)
            sending.finish(url, mailbox, patience=PATIENCE_SECONDS)
        beside = {
            "kills": hits,
            "messages": messages,
            "seed": seed,
            "seconds": round(time.perf_counter() - began),
        }
        lost = len(sending.expected() - set(mailbox.got))
        sent = sending.counts()[MessageStatus.SENT]
    yield Figure("killed, lost", kind, lost, None, at_most(0), beside=beside)
    yield Figure("killed, extra", kind, mailbox.repeats, None, at_most(kills), beside=beside)
    yield Figure("killed, most for one", kind, mailbox.most_for_one, None, at_most(3))
    yield Figure("killed, end as sent", kind, sent, messages, at_least(1))


def started_twice(kind: str, folder: Path, *, reminders: int) -> Iterator[Figure]:
    """Two schedulers by mistake, as they are deployed, and people who use the service meanwhile."""
    size = world.Size(
        teams=reminders // mail.A_TEAM, people_a_team=mail.A_TEAM, activities_a_team=2
    )
    with filled(kind, folder, size) as url, sending.open_mailbox() as mailbox:
        mail.make_due()
        began = time.perf_counter()
        with web_server(url, folder, workers=4) as web, readers(web.port), ExitStack() as clocks:
            for _number in range(2):
                clocks.enter_context(scheduler(url, mailbox))
            wait_for(reminders)
        beside = {"seconds": round(time.perf_counter() - began), "schedulers": 2, "web_workers": 4}
        sent = sending.counts(WEEK_AHEAD)[MessageStatus.SENT]
        missing = books.count_missing(clock.now())
        session.remove()
    yield Figure("two schedulers, sent", kind, sent, reminders, at_least(1), beside=beside)
    yield Figure("two schedulers, duplicates", kind, mailbox.repeats, None, at_most(0))
    yield Figure("two schedulers, missing in the books", kind, missing, None, at_most(0))


@contextmanager
def scheduler(url: str, mailbox: Mailbox) -> Iterator[None]:
    env = environment(
        url,
        SMTP_PORT=str(mailbox.port),
        PLAN_EVERY_SECONDS="5",
        SEND_EVERY_SECONDS="2",
        LOG_LEVEL="ERROR",
    )
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        yield
        assert process.poll() is None, "a scheduler ended"
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


@contextmanager
def readers(port: int) -> Iterator[None]:
    """Somebody who looks at the first page, again and again."""
    over = threading.Event()

    def read() -> None:
        browser = Browser(port)
        while not over.wait(0.1):
            assert browser.get("/").status == 200

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()


def wait_for(reminders: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        # What else they plan may be due tomorrow only.
        found = sending.counts(WEEK_AHEAD)
        if found[None] >= reminders and not found[MessageStatus.WAITING]:
            return
        time.sleep(0.5)


def parts(numbers: Sequence[int]) -> dict[str, Part]:
    kills, messages, reminders = [*numbers, *FULL[len(numbers) :]]
    return {
        "senders": partial(killed, kills=kills, messages=messages),
        "schedulers": partial(started_twice, reminders=reminders),
        **outages.PARTS,
        **old_rows.PARTS,
        **proxied.PARTS,
        **soak.PARTS,
    }


def main(arguments: Sequence[str]) -> int:
    there_are = parts([int(word) for word in arguments if word.isdecimal()])
    wanted = [word for word in arguments if not word.isdecimal()]
    if unknown := set(wanted) - set(there_are):
        sys.exit(f"There is no {', '.join(unknown)}; there are: {', '.join(there_are)}.")
    kinds = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRES_URL") else [])]
    figures = []
    with tempfile.TemporaryDirectory() as name:
        for part in wanted or there_are:
            for kind in kinds:
                for figure in there_are[part](kind, Path(tempfile.mkdtemp(dir=name))):
                    figures.append(figure)
                    keep(figure)
    print(table(figures))
    return int(any(figure.holds(figure.must) is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
