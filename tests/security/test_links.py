"""Links stay on this site, carry our own address, and are good once, for one thing, in time."""

import base64
import logging
import re
import secrets
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
import time_machine

from tests import racing
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.accounts import links_by_mail, personal_links, signing_in
from volunteer.accounts.models import PersonalLink, fingerprint
from volunteer.core import clock
from volunteer.core.addresses import safe_next
from volunteer.core.database import session
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage

ELSEWHERE = [
    "",
    "x",
    "my-week",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: x=1",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/x\\..\\evil",
    "/my week",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "ftp://evil.example",
    "http://127.0.0.1@evil.example/",
    "https://127.0.0.1.evil.example/",
    "@evil.example",
    ".evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "／／evil.example",
    "〱//evil.example",
    "%2f%2fevil.example",
    "/\u2028/evil.example".replace("/", "", 1),
]
OUR_OWN = ["/", "/my-week", "/teams/3?page=2", "/activities/dates/7#names", "/a/%2F%2Fevil"]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_after_signing_in_nobody_is_sent_elsewhere(app, account, target):
    assert safe_next(target) is None
    answer = account(app.test_client(), next=target)
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("target", OUR_OWN)
def test_after_signing_in_everybody_comes_back_to_their_page(app, account, target):
    assert account(app.test_client(), next=target).location == target


@pytest.mark.parametrize("target", ["/%09/evil.example", "/%5cevil.example", "/%2fevil.example"])
def test_what_is_written_twice_stays_here_too(app, account, target):
    """However often a server decodes it: the address begins with our own host."""
    location = account(app.test_client(), next=target).location
    assert not urlsplit(location).netloc
    assert location in {"/", target}


# --- our own address ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "x@y"]
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/links/x", "/nothing"])
def test_another_host_name_is_refused(client, host, path):
    assert client.get(path, headers={"Host": host}).status_code == 400
    assert client.post(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "///evil.example"])
def test_a_page_that_is_not_here_links_to_no_other_host(client, path):
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code in {308, 404}
    links = re.findall(r'(?:href|action)="([^"]*)"', answer.text)
    assert answer.status_code == 308 or len(links) > 5
    assert not [link for link in links if urlsplit(link.replace("\\", "/")).netloc]


