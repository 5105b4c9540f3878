"""Every form that a page shows: whatever is typed into it is no fault of ours (S18), comes back as
text (S17), is one when it is pressed twice (R3), and says no more than it asks (S4)."""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from zlib import crc32

import pytest
from sqlalchemy import func, literal, select, union_all

from tests.racing import shuffled
from tests.security.forms import Form, forms_of
from tests.servers import ROOT
from volunteer.core import clock
from volunteer.core.database import Model, dialect_name, session

pytestmark = pytest.mark.walks

READERS = ("coordinator", "volunteer", "operator", "visitor")
# How many forms each of them meets at least, and how many are taken as they are filled in here.
FORMS = {"coordinator": (120, 80), "volunteer": (45, 35), "operator": (20, 10), "visitor": (8, 1)}
# Who reads many forms tries one of so many of them, and others when a page has changed (seed).
SHARES = {"coordinator": 5, "volunteer": 2, "operator": 1, "visitor": 1}
MARKER = "<img src=x onerror=alert(1)>"
HOSTILE = (
    "", " ", "\x00", "a\x00b", "9" * 5000, "x" * 20_000, "²", "１２", "१२", "-1", "0", "--",
    str(2**31), str(2**63), "nan", "inf", "1e400", "0001-01-01", "9999-12-31", "2031-02-30",
    "2031-W53", "12月32日", "24:00", "99:99", "下午25:00", MARKER, "{{7*7}}", "%s%(x)s%",
    "\u202eabc", "()" * 50, "a\r\nBcc: x@example.org", "[]", "{}", '{"headings":1}', "🏠" * 40,
)  # fmt: skip
# How many of them each form meets; others when a page has changed.
AT_ONCE = 2
# Of how many fields one is filled in alone.
ALONE = 3
# What somebody might add to a form by hand.
MORE_NAMES = (
    "role", "is_admin", "is_operator", "is_coordinator", "team", "team_id", "user_id", "person_id",
    "by_id", "made_by_id", "recorded_by_id", "elder_id", "membership_id", "consent_id", "place_id",
    "confirmed", "confirmed_at", "minutes", "amount", "fen", "status", "state", "id", "created_at",
    "joined_at", "seen_at", "login", "password", "withdrawn_on", "kind_id",
)  # fmt: skip
# What a second press adds a line to: a new link and a new card end the one before, and a page of
# who looks at what writes each look down.
ONE_MORE_EACH_TIME = {"audit_entries", "audit_readings", "sign_ins", "personal_links", "code_cards"}


@cache
def seed() -> int:
    """What is tried changes with each change of a page or of a form, and is the same wherever one
    commit is tested: chance must not refuse what has passed before."""
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "volunteer").rglob("forms*/**/*.py")]
    forms = (ROOT / "volunteer").rglob("forms.py")
    return crc32(b"".join(file.read_bytes() for file in sorted({*pages, *forms})))


@dataclass(frozen=True)
class Sent:
    """A form as it stands on its page, filled in, with one of its buttons."""

    form: Form
    data: dict[str, list[str]]


@contextmanager
def undone():
    """Whatever is sent within the block is undone after it, for the next one meets the same."""
    session.rollback()
    point = session.get_bind().begin_nested()
    try:
        yield
    finally:
        session.rollback()
        if point.is_active:
            point.rollback()
        session.expire_all()


