"""How one letter leaves the machine: real SMTP, to a server in this process."""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.factories.notifications import OutboxMessageFactory
from tests.servers import free_port
from volunteer.core.web_address import Site
from volunteer.notifications import channels, explaining, hints
from volunteer.notifications.channels import (
    MailboxRefused,
    Refused,
    Smtp,
    Unreachable,
)
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.notifications.pauses import Pauses
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")

LETTER = Letter("第1服务队：本周安排", "王秀英，您好：\n\n周三见。\n", "<p>王秀英，您好</p>")
# Servers that take commands in a row, and those that take one at a time.
in_both_ways = pytest.mark.parametrize("in_a_row", [True, False])
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")


@dataclass
class Mailbox:
    """Stores mail, and answers recipients and letters with the words it was given."""

    to_recipient: str = ""
    to_letter: str = "250 stored"
    # Whether it says that it takes commands in a row (RFC 2920).
    in_a_row: bool = False
    has_envelope: threading.Event = field(default_factory=threading.Event)
    got: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, name: str, words: list[str]
    ) -> list[str]:
        session.host_name = name
        return ["250-PIPELINING", *words] if self.in_a_row else words

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        self.has_envelope.set()
        return "250 OK"

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
def dripping_after_hello() -> Iterator[int]:
    """The port of a server that offers STARTTLS, and then shakes hands a byte in a tenth of a
    second."""

    def talk(door: socket.socket) -> None:
        with suppress(OSError):
            line, _caller = door.accept()
            with line:
                line.sendall(b"220 hello\r\n")
                line.recv(1000)
                line.sendall(b"250-here\r\n250 STARTTLS\r\n")
                line.recv(1000)
                line.sendall(b"220 go on\r\n")
                while True:
                    line.sendall(b"\x16")
                    time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=talk, args=[door], daemon=True).start()
        yield door.getsockname()[1]


