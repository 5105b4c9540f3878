"""One POST to the outside, and its answer: in time, to where we may, never further.

A redirection is an answer like any other: nobody sends us elsewhere.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from volunteer.notifications import lines
from volunteer.notifications.lines import MayCall, Watch

# What we read of an answer; the rest is of no use to us.
MOST_BYTES = 64 * 1024
AS_JSON = {"Content-Type": "application/json; charset=utf-8"}


class NotReached(Exception):
    """No answer: nobody is there, it took too long, or it leads where we may not call. Says what
    kind of trouble it was, and no address."""


class Forbidden(NotReached):
    """The address leads to a machine that only we can reach, or is none that we call."""


@dataclass(frozen=True)
class Answer:
    """What the other side said; `said` is its JSON, or None when it was none."""

    status: int
    said: Any

    @property
    def is_kind(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Target:
    """Where a POST goes, split once."""

    is_https: bool
    host: str
    port: int
    path: str
    authority: str

    @classmethod
    def of(cls, url: str) -> "Target":
        """Raises Forbidden for what is no address of the web."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Forbidden("address") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Forbidden("address")
        is_https = parts.scheme == "https"
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        authority = parts.netloc.rpartition("@")[2]
        return cls(is_https, parts.hostname, port or (443 if is_https else 80), path, authority)


def post(
    url: str,
    said: Mapping[str, Any],
    *,
    seconds: float,
    may_call: MayCall,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Hand this over as JSON, within so many seconds in all. Raises NotReached."""
    body = json.dumps(said, ensure_ascii=False).encode()
    return post_bytes(
        url, body, seconds=seconds, may_call=may_call, headers={**AS_JSON, **(headers or {})}
    )


def post_bytes(
    url: str, body: bytes, *, seconds: float, may_call: MayCall, headers: Mapping[str, str]
) -> Answer:
    """The same for what is no JSON; `headers` say what it is."""
    target = Target.of(url)
    watch = Watch()
    try:
        with watch.during(seconds):
            return talk(target, body, headers, watch, may_call)
    except lines.Inside:
        raise Forbidden("inside") from None
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        # Not `from`: what went wrong may hold the address, and that is a secret.
        raise NotReached(type(error).__name__) from None
    finally:
        watch.close()


def talk(
    target: Target, body: bytes, headers: Mapping[str, str], watch: Watch, may_call: MayCall
) -> Answer:
    connection = http.client.HTTPConnection(target.host)
    line: socket.socket = lines.connect(target.host, target.port, watch, may_call)
    try:
        if target.is_https:
            line = lines.shake_hands(line, target.host, ssl.create_default_context(), watch)
        connection.sock = line
        connection.request("POST", target.path, body, {"Host": target.authority, **headers})
        response = connection.getresponse()
        return Answer(response.status, read_json(response.read(MOST_BYTES)))
    finally:
        connection.close()
        line.close()


def read_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
