"""A line to a mail server: smtplib's, but each call ends in time, and waits are made use of."""

import smtplib
import socket
import ssl
from collections.abc import Sequence

from volunteer.notifications import lines
from volunteer.notifications.lines import DEADLINE_SECONDS, Watch
from volunteer.notifications.pauses import NO_PAUSES, Pauses

# Answers of a mail server (RFC 5321): its greeting, yes, yes by a detour, and "the letter, please".
READY = 220
TAKEN = 250
FORWARDED = 251
LETTER_PLEASE = 354

Answer = tuple[int, bytes]


class Connection(smtplib.SMTP):
    """smtplib's connection, on a line that is watched from the first look-up on.

    With `tls` it is encrypted from its first word.
    """

    def __init__(self, watch: Watch, tls: ssl.SSLContext | None) -> None:
        super().__init__(timeout=DEADLINE_SECONDS)
        self.watch = watch
        self.tls = tls
        self.called = ""

    def _get_socket(self, host: str, port: int, _timeout: float | None) -> socket.socket:
        # What smtplib.SMTP_SSL, too, overrides to say how a line is made.
        self.called = host
        line = lines.connect(host, port, self.watch)
        return line if self.tls is None else lines.shake_hands(line, host, self.tls, self.watch)

    def starttls(self, *, context: ssl.SSLContext) -> tuple[int, bytes]:  # type: ignore[override]  # files of keys are of no use to us
        """As smtplib does it, but that the handshake can be cut. Raises SMTPException, OSError."""
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError("STARTTLS")
        code, words = self.docmd("STARTTLS")
        if code != READY:
            raise smtplib.SMTPResponseException(code, words)
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("gone")
        self.sock = lines.shake_hands(self.sock, self.called, context, self.watch)
        # What was said before can't be trusted: all is asked again (RFC 3207).
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        return code, words

    def carry(
        self,
        sender: str,
        mailbox: str,
        mail: bytes,
        pauses: Pauses = NO_PAUSES,
    ) -> None:
        """One mail from one plain address to another, as sendmail() does it, with pauses while the
        server is busy with the envelope, and with the mail.

        A server that takes commands in a row (RFC 2920) gets them in a row: we wait for it twice
        instead of four times. Raises SMTPException or OSError, and what is raised in a pause.
        """
        self.ehlo_or_helo_if_needed()
        size = f" SIZE={len(mail)}" if self.has_extn("size") else ""
        envelope = [
            f"MAIL FROM:<{sender}>{size}\r\n",
            f"RCPT TO:<{mailbox}>\r\n",
            "DATA\r\n",
        ]
        in_a_row = self.has_extn("pipelining")
        self.send("".join(envelope) if in_a_row else envelope[0])
        pauses.before()
        answers: list[Answer] = [self.getreply()]
        for command in envelope[1:]:
            if not in_a_row:
                if answers[-1][0] not in (TAKEN, FORWARDED):
                    break
                self.send(command)
            answers.append(self.getreply())
        self.check(answers, sender, mailbox)
        self.send(with_dots_doubled(mail) + b"\r\n.\r\n")
        pauses.after()
        code, words = self.getreply()
        if code != TAKEN:
            raise smtplib.SMTPDataError(code, words)

    def check(self, answers: Sequence[Answer], sender: str, mailbox: str) -> None:
        """Raises what sendmail() raises unless the server took the envelope and waits for the
        letter."""
        refused: smtplib.SMTPException
        if answers[0][0] != TAKEN:
            refused = smtplib.SMTPSenderRefused(*answers[0], sender)
        elif answers[1][0] not in (TAKEN, FORWARDED):
            refused = smtplib.SMTPRecipientsRefused({mailbox: answers[1]})
        elif answers[2][0] != LETTER_PLEASE:
            refused = smtplib.SMTPDataError(*answers[2])
        else:
            return
        if answers[-1][0] == LETTER_PLEASE:
            # It waits for one all the same: an empty one, which reaches nobody (RFC 2920, 3.1).
            self.send(b".\r\n")
            self.getreply()
        raise refused


def with_dots_doubled(mail: bytes) -> bytes:
    """A line with nothing but a dot would end the letter (RFC 5321, 4.5.2)."""
    return (b"\n" + mail).replace(b"\n.", b"\n..")[1:]
