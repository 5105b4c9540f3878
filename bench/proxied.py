"""Behind the reverse proxy of docs/operations.md (`make chaos`): is nobody cut off while workers
are replaced, do slow callers hold up the others (R27)?"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from bench import promises
from bench.callers import bare_line, signed_in
from bench.figures import Figure, at_least, at_most
from bench.proxy import HOST, Proxy, set_up, there_is_one

# Twenty each that are slow in asking, in sending a form, in reading the answer.
SLOW_OF_A_KIND = 20
READERS, SECONDS = 4, 20
RELOADS, SECONDS_BETWEEN = 4, 5
CUT = 0


@dataclass
class Others:
    """Who read meanwhile: how long each answer took, and what it was."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def at(self, share: float) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * share)]


@contextmanager
def reading(proxy: Proxy, *, pause: float = 0.02) -> Iterator[Others]:
    others, over = Others(), threading.Event()

    def read(person: int) -> None:
        caller = signed_in(proxy, person)
        while not over.wait(pause):
            began = time.monotonic()
            try:
                status = caller.get("/").status
            except (OSError, HTTPException):
                status = CUT
            others.seconds.append(time.monotonic() - began)
            others.statuses[status] += 1
        caller.close()

    readers = [threading.Thread(target=read, args=(number,)) for number in range(1, READERS + 1)]
    for reader in readers:
        reader.start()
    try:
        yield others
    finally:
        over.set()
        for reader in readers:
            reader.join()


def reloaded(kind: str, folder: Path) -> Iterator[Figure]:
    """Four times all workers are replaced (SIGHUP), while people read."""
    if missing := list(there_is_one("workers replaced behind the proxy", kind)):
        yield from missing
        return
    with set_up(kind, folder) as (server, proxy), reading(proxy) as others:
        for _time in range(RELOADS):
            time.sleep(SECONDS_BETWEEN)
            os.kill(server.process.pid, signal.SIGHUP)
        time.sleep(SECONDS_BETWEEN)
    answered = others.statuses.total()
    failed = answered - others.statuses[200]
    beside = {"times": RELOADS, "answered": answered}
    yield Figure(
        "workers replaced behind the proxy, failed", kind, failed, None, at_most(0), beside=beside
    )


def slow_callers(kind: str, folder: Path) -> Iterator[Figure]:
    """Sixty connections that ask, send and read as slowly as they may, and people beside them."""
    if missing := list(there_is_one("slow callers, p99 of others", kind)):
        yield from missing
        return
    with set_up(kind, folder) as (_server, proxy):
        with reading(proxy) as calm:
            time.sleep(SECONDS / 4)
        with slow(proxy) as held, reading(proxy) as others:
            time.sleep(SECONDS)
            still = held()
    failed = others.statuses.total() - others.statuses[200]
    beside = {
        "slow": still,
        "others": others.statuses.total(),
        "without_ms": round(calm.at(0.99) * 1000),
    }
    yield Figure(
        "slow callers, p99 of others", kind, others.at(0.99), None, at_most(1), unit="s",
        beside=beside,
    )  # fmt: skip
    yield Figure("slow callers, others refused", kind, failed, None, at_most(0))
    # Else nobody was slow, and the figure above says nothing.
    yield Figure(
        "slow callers, still there at the end", kind, still, None, at_least(SLOW_OF_A_KIND)
    )


@contextmanager
def slow(proxy: Proxy) -> Iterator[Callable[[], int]]:
    """Hold them up; answers how many are still held."""
    over = threading.Event()
    alive: Counter[str] = Counter()

    def dribble(name: str, begin: bytes, more: bytes, takes: int) -> None:
        with suppress(OSError), bare_line(proxy, takes=takes) as line:
            line.sendall(begin)
            alive[name] += 1
            while not over.wait(0.5):
                try:
                    held = line.sendall(more) is None if more else line.recv(1)
                except OSError:
                    break
                if not held:
                    break
            alive[name] -= not over.is_set()

    ask = f"Host: {HOST}\r\n".encode()
    ways = {
        "asking": (b"GET / HTTP/1.1\r\n" + ask, b"X-A: b\r\n", 0),
        "sending": (
            b"POST /sign-in HTTP/1.1\r\n" + ask + b"Content-Length: 90000\r\n\r\n",
            b"a",
            0,
        ),
        "reading": ((b"GET / HTTP/1.1\r\n" + ask + b"\r\n") * 200, b"", 1024),
    }
    threads = [
        threading.Thread(target=dribble, args=(name, *way), daemon=True)
        for name, way in ways.items()
        for _number in range(SLOW_OF_A_KIND)
    ]
    for thread in threads:
        thread.start()
    time.sleep(2)
    try:
        yield alive.total
    finally:
        over.set()
        for thread in threads:
            thread.join(5)


PARTS = {"proxy": promises.promised, "reloads": reloaded, "slow": slow_callers}
