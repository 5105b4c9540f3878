"""Mails as they go over the line: Python's own parser reads back what was written."""

from email import message_from_bytes
from email.policy import default

from hypothesis import given
from hypothesis import strategies as st

from volunteer.notifications import mails

# Whatever people type, and what means something to a mail program.
WORDS = st.text(
    st.one_of(
        st.sampled_from(list("王秀英·=?\"'<>@,;:()\\ \t\r\n-_.")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=90,
)


def read(mail: bytes):
    return message_from_bytes(mail, policy=default)


def written(*, subject="Hello", name="王秀英", text="Hello\n", html=""):
    headers = [
        ("Subject", mails.in_a_header(subject, "Subject")),
        ("To", mails.mailbox(name, "own@example.org")),
    ]
    return mails.as_bytes(headers, text, html)


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")


@given(subject=WORDS)
def test_a_subject_is_read_as_it_was_written(subject):
    mail = read(written(subject=subject))

    assert mail["Subject"] == mails.one_line(subject)
    assert set(mail.keys()) == {
        "Subject", "To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip


@given(name=WORDS)
def test_a_name_stays_a_name_beside_one_address(name):
    mail = read(written(name=name))

    assert [one.addr_spec for one in mail["To"].addresses] == ["own@example.org"]


@given(text=WORDS, html=WORDS.filter(bool))
def test_text_and_html_are_read_as_they_were_written(text, html):
    mail = read(written(text=text, html=html))

    plain, rich = mail.get_body(["plain"]), mail.get_body(["html"])
    assert lines(plain.get_content()) == lines(text)
    assert lines(rich.get_content()) == lines(html)
    assert mail.get_content_type() == "multipart/alternative"


def test_no_line_is_longer_than_a_mail_server_takes():
    mail = written(subject="x" * 3000, name="王" * 500, text="字" * 5000, html="y" * 5000)

    assert max(map(len, mail.split(b"\r\n"))) <= 998
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert mail.isascii()


def test_what_cannot_be_written_at_all_does_not_stop_a_mail():
    assert "?" in read(written(text="a\ud800b")).get_content()
