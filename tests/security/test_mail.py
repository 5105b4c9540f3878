"""One mail, one recipient: whatever stands in a name or a subject, it stays words."""

from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from tests.servers import free_port
from volunteer.core.web_address import Site
from volunteer.notifications.channels import Refused, Smtp
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person

HOSTILE = [
    "王秀英\r\nBcc: thief@evil.example",
    "王秀英\nBcc: thief@evil.example\n\nHello",
    "王秀英\rTo: thief@evil.example",
    "王\x00秀英",
    "王\x0b秀\x0c英\x85",
    "王\u2028Bcc: thief@evil.example",
    "a, thief@evil.example",
    "a; thief@evil.example",
    "<thief@evil.example>",
    'a" <thief@evil.example>, "b',
    'a\\" <thief@evil.example>',
    "=?utf-8?q?=0D=0ABcc:_thief@evil.example?=",
    "thief@evil.example",
    "a: b, thief@evil.example;",
    "(thief@evil.example)",
    "x" * 3000,
    "王" * 500,
    "\ud800",
]
ALLOWED = {
    "subject", "from", "to", "message-id", "auto-submitted", "mime-version", "date",
    "content-type", "content-transfer-encoding", "x-peer", "x-mailfrom", "x-rcptto",
}  # fmt: skip


@dataclass
class Sink:
    """A mail server that keeps envelopes and what was in them."""

    got: list = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.got.append((envelope.rcpt_tos, envelope.content))
        return "250 stored"


@pytest.fixture
def sink():
    kept = Sink()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    kept.port = controller.port
    yield kept
    controller.stop()


@pytest.fixture
def sender(sink):
    site = Site("https://linli.example.org")
    with Smtp("127.0.0.1", sink.port, "linli@example.org", site, security="none") as smtp:
        yield smtp


def send(sender, *, name="王秀英", email="own@example.org", subject="Hello", text="Hello\n"):
    message = OutboxMessage(message_id="a" * 32, person=Person(name="x", email=email))
    # As if it had got past every form: the mail itself must hold.
    message.person.__dict__["name"] = name
    try:
        sender.send(message, Letter(subject, text))
    except Refused:
        return "refused"
    return "sent"


def check(sink, count):
    assert len(sink.got) == count
    for recipients, content in sink.got:
        assert recipients == ["own@example.org"]
        mail = message_from_bytes(content, policy=default)
        assert {key.lower() for key in mail} <= ALLOWED
        assert len(mail.get_all("To")) == len(mail.get_all("Subject")) == 1
        assert [address.addr_spec for address in mail["To"].addresses] == ["own@example.org"]
        assert mail["Bcc"] is mail["Cc"] is None


def test_a_plain_mail_arrives_whole(sink, sender):
    assert send(sender, subject="爱心午饭：周三", text="您好。\n.\n..\n") == "sent"
    check(sink, 1)
    mail = message_from_bytes(sink.got[0][1], policy=default)
    assert mail["Subject"] == "爱心午饭：周三"
    assert mail.get_content().splitlines() == ["您好。", ".", ".."]


def test_no_name_adds_a_recipient_or_a_header(sink, sender):
    results = [send(sender, name=name) for name in HOSTILE]
    check(sink, results.count("sent"))
    assert results.count("sent") >= len(HOSTILE) // 2


def test_no_subject_adds_a_recipient_or_a_header(sink, sender):
    results = [send(sender, subject=subject) for subject in HOSTILE]
    check(sink, results.count("sent"))
    assert results.count("sent") >= len(HOSTILE) // 2


def test_no_text_ends_the_mail_early(sink, sender):
    tricks = [
        f"Hello\r\n.\r\nMAIL FROM:<x@evil.example>\r\nRCPT TO:<thief@evil.example>\r\n{end}"
        for end in ("", "DATA\r\n", ".\n", "\n.\r")
    ]
    assert [send(sender, text=text) for text in tricks] == ["sent"] * len(tricks)
    check(sink, len(tricks))


@pytest.mark.parametrize(
    "email",
    [
        "own@example.org, thief@evil.example",
        "own@example.org\r\nBcc: thief@evil.example",
        "own@example.org>\r\nRCPT TO:<thief@evil.example",
        "<own@example.org>",
        "own@example.org thief@evil.example",
        "",
        "own",
        "own@",
        "own@exam\x00ple.org",
    ],
)
def test_an_address_that_is_none_or_two_is_refused_for_good(sink, sender, email):
    assert send(sender, email=email) == "refused"
    assert send(sender) == "sent"
    check(sink, 1)


def test_one_bad_mail_does_not_hold_back_the_next(sink, sender):
    results = [send(sender, email="own@"), send(sender), send(sender, email=""), send(sender)]
    assert results == ["refused", "sent", "refused", "sent"]
    check(sink, 2)
