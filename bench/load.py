"""Many browsers at once, on this machine only: what each was answered, and how long it took."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Call:
    """One request: a page to read, or a form to send."""

    path: str
    cookie: str = ""
    form: dict[str, object] | None = None

    def wire(self, port: int) -> bytes:
        body = urlencode(self.form).encode() if self.form is not None else b""
        lines = [
            f"{'GET' if self.form is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: {HOST}:{port}",
            f"Cookie: {self.cookie}",
        ]
        if self.form is not None:
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Answers:
    """What came of a round; status 0 is a connection that was cut."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    # What was sent and never answered.
    cut: list[Call] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    body_bytes: int = 0

    @property
    def per_second(self) -> float:
        return self.statuses.total() / self.seconds

    @property
    def faults(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 500)


class Connection:
    """One connection that is kept; made anew when the other side has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(HOST, self.port, limit=1 << 20)
        return self.streams

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None

    async def ask(self, call: Call) -> tuple[int, bytes]:
        """Status and body. Raises ConnectionError or IncompleteReadError when it was cut."""
        reader, writer = await self.open()
        writer.write(call.wire(self.port))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
        body = await reader.readexactly(length)
        if "\r\nconnection: close" in head:
            self.close()
        return status, body


async def send_all(
    port: int, calls: Sequence[Call], at_once: int, *, opened_first: bool = False
) -> Answers:
    answers = Answers()
    left: Iterator[Call] = iter(calls)
    connections = [Connection(port) for _number in range(at_once)]
    if opened_first:
        # Not all in one moment: how long the queue of a port may be is another question.
        for connection in connections:
            await connection.open()

    async def browser(connection: Connection) -> None:
        for call in left:
            began = time.perf_counter()
            try:
                status, body = await connection.ask(call)
            except (OSError, asyncio.IncompleteReadError):
                connection.close()
                status, body = 0, b""
                answers.cut.append(call)
            answers.milliseconds.append((time.perf_counter() - began) * 1000)
            answers.statuses[status] += 1
            answers.body_bytes = max(answers.body_bytes, len(body))

    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*map(browser, connections))
    answers.seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return answers


def send(port: int, calls: Sequence[Call], at_once: int, *, opened_first: bool = False) -> Answers:
    """Send all these, so many at a time; each browser keeps its connection."""
    return asyncio.run(send_all(port, calls, at_once, opened_first=opened_first))
