"""What may go wrong beneath and around the web server: killed workers, a database that is started
again or falls silent, a full disk, a new version started beside the old one (`make chaos`)."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text

from bench import process, writers
from bench.figures import Figure, at_least, at_most
from bench.writers import CUT
from tests import racing
from tests.conftest import fresh_database
from tests.reliability import test_database_restart as restarting
from tests.servers import Browser, master, migrated, speaking_to, web_server
from tests.silence import line_to
from volunteer.core.database import session

PEOPLE = 6
# So often killed, and so much said to be saved at least.
KILLS, SAVED = 100, 2000
RESTARTS = ("fast", "immediate") * 2
SILENT_SECONDS = 30
# A disk of so many MiB, of which so many bytes are left; no more lines than this fit into them.
DISK_MIB, ROOM_LEFT, MOST_THAT_FITS = 12, 200_000, 3000
NEW_VERSIONS = 4


def workers_killed(kind: str, folder: Path) -> Iterator[Figure]:
    """A hundred times a worker at random (SIGKILL), while people write."""
    seed = racing.new_seed()
    chance = random.Random(seed)
    with migrated(kind, folder, "workers") as url:
        found = writers.doors(PEOPLE)
        with (
            web_server(url, folder, workers=4, LOG_LEVEL="CRITICAL") as server,
            writers.writing(server.port, found) as people,
        ):
            for _kill in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.4))
                workers = process.tree(server.process.pid)[1:]
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(workers), signal.SIGKILL)
                assert server.process.poll() is None, server.said()
            while writers.answers_of(people)[302] < SAVED:
                time.sleep(0.5)
        answers, lost = writers.answers_of(people), writers.lost(people)
        if kind == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            session.remove()
    faults = sum(count for status, count in answers.items() if status not in {302, CUT})
    beside = {"kills": KILLS, "cut_off": answers[CUT], "seed": seed}
    yield Figure("workers killed, lost", kind, lost, None, at_most(0), beside=beside)
    yield Figure("workers killed, saved", kind, answers[302], None, at_least(SAVED))
    yield Figure("workers killed, faults", kind, faults, None, at_most(0))


def restarted(kind: str, folder: Path) -> Iterator[Figure]:
    """PostgreSQL, twice `fast` and twice `immediate`."""
    if kind == "postgresql":
        with restarting.server_of_our_own() as server:
            saved = restarting.go_through(server, folder, messages=1500, restarts=RESTARTS)
        yield Figure(
            "database started again, saved and kept", kind, saved, None, at_least(500),
            beside={"restarts": len(RESTARTS)},
        )  # fmt: skip


def silent(kind: str, folder: Path) -> Iterator[Figure]:
    """PostgreSQL takes everything and answers nothing for half a minute."""
    if kind != "postgresql":
        return
    with migrated(kind, folder, "silence") as url:
        # No more than one process has threads: who waits for a thread waits for those before them.
        found = writers.doors(4)
        with (
            line_to(url) as (address, line),
            web_server(address, folder, workers=2, LOG_LEVEL="CRITICAL") as server,
            writers.writing(server.port, found) as people,
        ):
            time.sleep(2)
            line.fall_silent()
            time.sleep(SILENT_SECONDS)
            line.speak()
            back = seconds_until_all_save(server.port, people)
        answers, lost = writers.answers_of(people), writers.lost(people)
        longest = max(seconds for one in people for seconds in one.seconds)
    assert set(answers) == {302, 503}, answers
    beside = {"refused": answers[503], "saved": answers[302]}
    yield Figure("database silent, longest answer", kind, longest, None, at_most(10), unit="s")
    yield Figure("database silent, back after", kind, back, None, at_most(5), unit="s")
    yield Figure("database silent, lost", kind, lost, None, at_most(0), beside=beside)


def seconds_until_all_save(port: int, people: list[writers.Writer]) -> float:
    """From now until each of them has been told once more that something is saved."""
    began = time.monotonic()
    before = [one.answers[302] for one in people]
    while any(one.answers[302] <= was for one, was in zip(people, before, strict=True)):
        assert time.monotonic() - began < racing.PATIENCE_SECONDS
        assert Browser(port).get("/privacy").status == 200
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of a few megabytes; None where this user may mount none."""
    place = folder / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "none", str(place)]
    if not shutil.which("mount") or subprocess.run(words, check=False).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def full_disk(kind: str, folder: Path) -> Iterator[Figure]:
    """SQLite's is full, and then larger, without a restart."""
    if kind != "sqlite":
        return
    with small_disk(folder) as disk:
        if disk is None:
            print("A full disk: nobody may mount one here.", file=sys.stderr)
            return
        with fresh_database(kind, disk, "full", like=master(kind)) as url, speaking_to(url):
            ((number, door),) = writers.doors(1)
            with web_server(url, folder, workers=2, LOG_LEVEL="CRITICAL") as server:
                writer = writers.Writer(number, door, Browser(server.port))
                writer.come_in()
                assert writer.save() == 302
                (disk / "filler").write_bytes(b"x" * (shutil.disk_usage(disk).free - ROOM_LEFT))
                while writer.save() == 302:
                    assert writer.times < MOST_THAT_FITS
                refused = writer.answers.total() - writer.answers[302]
                pages = [
                    writer.browser.get(path).status
                    for path in ("/", "/my-week", "/settings", "/settings/messages")
                ]
                larger = f"remount,size={4 * DISK_MIB}m"
                subprocess.run(["mount", "-o", larger, str(disk)], check=True)
                again = [writer.save() for _time in range(5)]
                writer.browser.close()
            lost = writers.lost([writer])
    beside = {"statuses": dict(writer.answers), "pages": pages, "again": again}
    read = pages.count(200)
    yield Figure("full disk, refused as such", kind, writer.answers[507], refused, at_least(1))
    yield Figure("full disk, pages read", kind, read, len(pages), at_least(1), beside=beside)
    yield Figure("full disk, saved with room", kind, again.count(302), len(again), at_least(1))
    yield Figure("full disk, lost", kind, lost, None, at_most(0))


def beside_the_old(kind: str, folder: Path) -> Iterator[Figure]:
    """A new gunicorn is started beside the old one, which then ends, as docs/operations.md says."""
    with migrated(kind, folder, "versions") as url:
        found = writers.doors(PEOPLE)
        with web_server(url, folder, workers=2, LOG_LEVEL="CRITICAL") as server:
            first = server.process.pid
            with writers.writing(server.port, found, by_proxy=True) as people:
                for _version in range(NEW_VERSIONS):
                    first = replaced(first)
            os.kill(first, signal.SIGTERM)
        answers, lost = writers.answers_of(people), writers.lost(people)
    failed = answers.total() - answers[302]
    beside = {"times": NEW_VERSIONS, "statuses": dict(answers)}
    yield Figure(
        "a new version beside the old, failed", kind, failed, None, at_most(0), beside=beside
    )
    yield Figure("a new version beside the old, saved", kind, answers[302], None, at_least(1500))
    yield Figure("a new version beside the old, lost", kind, lost, None, at_most(0))


def replaced(first: int) -> int:
    """The number of the process that has taken this one's place."""
    before = set(process.tree(first))
    os.kill(first, signal.SIGUSR2)
    time.sleep(6)
    new = [one for one in process.tree(first) if one not in before]
    # The first of them is the one that has started the others.
    os.kill(first, signal.SIGTERM)
    time.sleep(2)
    return new[0]


PARTS = {
    "workers": workers_killed,
    "restarts": restarted,
    "silence": silent,
    "disk": full_disk,
    "versions": beside_the_old,
}
