"""Lines to the outside: each call on them ends in time, and leads only where it may.

Nothing in Python's own libraries ends a whole call: their limits are one for each answer, so a
server that says a letter a second, a name with many dead addresses, or a slow handshake holds
the caller for as long as it likes.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

# Every call to the outside ends within this time.
DEADLINE_SECONDS = 15
# Where IPv6 addresses carry one of IPv4, or lead through a relay: the way round every check.
TUNNELS = tuple(
    map(
        ipaddress.IPv6Network,
        (
            *("::ffff:0:0/96", "::ffff:0:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48"),
            *("2002::/16", "2001::/32", "fec0::/10"),
        ),
    )
)

MayCall = Callable[[str], bool]


class Inside(OSError):
    """The name leads to a machine that only we can reach."""


def is_outside(address: str) -> bool:
    """Whether this address is one of the open internet: not this machine, nor its neighbours."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(found in network for network in TUNNELS):
        return False
    return found.is_global and not found.is_multicast


def is_outside_or_here(address: str) -> bool:
    """The same, and this machine: only for tests, whose servers stand here."""
    return is_outside(address) or ipaddress.ip_address(address).is_loopback


def is_anywhere(_address: str) -> bool:
    """For servers that the operator has named in the settings."""
    return True


class Watch:
    """Cuts the line of a call that lasts too long. One thread serves all calls of a sender."""

    def __init__(self) -> None:
        self._gate = threading.Condition()
        self._ends: float | None = None
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @contextmanager
    def during(self, seconds: float) -> Iterator[None]:
        """Whoever waits on a line in this block gets an error when the time is over."""
        with self._gate:
            self._ends = time.monotonic() + seconds
            if self._thread is None:
                self._thread = threading.Thread(target=self._stand_by, daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._gate:
                self._ends = None

    def left(self) -> float:
        """How many seconds the call may still last. Raises TimeoutError when none."""
        with self._gate:
            seconds = (self._ends or 0) - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def over(self, line: socket.socket) -> None:
        """From now on this is the line to cut."""
        with self._gate:
            self._line = line

    def close(self) -> None:
        with self._gate:
            self._ends = self._line = None
            self._gate.notify()

    def _stand_by(self) -> None:
        with self._gate:
            # Without a call to watch the thread goes home; the next call sends for a new one.
            while self._ends is not None:
                seconds = self._ends - time.monotonic()
                if seconds > 0:
                    self._gate.wait(seconds)
                else:
                    self._cut()
            self._thread = None

    def _cut(self) -> None:
        self._ends = None
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def connect(host: str, port: int, watch: Watch, may_call: MayCall = is_anywhere) -> socket.socket:
    """A line to this host, on the watch. Raises Inside, before anything is called, when the name
    leads where we may not call; other OSErrors when nobody is there in time.

    The name is asked once, and what it said is what is called: a second answer can't differ.
    """
    addresses = look_up(host, port, watch.left())
    if not all(may_call(address) for address in addresses):
        raise Inside
    trouble: OSError = ConnectionError("nobody is there")
    for address in addresses:
        try:
            line = socket.create_connection((address, port), watch.left())
        except OSError as error:
            trouble = error
        else:
            watch.over(line)
            return line
    raise trouble


def look_up(host: str, port: int, seconds: float) -> Sequence[str]:
    """The addresses of this name. Python can't stop asking: a thread asks, we stop waiting."""
    answer: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # A name that is none at all is no address either.
        except (OSError, UnicodeError) as error:
            answer.put(error if isinstance(error, OSError) else OSError("not a name"))
        else:
            answer.put(list(dict.fromkeys(str(address[0]) for *_rest, address in found)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        said = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(said, OSError):
        raise said
    return said


def shake_hands(
    line: socket.socket, host: str, context: ssl.SSLContext, watch: Watch
) -> ssl.SSLSocket:
    """The line after the handshake; the certificate must be that of this host."""
    safe = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    # The plain line is spent now: only this one can be cut while hands are shaken.
    watch.over(safe)
    try:
        safe.do_handshake()
    except BaseException:
        safe.close()
        raise
    return safe
