"""Groups of other services than the three we speak to ourselves, by an address of Apprise.

What Apprise calls success means that the service took it, not that somebody reads it.
"""

import json
import subprocess
import sys
from pathlib import Path

from volunteer.notifications import apprise_call
from volunteer.notifications.channels import Refused, Unreachable
from volunteer.notifications.lines import DEADLINE_SECONDS, MayCall


def hand_over(url: str, text: str, *, may_call: MayCall) -> None:
    """Say this there, within DEADLINE_SECONDS in all. Raises Refused or Unreachable."""
    said = {"url": url, "text": text, "may_call": may_call.__name__}
    program = [sys.executable, "-I", str(Path(apprise_call.__file__))]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the address is only its input
            program,
            input=json.dumps(said).encode(),
            # What it says may hold the address.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=DEADLINE_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreachable("TimeoutError") from None
    if done.returncode == apprise_call.INSIDE:
        raise Refused("not outside: inside")
    if done.returncode == apprise_call.UNKNOWN:
        raise Refused("no such service")
    if done.returncode != apprise_call.TAKEN:
        raise Unreachable("not taken")
