"""A real SMTP server in this process, and the letters it got."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port


@dataclass(frozen=True)
class Mail:
    """One mail as a reader sees it."""

    recipients: tuple[str, ...]
    to: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """The one address in it that leads to us, but for the one that stops such mails, and the
        one where coordinators decide about holidays: the week may have one."""
        addresses = re.findall(r"http://127\.0\.0\.1:\d+[^\s\"<]*", self.text)
        found = {address for address in addresses if not re.search("/stops/|/week$", address)}
        assert len(found) == 1, self.text
        return found.pop()


@dataclass
class Mailbox:
    port: int = 0
    got: list[Mail] = field(default_factory=list)
    # Whose mails it does not want just now, though their mailboxes are there.
    refuses: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return "554 5.2.3 no such letters here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.got.append(read(envelope.content, tuple(envelope.rcpt_tos)))
        return "250 stored"

    def of(self, *addresses: str) -> list[Mail]:
        """What went to any of these people, oldest first."""
        return [mail for mail in list(self.got) if set(mail.recipients) & set(addresses)]


def read(content: bytes, recipients: tuple[str, ...]) -> Mail:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    (to,) = mail["To"].addresses
    return Mail(recipients, to.addr_spec, mail["Subject"], text.get_content(), html.get_content())


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
