"""Hands one message to Apprise in a process of its own, which can call the outside only.

Started by services.py as a program: what to say comes in on standard input, what became of it
goes out as the exit code. Apprise calls by whatever library a service needs, follows where it is
sent, and knows no end of a whole call; so it gets no secret but the one address, every line it
opens is looked at by Python itself (PEP 578), and whoever started it ends it in time.
"""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TAKEN, NOT_TAKEN, INSIDE, UNKNOWN = 0, 3, 4, 5
CALLS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"}


class Inside(OSError):
    """It leads to a machine that only we can reach, or starts a program here."""


def watch(may_call: Callable[[str], bool]) -> list[str]:
    """From now on nothing here calls elsewhere; answers where it is noted that something tried."""
    tried: list[str] = []

    def look(event: str, details: tuple[Any, ...]) -> None:
        if event in CALLS:
            address = details[-1]
            # What is no pair of host and port is a door of this machine.
            is_fine = isinstance(address, tuple) and may_call(str(address[0]))
        else:
            is_fine = event not in PROGRAMS
        if not is_fine:
            tried.append(event)
            raise Inside

    sys.addaudithook(look)
    return tried


def main() -> int:
    said = json.load(sys.stdin)
    # Not imported: this process knows nothing of the service around it.
    lines = runpy.run_path(str(Path(__file__).with_name("lines.py")))
    import apprise

    service = apprise.Apprise.instantiate(said["url"])
    if service is None:
        return UNKNOWN
    tried = watch(lines[said["may_call"]])
    is_taken = service.notify(body=said["text"])
    if tried:
        return INSIDE
    return TAKEN if is_taken else NOT_TAKEN


if __name__ == "__main__":
    sys.exit(main())