@contextmanager
def stubborn() -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server that takes commands in a row, refuses the first mailbox, and asks for
    its letter nevertheless; and what it heard."""
    heard: list[bytes] = []

    def talk(door: socket.socket) -> None:
        line, _caller = door.accept()
        to_mailboxes = iter([b"550 5.1.1 nobody", b"250 ok"])
        with line, line.makefile("rb") as words:
            line.sendall(b"220 hello\r\n")
            in_letter = False
            for word in words:
                heard.append(word)
                if in_letter and word != b".\r\n":
                    continue
                answer = b"250 ok"
                if word.startswith(b"ehlo"):
                    answer = b"250-here\r\n250 PIPELINING"
                elif word.startswith(b"RCPT"):
                    answer = next(to_mailboxes)
                in_letter = word == b"DATA\r\n"
                line.sendall((b"354 go on" if in_letter else answer) + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=talk, args=[door], daemon=True).start()
        yield door.getsockname()[1], heard


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
    return OutboxMessageFactory(
        person=Person(**{"name": "王秀英", "email": "wang@example.org", **person})
    )


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


@in_both_ways
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"to_recipient": "550 no such user"}, Refused),
        ({"to_recipient": "450 mailbox busy"}, Unreachable),
        ({"to_letter": "554 no spam here"}, Refused),
        ({"to_letter": "451 try again later"}, Unreachable),
    ],
)
def test_five_hundreds_are_final_and_four_hundreds_are_not(in_a_row, answers, expected):
    with serving(Mailbox(**answers, in_a_row=in_a_row)) as smtp, pytest.raises(expected) as caught:
        smtp.send(message_to(), LETTER)

    code = next(iter(answers.values()))[:3]
    assert code in str(caught.value)
    assert "wang" not in str(caught.value)


@in_both_ways
@pytest.mark.parametrize("refused", [{"to_letter": "554 no"}, {"to_recipient": "550 no"}])
def test_after_a_refusal_the_same_connection_takes_the_next_letter(in_a_row, refused):
    mailbox = Mailbox(**refused, in_a_row=in_a_row)

    with serving(mailbox) as smtp:
        with pytest.raises(Refused):
            smtp.send(message_to(), LETTER)
        connection = smtp.connection
        mailbox.to_letter, mailbox.to_recipient = "250 stored", ""
        smtp.send(message_to(), LETTER)
        assert smtp.connection is connection

    assert len(mailbox.got) == 1


@in_both_ways
def test_what_comes_before_a_letter_is_done_while_the_server_has_the_envelope(in_a_row):
    mailbox = Mailbox(in_a_row=in_a_row)
    seen = []

    with serving(mailbox) as smtp:
        smtp.send(
            message_to(),
            LETTER,
            Pauses(lambda: seen.append((mailbox.has_envelope.wait(10), len(mailbox.got)))),
        )

    assert (seen, len(mailbox.got)) == ([(True, 0)], 1)


@in_both_ways
def test_where_that_fails_the_letter_does_not_go_and_the_next_one_does(in_a_row):
    mailbox = Mailbox(in_a_row=in_a_row)

    with serving(mailbox) as smtp:
        with pytest.raises(ZeroDivisionError):
            smtp.send(message_to(), LETTER, Pauses(lambda: 1 / 0))
        began = time.monotonic()
        smtp.send(message_to(), LETTER)

    assert len(mailbox.got) == 1
    assert time.monotonic() - began < 5


def test_a_server_that_wants_the_letter_of_a_mailbox_it_refused_gets_an_empty_one():
    """As RFC 2920 has it: who has sent DATA in a row must end it."""
    with stubborn() as (port, heard), sender_to(port) as smtp:
        with pytest.raises(MailboxRefused):
            smtp.send(message_to(), LETTER)
        smtp.send(message_to(email="zhao@example.org"), LETTER)

    letters = b"".join(heard).partition(b"DATA\r\n")[2]
    assert letters.lower().startswith(b".\r\nrset\r\n")
    assert letters.count(b"Subject: ") == 1


def test_lines_that_begin_with_a_dot_arrive_as_they_are():
    mailbox, mail = Mailbox(), b"Subject: x\r\n\r\n.\r\n..two\r\nplain\r\n.last"

    with serving(mailbox) as smtp, smtp.watch.during(10):
        smtp.open().carry("linli@example.org", "wang@example.org", mail)

    assert mailbox.got[0][1].get_content().splitlines() == [".", "..two", "plain", ".last"]


def test_nobody_at_the_door_is_unreachable():
    with sender_to(free_port()) as smtp, pytest.raises(Unreachable, match="ConnectionRefused"):
        smtp.send(message_to(), LETTER)


def test_a_server_that_lost_the_connection_is_asked_again():
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        smtp.send(message_to(), LETTER)
        smtp.connection.sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(Unreachable):
            smtp.send(message_to(), LETTER)
        smtp.send(message_to(), LETTER)

    assert len(mailbox.got) == 2


@pytest.mark.walks
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


@pytest.mark.walks
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


@pytest.mark.walks
def test_a_handshake_that_drips_holds_us_no_longer_than_the_deadline(monkeypatch):
    monkeypatch.setattr(channels, "DEADLINE_SECONDS", 0.5)
    began = time.monotonic()

    with (
        dripping_after_hello() as port,
        sender_to(port, security="starttls") as smtp,
        pytest.raises(Unreachable),
    ):
        smtp.send(message_to(), LETTER)

    assert time.monotonic() - began < 3


@pytest.mark.walks
def test_a_name_that_takes_too_long_to_look_up_holds_us_no_longer_either(monkeypatch):
    monkeypatch.setattr(channels, "DEADLINE_SECONDS", 0.3)
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: is_over.wait(20) and [])
    began = time.monotonic()

    with sender_to(25) as smtp, pytest.raises(Unreachable):
        smtp.send(message_to(), LETTER)

    is_over.set()
    assert time.monotonic() - began < 3


def test_after_a_cut_the_next_letter_goes_over_a_new_line(monkeypatch):
    mailbox = Mailbox()

    with serving(mailbox) as smtp:
        monkeypatch.setattr(channels, "DEADLINE_SECONDS", 0.3)
        with dripping() as port:
            right, smtp.port = smtp.port, port
            with pytest.raises(Unreachable):
                smtp.send(message_to(), LETTER)
        monkeypatch.setattr(channels, "DEADLINE_SECONDS", 15)
        smtp.port = right
        smtp.send(message_to(), LETTER)

    assert len(mailbox.got) == 1


@pytest.mark.parametrize(
    ("answers", "is_gone"),
    [
        ("550 no such user here", True),
        ("550 5.1.1 unknown", True),
        ("550 <blocks@example.org>: no such user", True),
        ("553 5.1.3 bad address", True),
        ("550 5.2.1 mailbox disabled", True),
        ("552 5.2.2 mailbox full", False),
        ("554 no", False),
    ],
)
def test_only_a_mailbox_that_is_none_counts_as_none(answers, is_gone):
    with serving(Mailbox(to_recipient=answers)) as smtp, pytest.raises(Refused) as caught:
        smtp.send(message_to(), LETTER)

    assert isinstance(caught.value, MailboxRefused) == is_gone
    # The codes say why; the words of the other side may hold an address.
    codes = re.match(r"\d+( \d\.\d\.\d)?", answers)
    assert codes is not None
    assert str(caught.value) == f"SMTPRecipientsRefused {codes[0]}"


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 we do not like your machine",
        "554 5.7.1 <wang@example.org>: Relay access denied",
        "550 relay not permitted, authentication required",
        "550 Ip frequency limited",
    ],
)
def test_a_server_that_takes_nothing_from_us_is_tried_again_and_blames_no_mailbox(answer):
    with serving(Mailbox(to_recipient=answer)) as smtp, pytest.raises(Unreachable) as caught:
        smtp.send(message_to(), LETTER)

    assert "wang" not in str(caught.value)
    assert "SMTP_USER" in hints.hint(str(caught.value))
    assert explaining.why(str(caught.value)) == explaining.not_wanted()


# --- encrypted, by a certificate of this machine's own ----------------------------------------


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory) -> Path:
    """A key and a certificate for 127.0.0.1, in one file; who trusts the file trusts the server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # OpenSSL asks the machine's own clock, whatever hour the tests believe it is.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2200, 1, 1, tzinfo=UTC))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return file


@contextmanager
def encrypted(mailbox: Mailbox, certificate: Path, security: str) -> Iterator[Smtp]:
    identity = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    identity.load_cert_chain(certificate)
    from_the_first_word = security == "tls"
    options = {"ssl_context": identity} if from_the_first_word else {"tls_context": identity}
    if not from_the_first_word:
        options["require_starttls"] = True
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        with sender_to(controller.port, security=security) as smtp:
            yield smtp
    finally:
        controller.stop()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_goes_encrypted_to_a_server_whose_certificate_is_trusted(
    own_certificate, security
):
    mailbox = Mailbox()

    with encrypted(mailbox, own_certificate, security) as smtp:
        smtp.trusted = str(own_certificate)
        smtp.send(message_to(), LETTER)
        smtp.send(message_to(), LETTER)
        spoken = smtp.connection.sock.version()

    assert (len(mailbox.got), spoken) == (2, "TLSv1.3")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_under_another_name_than_its_certificate_gets_nothing(own_certificate, security):
    mailbox = Mailbox()

    with encrypted(mailbox, own_certificate, security) as smtp:
        smtp.trusted = str(own_certificate)
        smtp.host = "localhost"
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            smtp.send(message_to(), LETTER)

    assert mailbox.got == []


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
