"""How requests are answered around the views: errors as pages, headers."""

from io import BytesIO

import pytest
from gunicorn.http.errors import InvalidChunkSize
from sqlalchemy.exc import OperationalError

from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.accounts import personal_links
from volunteer.core.errors import DomainError, NotAllowed
from volunteer.home import queries
from volunteer.people import profile

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def failing(app, client, monkeypatch):
    """The answer of /healthz when its question to the database ends with this error."""

    def answer(error: Exception):
        def fail() -> None:
            raise error

        monkeypatch.setattr(queries, "health", fail)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        monkeypatch.setattr(app, "testing", False)
        return client.get("/healthz?lang=en")

    return answer


@pytest.mark.parametrize("path", ["/nowhere", "/teams/999999", "/teams/abc", "/join/guessed"])
def test_what_is_not_there_gets_a_page_that_says_so(client, path):
    client.set_cookie("lang", "en")

    response = client.get(path)

    assert response.status_code == 404
    assert "This page is not here" in response.text
    assert 'href="/"' in response.text


def test_a_stranger_cannot_tell_what_is_hidden_from_what_is_not_there(signed_in_as):
    team = TeamFactory()
    browser = signed_in_as(PersonFactory())

    hidden = browser.get(f"/teams/{team.id}/members")
    absent = browser.get("/teams/999999/members")

    assert hidden.status_code == absent.status_code == 404
    assert hidden.text.replace(f"/{team.id}/", "/") == absent.text.replace("/999999/", "/")


def test_the_wrong_method_gets_a_page_and_names_the_right_ones(client):
    response = client.delete("/teams")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "<h1>" in response.text


def test_what_is_too_large_is_read_to_its_end_before_it_is_refused(client):
    """Else the proxy, which still sends, would take us for dead and say that we are away."""
    body = BytesIO(b"login=" + b"a" * 3 * 1024**2)
    body.close = lambda: None
    size = {"CONTENT_LENGTH": str(len(body.getvalue()))}

    response = client.post("/sign-in?lang=en", input_stream=body, environ_overrides=size)

    assert response.status_code == 413
    assert "at most 2 MB" in response.text
    assert body.read() == b""


def test_what_is_too_large_and_breaks_off_is_too_large_all_the_same(client):
    class Breaking(BytesIO):
        def read(self, size=-1):
            if self.tell() > 2 * 1024**2:
                raise InvalidChunkSize(b"ZZZ")
            return super().read(size)

    body = Breaking(b"login=" + b"a" * 3 * 1024**2)
    body.close = lambda: None
    size = {"wsgi.input_terminated": True}

    response = client.post("/sign-in?lang=en", input_stream=body, environ_overrides=size)

    assert response.status_code in {400, 413}


def test_a_form_without_its_token_changes_nothing(app, signed_in_as, monkeypatch):
    person = PersonFactory(name="王秀英")
    browser = signed_in_as(person)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

    response = browser.post("/settings", data={"name": "李明"})

    assert response.status_code == 400
    assert "Nothing was saved" in response.text
    assert person.name == "王秀英"


def test_a_rule_that_refuses_says_why_and_with_which_status(failing):
    response = failing(NotAllowed())

    assert response.status_code == 403
    assert str(NotAllowed.message) in response.text


def test_a_rule_that_refuses_says_nothing_that_a_reader_could_run(failing):
    response = failing(DomainError("<script>alert(1)</script>"))

    assert response.status_code == 409
    assert "<script>alert" not in response.text


def test_our_own_fault_shows_a_page_in_both_languages_and_no_detail(failing):
    response = failing(RuntimeError("secret detail"))

    assert response.status_code == 500
    assert "这一页暂时打不开" in response.text
    assert "This page cannot be opened just now" in response.text
    assert "secret detail" not in response.text


def test_a_database_that_is_away_asks_to_come_back(failing):
    response = failing(OperationalError("SELECT 1", {}, Exception("gone")))

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_what_was_begun_before_a_fault_is_undone(signed_in_as, app, monkeypatch):
    person = PersonFactory(name="王秀英")
    browser = signed_in_as(person)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fail_half_way(row, details) -> None:
        row.name = "李明"
        raise RuntimeError

    monkeypatch.setattr(profile, "put", fail_half_way)
    form = {"name": "李明", "phone_owner": "self", "language": "en"}

    assert browser.post("/settings", data=form).status_code == 500
    assert "王秀英" in browser.get("/settings").text


def test_who_is_not_signed_in_comes_back_after_signing_in(client):
    response = client.get("/teams/1/members?q=wxy")

    assert response.status_code == 302
    assert response.location == "/sign-in?next=/teams/1/members?q%3Dwxy"


@pytest.mark.parametrize("path", ["/", "/teams", "/sign-in", "/nowhere", "/healthz"])
def test_every_answer_carries_the_headers_that_protect_readers(client, path):
    headers = client.get(path).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_with_it(client):
    headers = client.get("/", base_url="https://localhost").headers

    assert "max-age=31536000" in headers["Strict-Transport-Security"]


def test_pages_hold_no_script_and_no_style_of_their_own(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)

    for path in ("/", f"/teams/{coordinator.team_id}/members", "/settings", "/my-week"):
        page = browser.get(path).text
        assert "<script>" not in page
        assert " style=" not in page
        assert " onclick=" not in page


def test_the_log_of_a_fault_names_no_address(app, caplog, monkeypatch):
    monkeypatch.setattr(personal_links, "find", lambda _token: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = app.test_client().get("/links/a-secret-that-opens-a-door")

    assert answer.status_code == 500
    assert "Fault in accounts.show_link" in caplog.text
    assert "a-secret" not in caplog.text
