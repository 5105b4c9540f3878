"""A mail server in a process of its own: `python -m bench.sink PORT [SECONDS]`.

Takes every letter, after thinking for so many seconds as a real one does, and keeps none.
"""

import asyncio
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.servers import PATIENCE_SECONDS, ROOT, free_port


class Taker:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, name: str, words: list[str]
    ) -> list[str]:
        # As Postfix, Exim and the servers of the large providers do (RFC 2920).
        session.host_name = name
        return ["250-PIPELINING", *words]

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "250 taken"


async def serve(port: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    server = await loop.create_server(lambda: SMTP(Taker(seconds)), "127.0.0.1", port)
    async with server:
        await over.wait()


@contextmanager
def mail_server(seconds: float = 0) -> Iterator[int]:
    """The port of such a server, which answers; stopped afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "bench.sink", str(port), str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_it_answers(port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
