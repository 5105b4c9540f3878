"""A sign-in ends on the server: whatever was copied is worth nothing afterwards."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories.accounts import PASSWORD, OperatorFactory, UserFactory
from volunteer.accounts import passwords, signing_in
from volunteer.accounts.models import ABSOLUTE_LIMIT, SignIn, User
from volunteer.core import clock
from volunteer.core.database import session

NEW_PASSWORD = "another short sentence"


def copy_of(app, browser):
    """Another browser with the same cookie: what a thief would have."""
    thief = app.test_client()
    thief.set_cookie("linli", browser.get_cookie("linli").value)
    return thief


def is_in(browser):
    return browser.get("/my-week").status_code == 200


@pytest.fixture
def signed_in(app, account):
    browser = app.test_client()
    assert account(browser).status_code == 302
    assert is_in(browser)
    return browser


@pytest.mark.parametrize("way", ["/sign-out", "/settings/sign-out-everywhere"])
def test_a_copied_cookie_is_dead_after_signing_out(app, signed_in, way):
    thief = copy_of(app, signed_in)
    assert is_in(thief)

    signed_in.post(way)

    assert not is_in(thief)
    assert not is_in(signed_in)


def test_signing_out_ends_this_browser_only_and_everywhere_ends_them_all(app, account, signed_in):
    other, third = app.test_client(), app.test_client()
    account(other)
    account(third)

    other.post("/sign-out")
    assert (is_in(signed_in), is_in(other), is_in(third)) == (True, False, True)

    third.post("/settings/sign-out-everywhere")
    assert (is_in(signed_in), is_in(third)) == (False, False)


def test_a_new_password_ends_every_other_browser_and_every_copy(app, account, signed_in):
    other = app.test_client()
    account(other)
    thief = copy_of(app, signed_in)

    answer = signed_in.post("/settings/password", data={"old": PASSWORD, "new": NEW_PASSWORD})

    assert answer.status_code == 302
    assert is_in(signed_in)
    assert not is_in(other)
    assert not is_in(thief)
    assert account(app.test_client()).status_code == 200
    assert account(app.test_client(), NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("factory", "lives", "dies"),
    [
        (UserFactory, timedelta(days=59), timedelta(days=61)),
        (OperatorFactory, timedelta(hours=11), timedelta(hours=13)),
    ],
)
def test_a_browser_that_is_not_used_is_signed_out_in_time(app, factory, lives, dies):
    opened = signing_in.begin(factory(), "test")
    with time_machine.travel(clock.now() + dies, tick=False):
        assert signing_in.find_open(opened.token) is None
    with time_machine.travel(clock.now() + lives, tick=False):
        assert signing_in.find_open(opened.token) is not None


def test_no_sign_in_outlives_a_year_however_much_it_is_used(app):
    opened = signing_in.begin(UserFactory(), "test")
    start = clock.now()
    seen = []
    for week in range(55):
        with time_machine.travel(start + timedelta(weeks=week), tick=False):
            seen.append(signing_in.find_open(opened.token) is not None)
            session.remove()
    assert seen == [True] * 53 + [False] * 2


def test_signing_in_brings_a_new_session_and_keeps_nothing_planted(app, account):
    browser = app.test_client()
    with browser.session_transaction() as planted:
        planted["_user_id"] = "known to a thief"
        planted["left_by"] = "a thief"
    before = browser.get_cookie("linli").value

    account(browser)

    assert browser.get_cookie("linli").value != before
    with browser.session_transaction() as cookie:
        assert "left_by" not in cookie
        assert cookie["_user_id"] != "known to a thief"
    assert is_in(browser)


def test_the_server_keeps_only_the_fingerprint_of_what_the_cookie_holds(app, account):
    browser = app.test_client()
    account(browser)
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert len(token) * 6 >= 128
    hashes = [row.token_hash for row in session.query(SignIn)]
    assert hashes
    assert token not in " ".join(hashes)


# --- passwords ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "good",
    ["gänsefüßchen", "两个人一起买菜做饭", "no digit no capital", "        x       ", "v" * 128],
)
def test_any_long_password_will_do(app, account, signed_in, good):
    answer = signed_in.post("/settings/password", data={"old": PASSWORD, "new": good})
    assert answer.status_code == 302
    assert account(app.test_client(), good).status_code == 302


@pytest.mark.parametrize("bad", ["", "sevenxx", "v" * 129, "password", "12345678", "PassWord1"])
def test_short_long_and_common_passwords_are_refused(app, account, signed_in, bad):
    answer = signed_in.post("/settings/password", data={"old": PASSWORD, "new": bad})
    assert answer.status_code == 200
    assert account(app.test_client()).status_code == 302


def test_a_new_password_needs_the_old_one(app, account, signed_in):
    for old in ("", "wrong", PASSWORD.upper(), PASSWORD + " "):
        answer = signed_in.post("/settings/password", data={"old": old, "new": NEW_PASSWORD})
        assert answer.status_code == 200
    assert account(app.test_client(), NEW_PASSWORD).status_code == 200
    assert account(app.test_client()).status_code == 302


def test_passwords_are_kept_as_argon2id_and_each_with_its_own_salt(app):
    kept = [passwords.hashed(NEW_PASSWORD) for _time in range(2)]
    assert all(text.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for text in kept)
    assert kept[0] != kept[1]
    assert NEW_PASSWORD not in "".join(kept)
    UserFactory()
    assert session.query(User.password_hash).first()[0].startswith("$argon2id$")


def test_three_thousand_common_passwords_are_known():
    known = passwords.commonest()
    assert len(known) == 3000
    assert passwords.is_common("PASSWORD")
    assert not passwords.is_common(NEW_PASSWORD)


def test_a_page_writes_no_cookie_and_the_one_from_signing_in_lasts_as_long_as_that(app, account):
    browser = app.test_client()
    began = clock.now()

    account(browser)
    cookie = browser.get_cookie("linli")
    # The first page says welcome, which then goes out of the cookie.
    browser.get("/my-week")
    page = browser.get("/my-week")

    assert abs(cookie.expires - began - ABSOLUTE_LIMIT) < timedelta(minutes=1)
    assert "Set-Cookie" not in page.headers
