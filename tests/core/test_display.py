"""Language and look: as this browser's reader has chosen."""

import pytest

from volunteer.core import language

pytestmark = pytest.mark.usefixtures("database")


def test_a_browser_that_says_nothing_gets_chinese(client):
    assert '<html lang="zh-Hans"' in client.get("/").text


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW,zh", "zh-Hans"),
        ("fr", "zh-Hans"),
        ("zh,en;q=0.5", "zh-Hans"),
    ],
)
def test_else_the_browser_says_which_language(client, wanted, language):
    page = client.get("/", headers={"Accept-Language": wanted}).text

    assert f'<html lang="{language}"' in page


def test_after_a_page_nothing_is_said_in_its_language_any_more(app, client):
    with app.app_context():
        usual = language.current()
        assert '<html lang="en"' in client.get("/?lang=en").text
        assert client.get("/nowhere?lang=en").status_code == 404
        assert language.current() == usual == language.CHINESE

        with language.speaking(language.CHINESE):
            client.get("/?lang=en")
            assert language.current() == language.CHINESE


def test_a_choice_of_language_is_remembered_and_beats_the_browser(client):
    client.get("/?lang=en")

    page = client.get("/teams", headers={"Accept-Language": "zh"}).text

    assert '<html lang="en"' in page


def test_large_text_is_remembered_and_can_be_taken_back(client):
    assert 'data-mode="elder"' in client.get("/?mode=elder").text
    assert 'data-mode="elder"' in client.get("/teams").text
    assert 'data-mode="elder"' not in client.get("/?mode=standard").text
    assert 'data-mode="elder"' not in client.get("/teams").text


def test_every_page_offers_large_text_and_the_other_language(client):
    for path in ("/", "/teams", "/sign-in", "/register", "/help", "/privacy", "/nowhere"):
        page = client.get(path).text
        assert "mode=elder" in page
        assert "lang=en" in page


@pytest.mark.parametrize(
    "choice", ["lang=xx", "mode=<b>", "theme=../../etc", "lang=", "lang=en&lang=zh"]
)
def test_nonsense_chooses_nothing_and_breaks_nothing(client, choice):
    assert client.get(f"/?{choice}").status_code == 200


def test_the_choice_lies_in_a_cookie_that_scripts_cannot_read(client):
    (cookie,) = [
        header
        for header in client.get("/?mode=elder").headers.getlist("Set-Cookie")
        if header.startswith("mode=")
    ]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
