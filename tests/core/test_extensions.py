"""A form is taken from our own pages alone: its token must be right, and so must its place."""

import re

import pytest

from tests.factories.accounts import PASSWORD, UserFactory


@pytest.fixture
def send(app, client, monkeypatch):
    """The form of the sign-in page, sent as a browser would with these headers."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    login = UserFactory().login

    def send(token=None, **headers):
        page = client.get("/sign-in").text
        own = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
        data = {"login": login, "password": PASSWORD, "csrf_token": token or own}
        return client.post("/sign-in", data=data, headers=headers).status_code

    return send


HERE, THERE = "http://localhost", "https://elsewhere.example"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": HERE},
        {"Origin": f"{HERE}:8080"},
        {"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        {"Referer": HERE},
    ],
)
def test_what_a_page_of_ours_sends_is_taken_whatever_the_browser_says_of_it(send, headers):
    assert send(**headers) == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": THERE},
        {"Referer": f"{THERE}/page"},
        {"Origin": "http://["},
        # From a frame that has no place of its own.
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_what_another_site_sends_is_refused_although_its_token_is_right(send, headers):
    assert send(**headers) == 400


def test_a_token_that_is_not_ours_is_refused_from_anywhere(send):
    assert send(token="made-up", Origin=HERE) == 400


def test_whoever_follows_a_link_from_elsewhere_may_read(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    assert client.get("/sign-in", headers={"Referer": f"{THERE}/mail"}).status_code == 200
