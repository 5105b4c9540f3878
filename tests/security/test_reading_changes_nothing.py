"""Looking changes nothing, and a form that is not ours changes nothing."""

import re

import pytest

from tests.conftest import DATABASES
from tests.security.conftest import ROLES

pytestmark = pytest.mark.walks


@pytest.mark.parametrize("role", ROLES)
def test_reading_every_address_leaves_the_database_as_it_was(look, role):
    looked = look(role)

    # Only a look at health leaves its line.
    assert looked.changed <= {"audit_readings"}
    read = [answer for _rule, answer in [*looked.own, *looked.other]]
    answers = [answer.status_code for answer in [*read, *looked.more]]
    assert answers.count(200) >= 50
    assert max(answers) < 500


def test_signing_out_is_no_link(village, contents):
    before = contents()
    answers = [
        village.browsers["volunteer"].get(path).status_code
        for path in ("/sign-out", "/settings/sign-out-everywhere")
    ]
    assert answers == [405, 405]
    assert contents() == before
    assert village.browsers["volunteer"].get("/my-week").status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_a_form_without_its_token_is_refused_and_changes_nothing(
    guarded, village, rules, contents, role, setting
):
    browser = village.browsers[role]
    mine = token_in(browser.get("/sign-in").text)
    foreign = token_in(guarded.test_client().get("/sign-in").text)
    ways = [
        *({"data": {"csrf_token": wrong}} for wrong in ("", "x", mine[:-6] + mine[-5:], foreign)),
        {"data": "csrf_token=x", "content_type": "text/plain"},
        {"json": {"csrf_token": mine}, "headers": {"Origin": "null"}},
    ]
    # Each form meets nothing at all every time, and each wrong way in one of the ten runs.
    turn = ROLES.index(role) + len(ROLES) * DATABASES.index(setting.engine.dialect.name)
    before = contents()

    answers = []
    # A mail program presses that one by itself, without a token (RFC 8058); see tests/telling.
    forms = [r for r in rules if "POST" in r.methods and r.endpoint != "telling.stop"]
    for number, rule in enumerate(forms):
        path = village.address(rule, village.own)
        answers.append(browser.post(path).status_code)
        answers.append(browser.post(path, **ways[(number + turn) % len(ways)]).status_code)

    assert set(answers) == {400}
    assert len(answers) >= 150
    assert contents() == before


def test_the_right_token_is_let_in(guarded, village, contents):
    """The control: the refusals above are about the token and nothing else."""
    browser = village.browsers["volunteer"]
    token = token_in(browser.get("/sign-in").text)
    before = contents()

    answer = browser.post("/settings/sign-out-everywhere", data={"csrf_token": token})

    assert answer.status_code == 302
    changed = {name for name, rows in contents().items() if rows != before[name]}
    # The addresses of calendars and the notices on devices end with it.
    assert changed == {"sign_ins", "audit_entries", "feeds", "devices"}


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "http://[evil"}, False),
        ({"Referer": "https://evil.example/localhost"}, False),
        ({"Origin": "https://evil.example", "Referer": "http://localhost/"}, False),
        ({"Origin": "http://localhost", "Referer": "http://localhost/my-week"}, True),
        # Behind a proxy that hands on the host without its port.
        ({"Origin": "http://localhost:8443"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({}, True),
    ],
)
def test_a_page_of_another_site_can_do_nothing_even_with_the_right_token(
    guarded, village, headers, is_let_in
):
    browser = village.browsers["volunteer"]
    sent = {"csrf_token": token_in(browser.get("/sign-in").text)}

    answer = browser.post("/settings/sign-out-everywhere", data=sent, headers=headers)

    assert answer.status_code == (302 if is_let_in else 400)
    still_in = browser.get("/settings").status_code == 200
    assert still_in != is_let_in


def token_in(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