@pytest.mark.parametrize(
    "referrer",
    [
        "http://evil.example/x",
        "http://localhost//evil.example/x",
        "http://localhost/\\evil.example",
    ],
)
def test_a_refusal_sends_nobody_to_where_a_foreign_page_says(signed_in_as, referrer):
    membership = CoordinatorFactory()
    MembershipFactory(team=membership.team)
    step = f"/teams/{membership.team_id}/members/{membership.id}/departure"
    browser = signed_in_as(membership.person)

    refused = browser.post(step, headers={"Referer": referrer})
    welcome = browser.post(step, headers={"Referer": "http://localhost/teams"})

    assert refused.status_code == 409
    assert (welcome.status_code, welcome.location) == (302, "/teams")


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server", "Forwarded"]
)
def test_what_a_caller_says_of_our_address_is_not_repeated(signed_in_as, header):
    coordinator = CoordinatorFactory()
    said = "host=evil.example;proto=http" if header == "Forwarded" else "evil.example"
    headers = {header: said, "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": "//evil.example"}
    members = f"/teams/{coordinator.team_id}/members"
    person_page = f"{members}/{coordinator.id}"
    browser = signed_in_as(coordinator.person)

    answers = [
        browser.get(members, headers=headers),
        browser.post(f"{person_page}/link", headers=headers),
        browser.get("/sign-in", headers=headers),
        browser.get("/my-week?lang=en", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in answers:
        assert "evil.example" not in answer.text + str(answer.headers)
    assert "http://127.0.0.1:8000/join/" in answers[0].text
    assert "http://127.0.0.1:8000/links/" in answers[1].text


def test_links_in_mails_carry_our_address_whoever_asked_for_them(app, client):
    person = PersonFactory(language="en")
    token = personal_links.make(person, by=None)
    headers = {"X-Forwarded-Host": "evil.example", "Referer": "http://evil.example/"}

    assert client.post(f"/links/{token}/renewal", headers=headers).status_code == 302
    with app.app_context():
        messages = session.query(OutboxMessage).filter_by(kind=links_by_mail.NEW_LINK).all()
        written = letters.write(messages)

    (letter,) = written.values()
    assert "http://127.0.0.1:8000/links/" in letter.text
    assert "http://127.0.0.1:8000/links/" in letter.html
    assert "evil.example" not in letter.text + letter.html + letter.subject


# --- good once, for one thing, in time ------------------------------------------------------


def enter(app, token):
    return app.test_client().post(f"/links/{quote(token)}").status_code


def test_a_link_opens_once(app):
    token = personal_links.make(PersonFactory(), by=None)
    assert [enter(app, token) for _time in range(5)] == [302, 409, 409, 409, 409]


def test_opening_the_page_of_a_link_uses_nothing_up(app):
    token = personal_links.make(PersonFactory(), by=None)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert app.test_client().open(f"/links/{token}", method=method).status_code == 200
    assert enter(app, token) == 302


def test_a_link_that_is_one_bit_off_opens_nothing(app):
    seed = racing.new_seed()
    token = personal_links.make(PersonFactory(), by=None)
    raw = base64.urlsafe_b64decode(token)
    flipped = [
        base64.urlsafe_b64encode((int.from_bytes(raw) ^ 1 << bit).to_bytes(len(raw))).decode()
        for bit in range(len(raw) * 8)
    ]
    other = [token[:-1], token + "A", token.swapcase(), token[::-1], fingerprint(token), "", " "]
    assert len(flipped) == 192, seed

    found = [wrong for wrong in [*flipped, *other] if personal_links.find(wrong) is not None]
    refused = {enter(app, wrong) for wrong in [*flipped[::16], *other[:5]]}

    assert not found
    assert refused == {409}
    assert enter(app, token) == 302


def test_a_link_is_too_old_after_its_time_and_not_before(app):
    tokens = [personal_links.make(PersonFactory(), by=None) for _time in range(2)]
    until = clock.now() + personal_links.LASTS
    with time_machine.travel(until + timedelta(seconds=5), tick=False):
        assert enter(app, tokens[0]) == 409
    with time_machine.travel(until - timedelta(minutes=1), tick=False):
        assert enter(app, tokens[1]) == 302


def test_a_link_is_no_cookie_and_a_cookie_is_no_link(app, client):
    person = PersonFactory()
    token = personal_links.make(person, by=None)
    opened = signing_in.begin(signing_in.user_of(person), "test")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert client.get("/my-week").status_code == 302
    assert enter(app, opened.token) == 409
    assert client.get(f"/join/{token}").status_code == 404


def test_a_link_signs_in_its_own_person_and_nobody_else(app):
    people = [PersonFactory() for _time in range(3)]
    tokens = [personal_links.make(person, by=None) for person in people]
    for person, token in zip(people, tokens, strict=True):
        assert personal_links.use(token)[0].person.id == person.id


def test_only_fingerprints_of_links_are_kept_and_tokens_are_long(app):
    tokens = {personal_links.make(PersonFactory(), by=None) for _time in range(50)}
    kept = {row.token_hash for row in session.query(PersonalLink)}
    assert len(tokens) == len(kept) == 50
    assert {fingerprint(token) for token in tokens} == kept
    assert all(len(base64.urlsafe_b64decode(token)) * 8 >= 128 for token in tokens)


# --- the log --------------------------------------------------------------------------------


def test_the_log_holds_no_token_password_phone_or_address(app, account, caplog):
    caplog.set_level(logging.DEBUG)
    person = PersonFactory(phone="13787654321", email="canary@example.org", name="金丝雀")
    token = personal_links.make(person, by=None)
    wrong = secrets.token_hex()
    logging.getLogger("volunteer").warning("something is logged")
    browser = app.test_client()

    for path in (f"/links/{token}", f"/links/{wrong}"):
        browser.get(path)
        browser.post(path)
        browser.post(f"{path}/renewal")
    account(app.test_client(), wrong)
    account(app.test_client())
    data = {"name": "金丝雀", "phone": "13787654321", "phone_owner": "self", "language": "en"}
    browser.post("/settings", data={**data, "email": "canary@example.org"})
    browser.get("/my-week")

    assert "something is logged" in caplog.text
    for secret in (token, wrong, fingerprint(token), "13787654321", "canary@", "金丝雀"):
        assert secret not in caplog.text
