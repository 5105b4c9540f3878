"""The web server under an even load for a while: does it stay as small as it was (`make chaos`)?"""

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url, text

from bench import browsers, load, process, world
from bench.figures import Figure, at_most
from bench.pages import filled
from tests.servers import web_server
from volunteer.core.database import session

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
A_SECOND = 20
# What each process loads and keeps at its first pages is no growth.
WARM_UP_SHARE = 0.2
MIB = 1024**2


def soak(kind: str, folder: Path) -> Iterator[Figure]:
    with (
        filled(kind, folder, world.SMALL) as url,
        web_server(url, folder, workers=2, LOG_LEVEL="CRITICAL") as server,
    ):
        calls = [
            load.Call(path, browsers.our_cookie(person))
            for person in range(1, 41)
            for path in ("/", "/my-week", "/settings", "/teams")
        ]
        statuses: Counter[int] = Counter()
        memory, connections, wal = [], [], [0.0]
        is_over = threading.Event()

        def look() -> None:
            while not is_over.wait(5):
                memory.append(process.pss_mib(server.process.pid))
                connections.append(open_connections(kind, server.process.pid))
                wal.append(wal_mib(url))

        watcher = threading.Thread(target=look)
        watcher.start()
        end = time.monotonic() + MINUTES * 60
        try:
            while time.monotonic() < end:
                began = time.monotonic()
                part = calls[statuses.total() % len(calls) :][:A_SECOND]
                statuses.update(load.send(server.port, part, 4).statuses)
                time.sleep(max(0.0, len(part) / A_SECOND - (time.monotonic() - began)))
        finally:
            is_over.set()
            watcher.join()
    first = int(len(memory) * WARM_UP_SHARE)
    early, late = sum(memory[first : first + 3]) / 3, sum(memory[-3:]) / 3
    faults = sum(count for status, count in statuses.items() if status != 200)
    beside = {"minutes": MINUTES, "requests": statuses.total(), "mib": round(late)}
    yield Figure("soak, memory", kind, late, early, at_most(1.1), unit="MiB", beside=beside)
    yield Figure(
        "soak, connections", kind, connections[-1], None, at_most(max(connections[first:]))
    )
    yield Figure("soak, most in the WAL", kind, max(wal), None, at_most(64), unit="MiB")
    yield Figure("soak, faults", kind, faults, None, at_most(0))


def open_connections(kind: str, number: int) -> int:
    """To the database, of all of the server's processes."""
    if kind == "postgresql":
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        count = int(session.scalar(text(query)) or 0)
        session.remove()
        return count
    found = 0
    for one in process.tree(number):
        for link in Path(f"/proc/{one}/fd").iterdir():
            try:
                found += bool(re.search(r"\.sqlite3$", str(link.readlink())))
            except OSError:
                continue
    return found


def wal_mib(url: str) -> float:
    if not url.startswith("sqlite"):
        return 0.0
    file = Path(f"{make_url(url).database}-wal")
    return file.stat().st_size / MIB if file.exists() else 0.0


PARTS = {"soak": soak}
