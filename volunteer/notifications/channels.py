"""How one letter leaves the machine: by SMTP; in the demo it is kept instead."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.utils import format_datetime, parseaddr
from functools import cached_property
from types import TracebackType
from typing import Protocol, Self

from volunteer.core import clock
from volunteer.core.web_address import Site
from volunteer.notifications import mails
from volunteer.notifications.letters import Letter
from volunteer.notifications.lines import DEADLINE_SECONDS, Watch
from volunteer.notifications.mail_line import Connection
from volunteer.notifications.models import OutboxMessage
from volunteer.notifications.pauses import NO_PAUSES, Pauses

# What mail servers take without an extension; anything odder is refused before they see it.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MAILBOX = re.compile(rf"{ATOM}(?:\.{ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

ENHANCED = re.compile(rb"\d\.\d+\.\d+\b")
GONE = re.compile(rb"5\.(1\.\d+|2\.1)\b")
GONE_CODES = (550, 551, 553, 556)
# A server that refuses the recipient and means us: we may not send by it, or sent too much
# (RFC 3463: 5.7 policy). Exim and the large Chinese providers say it by words behind a plain 550.
ABOUT_US = re.compile(rb"5\.7\.\d+\b")
WORDS_ABOUT_US = re.compile(rb"relay|authenti|permi|frequen|limit|too many|spam|block|polic", re.I)
WORDS_ABOUT_THEM = re.compile(rb"unknown|no such|not exist|not found|no mailbox|inactive", re.I)


class Refused(Exception):
    """The other side will never take this message; trying again is of no use."""


class MailboxRefused(Refused):
    """Nobody reads this address: no other message will reach it either."""


class NoDevice(Refused):
    """None of their devices is left; the message goes as they are told from now on."""


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

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
        """Hand the letter over. Raises Refused or Unreachable."""


class Connectionless:
    """A sender that holds nothing open between two letters, and leaves none here."""

    keeps: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class KeptHere(Connectionless):
    """The demo's sender: hands nothing to anybody."""

    keeps = True

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
        pauses.before()


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
    # Certificates to trust instead of those of the machine, for a mail server of one's own.
    trusted: str = ""
    keeps: bool = False
    connection: Connection | None = None
    watch: Watch = field(default_factory=Watch)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.connection is not None:
            try:
                with self.watch.during(DEADLINE_SECONDS):
                    self.connection.quit()
            except (smtplib.SMTPException, OSError):
                self.connection.close()
            self.connection = None
        self.watch.close()

    def open(self) -> Connection:
        if self.connection is None:
            connection = Connection(self.watch, self.tls() if self.security == "tls" else None)
            try:
                connection.connect(self.host, self.port)
                if self.security == "starttls":
                    connection.starttls(context=self.tls())
                if self.user:
                    connection.login(self.user, self.password)
            except BaseException:
                # A half-open connection is nobody's; the next letter begins anew.
                connection.close()
                raise
            self.connection = connection
        return self.connection

    def tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.trusted or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
        mail = self.mail(message, letter)
        try:
            with self.watch.during(DEADLINE_SECONDS):
                self.open().carry(self.sender[1], message.person.email or "", mail, pauses)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            self.reset()
            if is_about_us(error):
                raise Unreachable(not_by_us(error)) from error
            if is_about_the_mailbox(error):
                raise MailboxRefused(short(error)) from error
            if is_final(error):
                raise Refused(short(error)) from error
            raise Unreachable(short(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self.drop()
            raise Unreachable(short(error)) from error
        except BaseException:
            # The server waits for a letter that does not come: nothing else can be said to it.
            self.drop()
            raise

    def reset(self) -> None:
        """The connection is good, only this letter was not."""
        try:
            if self.connection is not None:
                with self.watch.during(DEADLINE_SECONDS):
                    self.connection.rset()
        except (smtplib.SMTPException, OSError):
            self.drop()

    def drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    @cached_property
    def sender(self) -> tuple[str, str]:
        """Our name and our address."""
        return parseaddr(self.sent_from)

    def mail(self, message: OutboxMessage, letter: Letter) -> bytes:
        """One mail to one person.

        Raises Refused when the person has no mailbox any more, or one that cannot be.
        """
        mailbox = message.person.email or ""
        if not mailbox:
            raise Refused("no mailbox")
        if not MAILBOX.fullmatch(mailbox):
            raise MailboxRefused("no mailbox")
        headers = [
            ("Subject", mails.in_a_header(letter.subject, "Subject")),
            ("From", mails.mailbox(*self.sender)),
            ("To", mails.mailbox(message.person.name, mailbox)),
            ("Date", format_datetime(clock.now())),
            ("Message-ID", f"<{message.message_id}@{self.site.host}>"),
            ("Auto-Submitted", "auto-generated"),
        ]
        if letter.stop_path:
            # RFC 8058: one press in the mail program, without signing in.
            headers += [
                ("List-Unsubscribe", f"<{self.site.address(letter.stop_path)}>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ]
        return mails.as_bytes(headers, letter.text, letter.html)


def is_about_us(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """Whether the server would take no letter of ours to anybody now. Whoever runs the service can
    mend that, or an hour does: a week's letters must not all fail meanwhile."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(means_us(words) for _code, words in error.recipients.values())


def means_us(words: bytes) -> bool:
    if ENHANCED.match(words):
        return bool(ABOUT_US.match(words))
    # The mailbox that it names may be called anything.
    said = re.sub(rb"\S*@\S*", b"", words)
    return bool(WORDS_ABOUT_US.search(said)) and not WORDS_ABOUT_THEM.search(said)


def not_by_us(error: Exception) -> str:
    """With the code for it, where the server had only words: what we tell people goes by codes."""
    said = short(error)
    return said if " 5.7." in said else f"{said} 5.7.0"


def is_about_the_mailbox(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """Whether the server says that this mailbox is none, not merely that it wants no such mail.

    The enhanced code says it best (RFC 3463: 5.1 addressing, 5.2.1 mailbox disabled); without
    one, the plain code does.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(
        bool(GONE.match(words)) if ENHANCED.match(words) else code in GONE_CODES
        for code, words in error.recipients.values()
    )


def is_final(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """5xx is final; 4xx means: not now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    else:
        codes = [error.smtp_code]
    return all(500 <= code < 600 for code in codes)


def codes_in(code: int, words: bytes) -> str:
    """The plain code, and the enhanced one that says it best; the words may hold an address."""
    enhanced = ENHANCED.match(words)
    return f"{code} {enhanced[0].decode()}" if enhanced else str(code)


def short(error: Exception) -> str:
    """What went wrong, without any address: logs and pages show it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({codes_in(code, words) for code, words in error.recipients.values()})
        return f"{type(error).__name__} {' '.join(codes)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