@pytest.fixture(params=READERS)
def reader(request, village, look, app, monkeypatch, time_machine):
    """Who fills in what: the browser, and every form once for each of its buttons, as this reader
    saw it looking around."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    time_machine.move_to(clock.now(), tick=False)
    browser, forms = village.browsers[request.param], {}
    for rule, page in look(request.param).own:
        if page.status_code == 200 and page.mimetype == "text/html":
            address = village.address(rule, village.own)
            forms.update({(f.action, *f.looks): f for f in forms_of(address, page.text)})
    sent = [
        Sent(form, {**form.filled_in(), **({button[0]: [button[1]]} if button else {})})
        for form in forms.values()
        for button in (form.buttons or [None])
    ]
    assert len(forms) >= FORMS[request.param][0]
    return Reader(request.param, browser, sent)


@dataclass(frozen=True)
class Reader:
    role: str
    browser: object
    forms: list[Sent]

    @property
    def share(self) -> list[Sent]:
        """This run's part of them."""
        every = SHARES[self.role]
        return shuffled(self.forms, seed())[: -(-len(self.forms) // every)]

    @property
    def fewest(self) -> int:
        """How many of this part are taken at least: chance may leave out many that are."""
        return FORMS[self.role][1] // SHARES[self.role] // 2

    def send(self, sent, data):
        """The answer; what stands in the cookie stays as it was, for acting and signing out."""
        with self.browser.session_transaction() as cookie:
            before = dict(cookie)
        answer = self.browser.post(sent.form.action, data=data)
        with self.browser.session_transaction() as cookie:
            cookie.clear()
            cookie.update(before)
        assert answer.status_code < 500, (sent.form.action, data)
        return answer


def test_every_form_that_a_reader_meets(reader, contents):
    """One after the other, for finding the forms takes as long as each of the three."""
    # PostgreSQL takes less than SQLite does; the others are no matter of the database.
    check_whatever_is_typed_is_no_fault_and_comes_back_as_text(reader)
    if dialect_name() == "sqlite":
        check_what_is_pressed_twice_is_one(reader)
        check_what_no_form_asks_for_changes_nothing(reader, contents)


def check_whatever_is_typed_is_no_fault_and_comes_back_as_text(reader):
    taken = 0
    for number, sent in enumerate(reader.share):
        names = [name for name in sent.form.fields if name != "csrf_token"]
        values = shuffled(HOSTILE, seed() + number)
        tries = [{name: [value] for name in names} for value in values[:AT_ONCE]]
        # Where all else is right, one alone gets further.
        alone = names[(seed() + number) % ALONE :: ALONE]
        tries += [{name: [values[n % len(values)]]} for n, name in enumerate(alone)]
        for wrong in [{}, *tries]:
            with undone():
                answer = reader.send(sent, {**sent.data, **wrong})
                assert MARKER not in answer.text, sent.form.action
                taken += not wrong and answer.status_code == 302
    assert taken >= reader.fewest


def check_what_is_pressed_twice_is_one(reader):
    done = 0
    for sent in reader.forms:
        with undone():
            before = count_rows()
            first = reader.send(sent, sent.data)
            once = count_rows()
            reader.send(sent, sent.data)
            twice = count_rows()
        done += first.status_code == 302 and once != before
        more = {name for name, count in twice.items() if count != once[name]}
        assert more <= ONE_MORE_EACH_TIME, sent.form.action
    assert done >= FORMS[reader.role][1] // 2


def check_what_no_form_asks_for_changes_nothing(reader, contents):
    before, compared = contents(), 0

    def after(sent, **more):
        with undone():
            reader.send(sent, {**sent.data, **more})
            return contents()

    for sent in reader.share:
        plain = after(sent)
        more = after(sent, **{name: ["1"] for name in MORE_NAMES if name not in sent.data})
        otherwise = {name for name in plain if plain[name] != more[name]}
        # What chance decides, a new secret for one, is another one each time.
        if otherwise:
            again = after(sent)
            otherwise -= {name for name in plain if plain[name] != again[name]}
        assert not otherwise, sent.form.action
        compared += plain != before
    assert compared >= reader.fewest


def count_rows():
    """How many rows stand in each table, asked for at once."""
    session.rollback()
    tables = Model.metadata.tables.items()
    rows = session.execute(
        union_all(*(select(literal(name), func.count()).select_from(t) for name, t in tables))
    )
    return dict(row for row in rows)
