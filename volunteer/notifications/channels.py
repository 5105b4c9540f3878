"""How one letter leaves the machine: by SMTP; in the demo it is kept instead."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Protocol, Self

from volunteer.core.web_address import Site
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage

# Every call to the outside ends within this time.
DEADLINE_SECONDS = 15
# What mail servers take without an extension; anything odder is refused before they see it.
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Refused(Exception):
    """The other side will never take this message; trying again is of no use."""


class Unreachable(Exception):
    """The other side could not take it now."""


class Sender(Protocol):
    """Something that sends letters; used as a context so that one connection serves a batch."""

    # Whether letters stay on this machine, to be looked at.
    keeps: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def send(self, message: OutboxMessage, letter: Letter) -> None:
        """Hand the letter over. Raises Refused or Unreachable."""


@dataclass
class KeptHere:
    """The demo's sender: hands nothing to anybody."""

    keeps: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send(self, message: OutboxMessage, letter: Letter) -> None:
        return None


@dataclass
class Smtp:
    """Mail over one SMTP connection, opened at the first letter and again after a fault."""

    host: str
    port: int
    sent_from: str
    site: Site
    user: str = ""
    password: str = ""
    security: str = "starttls"
    keeps: bool = False
    connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.connection is not None:
            try:
                self.connection.quit()
            except (smtplib.SMTPException, OSError):
                self.connection.close()
            self.connection = None

    def open(self) -> smtplib.SMTP:
        if self.connection is None:
            if self.security == "tls":
                context = ssl.create_default_context()
                self.connection = smtplib.SMTP_SSL(timeout=DEADLINE_SECONDS, context=context)
            else:
                self.connection = smtplib.SMTP(timeout=DEADLINE_SECONDS)
            # What smtplib checks a certificate against when it was not given the host before.
            self.connection._host = self.host  # type: ignore[attr-defined]
            self.connection.connect(self.host, self.port)
            if self.security == "starttls":
                self.connection.starttls(context=ssl.create_default_context())
            if self.user:
                self.connection.login(self.user, self.password)
        return self.connection

    def send(self, message: OutboxMessage, letter: Letter) -> None:
        mail = self.mail(message, letter)
        try:
            with self.deadline():
                self.open().send_message(mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            self.reset()
            if is_final(error):
                raise Refused(short(error)) from error
            raise Unreachable(short(error)) from error
        except (smtplib.SMTPException, OSError, socket.gaierror) as error:
            self.drop()
            raise Unreachable(short(error)) from error

    @contextmanager
    def deadline(self) -> Iterator[None]:
        """The whole of the block ends in time; smtplib's own limit is one for each answer."""
        timer = threading.Timer(DEADLINE_SECONDS, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def cut(self) -> None:
        """Hang up, so that whoever waits for an answer gets an error instead."""
        line = self.connection.sock if self.connection is not None else None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """The connection is good, only this letter was not."""
        try:
            if self.connection is not None:
                self.connection.rset()
        except (smtplib.SMTPException, OSError):
            self.drop()

    def drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def mail(self, message: OutboxMessage, letter: Letter) -> EmailMessage:
        """One mail to one person.

        Raises Refused when the person has no mailbox any more, or one that cannot be.
        """
        mailbox = message.person.email or ""
        if not MAILBOX.fullmatch(mailbox):
            raise Refused("no mailbox")
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = in_a_header(letter.subject)
        mail["From"] = self.sent_from
        try:
            mail["To"] = Address(display_name=in_a_header(message.person.name), addr_spec=mailbox)
        except ValueError as error:
            raise Refused(short(error)) from error
        mail["Message-ID"] = f"<{message.message_id}@{self.site.host}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text)
        if letter.html:
            mail.add_alternative(letter.html, subtype="html")
        return mail


def in_a_header(text: str) -> str:
    """Words in one line, and nothing but words.

    Python decodes "=?utf-8?…?=" when a header is set, line breaks included: whoever
    names an activity so could add headers of their own.
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split()).replace("=?", "= ?")


def is_final(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """5xx is final; 4xx means: not now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    else:
        codes = [error.smtp_code]
    return all(500 <= code < 600 for code in codes)


def short(error: Exception) -> str:
    """What went wrong, without any address: logs and pages show it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _words in error.recipients.values()})
        return f"{type(error).__name__} {' '.join(map(str, codes))}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
