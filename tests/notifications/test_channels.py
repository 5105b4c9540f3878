"""How one letter leaves the machine: real SMTP, to a server in this process."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.factories.notifications import OutboxMessageFactory
from tests.servers import free_port
from volunteer.core.web_address import Site
from volunteer.notifications import channels
from volunteer.notifications.channels import Refused, Smtp, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")

LETTER = Letter("第1服务队：本周安排", "王秀英，您好：\n\n周三见。\n", "<p>王秀英，您好</p>")
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")


@dataclass
class Mailbox:
    """Stores mail, and answers recipients and letters with the words it was given."""

    to_recipient: str = ""
    to_letter: str = "250 stored"
    got: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.to_letter.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.SMTP)
            self.got.append((envelope.rcpt_tos, mail))
        return self.to_letter


@contextmanager
def dripping() -> Iterator[int]:
    """The port of a server that says a letter every tenth of a second, and never a whole line."""

    def drip(door: socket.socket) -> None:
        with suppress(OSError):
            line, _caller = door.accept()
            with line:
                while True:
                    line.sendall(b"2")
                    time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=drip, args=[door], daemon=True).start()
        yield door.getsockname()[1]


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[Smtp]:
    """A sender that is connected to a server with this mailbox."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        with sender_to(controller.port) as smtp:
            yield smtp
    finally:
        controller.stop()


def sender_to(port: int, **values: Any) -> Smtp:
    values = {"security": "none", **values}
    site = Site("https://linli.example.org")
    return Smtp("127.0.0.1", port, "邻里 <linli@example.org>", site, **values)


def message_to(**person: Any) -> OutboxMessage:
    return OutboxMessageFactory(person=Person(name="王秀英", email="wang@example.org", **person))


def test_one_mail_goes_to_one_person_in_chinese():
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        smtp.send(message_to(), LETTER)

    ((recipients, mail),) = mailbox.got
    assert recipients == ["wang@example.org"]
    assert str(mail["To"]) == "王秀英 <wang@example.org>"
    assert str(mail["From"]) == "邻里 <linli@example.org>"
    assert str(mail["Subject"]) == LETTER.subject


def test_it_says_the_same_in_plain_text_and_in_html():
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        smtp.send(message_to(), LETTER)

    mail = mailbox.got[0][1]
    texts = [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
    assert [text.replace("\r\n", "\n").strip() for text in texts] == [
        LETTER.text.strip(),
        LETTER.html,
    ]


def test_a_mail_keeps_its_message_id_at_every_attempt():
    mailbox, message = Mailbox(), message_to()

    with serving(mailbox) as smtp:
        smtp.send(message, LETTER)
        smtp.send(message, LETTER)

    names = [mail["Message-ID"] for _to, mail in mailbox.got]
    assert names == [f"<{message.message_id}@linli.example.org>"] * 2


def test_one_connection_serves_many_letters():
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        smtp.send(message_to(), LETTER)
        connection = smtp.connection
        smtp.send(message_to(), LETTER)
        assert smtp.connection is connection

    assert len(mailbox.got) == 2


def test_a_line_break_in_a_subject_makes_no_header():
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        smtp.send(message_to(), Letter("Lunch\r\nBcc: spy@example.org", "text"))

    ((recipients, mail),) = mailbox.got
    assert (recipients, mail["Bcc"]) == (["wang@example.org"], None)
    assert str(mail["Subject"]) == "Lunch Bcc: spy@example.org"


def test_a_line_break_in_a_name_makes_no_header():
    mailbox, message = Mailbox(), message_to()
    message.person.name = "王秀英\r\nBcc: spy@example.org"

    with serving(mailbox) as smtp:
        smtp.send(message, LETTER)

    ((recipients, mail),) = mailbox.got
    assert (recipients, mail["Bcc"]) == (["wang@example.org"], None)


@pytest.mark.parametrize(
    "mailbox_of_person",
    [
        None,
        "",
        "nobody",
        "<a@b.c>",
        "a@[.x",
        "a..b@c.d",
        "a@b.c,d@e.f",
        "a@b.c\r\nBcc: d@e.f",
        '"@b.c',
    ],
)
def test_a_mailbox_that_cannot_be_is_refused_for_good(mailbox_of_person):
    message = message_to()
    message.person.email = mailbox_of_person

    with serving(Mailbox()) as smtp, pytest.raises(Refused):
        smtp.send(message, LETTER)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"to_recipient": "550 no such user"}, Refused),
        ({"to_recipient": "450 mailbox busy"}, Unreachable),
        ({"to_letter": "554 no spam here"}, Refused),
        ({"to_letter": "451 try again later"}, Unreachable),
    ],
)
def test_five_hundreds_are_final_and_four_hundreds_are_not(answers, expected):
    with serving(Mailbox(**answers)) as smtp, pytest.raises(expected) as caught:
        smtp.send(message_to(), LETTER)

    code = next(iter(answers.values()))[:3]
    assert code in str(caught.value)
    assert "wang" not in str(caught.value)


def test_after_a_refusal_the_same_connection_takes_the_next_letter():
    mailbox = Mailbox(to_letter="554 no")

    with serving(mailbox) as smtp:
        with pytest.raises(Refused):
            smtp.send(message_to(), LETTER)
        mailbox.to_letter = "250 stored"
        smtp.send(message_to(), LETTER)

    assert len(mailbox.got) == 1


def test_nobody_at_the_door_is_unreachable():
    with sender_to(free_port()) as smtp, pytest.raises(Unreachable, match="ConnectionRefused"):
        smtp.send(message_to(), LETTER)


def test_a_server_that_lost_the_connection_is_asked_again():
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        smtp.open().sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(Unreachable):
            smtp.send(message_to(), LETTER)
        smtp.send(message_to(), LETTER)

    assert len(mailbox.got) == 1


def test_a_server_that_accepts_and_never_answers_holds_us_until_the_deadline(monkeypatch):
    monkeypatch.setattr(channels, "DEADLINE_SECONDS", 0.3)
    began = time.monotonic()

    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        sender_to(silent.getsockname()[1]) as smtp,
        pytest.raises(Unreachable),
    ):
        smtp.send(message_to(), LETTER)

    assert time.monotonic() - began < 3


def test_a_server_that_drips_its_answer_holds_us_no_longer_than_the_deadline(monkeypatch):
    monkeypatch.setattr(channels, "DEADLINE_SECONDS", 0.5)
    began = time.monotonic()

    with (
        dripping() as port,
        sender_to(port) as smtp,
        pytest.raises(Unreachable),
    ):
        smtp.send(message_to(), LETTER)

    assert time.monotonic() - began < 3


def test_without_encryption_where_it_is_wanted_nothing_is_sent():
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        smtp.security = "starttls"
        with pytest.raises(Unreachable, match="SMTPNotSupportedError"):
            smtp.send(message_to(), LETTER)

    assert mailbox.got == []


def test_a_certificate_nobody_vouches_for_is_a_fault_of_the_day_not_of_the_letter():
    mailbox = Mailbox()
    identity = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    identity.load_cert_chain(SELF_SIGNED)

    with serving(mailbox, tls_context=identity) as smtp:
        smtp.security = "starttls"
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            smtp.send(message_to(), LETTER)

    assert mailbox.got == []
