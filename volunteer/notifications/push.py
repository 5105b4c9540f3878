"""How a notice gets onto somebody's devices: sealed for each, over its browser's push service.

The push service learns when somebody is told, and nothing of what (RFC 8291); we show it by a
signature who we are (RFC 8292).
"""

import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from volunteer.core import clock, language
from volunteer.core.database import hold_nothing
from volunteer.core.language import gettext as _
from volunteer.core.web_address import Site
from volunteer.notifications import devices, posting
from volunteer.notifications.channels import (
    Connectionless,
    NoDevice,
    Refused,
    Unreachable,
)
from volunteer.notifications.letters import Letter
from volunteer.notifications.lines import DEADLINE_SECONDS, MayCall, is_outside
from volunteer.notifications.models import Device, OutboxMessage
from volunteer.notifications.pauses import NO_PAUSES, Pauses

# For so long push services keep a notice for a device that is switched off.
LONGEST_SECONDS = 28 * 24 * 3600
GONE = (404, 410)
IS_OFF = "push is off"
# Where a notice leads that is about no page of its own.
USUAL_PATH = "/my-messages"


class Gone(Exception):
    """This device shows nothing of us any more."""


@dataclass
class Push(Connectionless):
    """Notices on all devices of a person; `key` is our own, `contact` whom push services ask."""

    key: str
    contact: str
    site: Site
    may_call: MayCall = is_outside

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
        """It is sent once one device has it. Raises Refused, Unreachable; NoDevice when the last
        one is gone."""
        pauses.before()
        if not self.key:
            raise Refused(IS_OFF)
        theirs = devices.list_showing(message.person_id)
        hold_nothing()
        ends_at = time.monotonic() + DEADLINE_SECONDS
        note = notice(message, letter, self.site)
        gone: list[Device] = []
        troubles: list[Exception] = []
        for device in theirs:
            try:
                self.say(device, note, message, ends_at - time.monotonic())
            except Gone:
                gone.append(device)
            except (Refused, Unreachable) as trouble:
                troubles.append(trouble)
        if gone:
            devices.forget(gone, message.person_id)
        if len(gone) + len(troubles) < len(theirs):
            return
        # What may go better next time counts most.
        troubles.sort(key=lambda trouble: isinstance(trouble, Refused))
        raise troubles[0] if troubles else NoDevice("no device")

    def say(self, device: Device, note: bytes, message: OutboxMessage, seconds: float) -> None:
        """Raises Gone, Refused, Unreachable."""
        keeps_for = (message.expires_at - clock.now()).total_seconds()
        try:
            answer = posting.post_bytes(
                device.address,
                sealed(device, note),
                seconds=seconds,
                may_call=self.may_call,
                headers={
                    "Authorization": self.signature(device),
                    "Content-Encoding": "aes128gcm",
                    "Content-Type": "application/octet-stream",
                    "TTL": str(int(min(max(keeps_for, 0), LONGEST_SECONDS))),
                    # Sent again it takes the place of the first one, if that still waits there.
                    "Topic": message.message_id,
                },
            )
        except posting.Forbidden as error:
            raise Refused(f"not outside: {error}") from None
        except posting.NotReached as error:
            raise Unreachable(str(error)) from None
        judge(answer.status)

    def signature(self, device: Device) -> str:
        from py_vapid import Vapid02

        parts = urlsplit(device.address)
        claims = {"sub": self.contact, "aud": f"{parts.scheme}://{parts.netloc}"}
        header: str = Vapid02.from_raw(self.key.encode()).sign(claims)["Authorization"]
        return header


def notice(message: OutboxMessage, letter: Letter, site: Site) -> bytes:
    """What the device shows: its own name for us, and one line that others may read as well."""
    with language.speaking(message.person.language):
        title = _("Linli")
    said = {
        "title": title,
        "body": letter.subject,
        "url": site.address(letter.path or USUAL_PATH),
        # The same one again replaces the first and rings no second time.
        "tag": message.message_id,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def sealed(device: Device, note: bytes) -> bytes:
    """Only this device can open it."""
    # Brings half of the web along, so it is loaded where it is used.
    from pywebpush import WebPusher

    known = {"endpoint": device.address, "keys": {"p256dh": device.key, "auth": device.secret}}
    body: bytes = WebPusher(known).encode(note)["body"]
    return body


def judge(status: int) -> None:
    if status in GONE:
        raise Gone
    if status == 429 or status >= 500:
        raise Unreachable(f"HTTP {status}")
    if not 200 <= status < 300:
        raise Refused(f"HTTP {status}")
