"""How one short message leaves the machine: a JSON POST to a gateway; without one nothing leaves.

What the gateway is sent, and what it may answer, stands in docs/operations.md.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from volunteer.notifications.channels import DEADLINE_SECONDS, Refused, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage

# Answers in the four hundreds that mean: not now. All others mean: never.
NOT_NOW = (408, 429)
DRY_RUN = "dry run"


@dataclass
class DryRun:
    """What stands where no gateway is set up: nothing leaves, and the message says so."""

    keeps: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send(self, message: OutboxMessage, letter: Letter) -> None:
        raise Refused(DRY_RUN)


@dataclass
class Gateway:
    """Short messages over a gateway, each in a call of its own."""

    url: str
    token: str
    # Stands in front of every message in 【】, as the operators in China ask.
    signature: str = ""
    keeps: bool = False
    # The line of the call under way; another thread hangs it up when the time is over.
    line: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send(self, message: OutboxMessage, letter: Letter) -> None:
        try:
            with self.deadline():
                status = self.post(self.body(message, letter))
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(type(error).__name__) from error
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in NOT_NOW:
            raise Refused(f"HTTP {status}")
        raise Unreachable(f"HTTP {status}")

    def body(self, message: OutboxMessage, letter: Letter) -> bytes:
        """Raises Refused when the person has no phone any more."""
        if not message.person.phone:
            raise Refused("no phone")
        mark = f"【{self.signature}】" if self.signature else ""
        said = {
            "to": message.person.phone,
            "text": mark + letter.text.strip(),
            "id": message.message_id,
        }
        return json.dumps(said, ensure_ascii=False).encode()

    def post(self, body: bytes) -> int:
        """The gateway's answer as a number; a redirection is an answer like any other."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection = http.client.HTTPConnection(host, timeout=DEADLINE_SECONDS)
        is_https = parts.scheme == "https"
        port = parts.port or (443 if is_https else 80)
        self.line = connection.sock = socket.create_connection((host, port), DEADLINE_SECONDS)
        try:
            if is_https:
                self.line = connection.sock = shaken(self.line, host, self)
            headers = {
                "Host": parts.netloc.rpartition("@")[2],
                "Content-Type": "application/json; charset=utf-8",
                "Authorization": f"Bearer {self.token}",
            }
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()
            self.line.close()
            self.line = None

    @contextmanager
    def deadline(self) -> Iterator[None]:
        """The whole of the block ends in time, even when the other side says a letter a second."""
        timer = threading.Timer(DEADLINE_SECONDS, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def cut(self) -> None:
        """Hang up, so that whoever waits for an answer gets an error instead."""
        line = self.line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def shaken(line: socket.socket, host: str, gateway: Gateway) -> ssl.SSLSocket:
    """The line after the handshake; the certificate must be that of this host."""
    safe = ssl.create_default_context().wrap_socket(
        line, server_hostname=host, do_handshake_on_connect=False
    )
    # The plain line is spent now: only this one can be hung up while hands are shaken.
    gateway.line = safe
    safe.do_handshake()
    return safe
