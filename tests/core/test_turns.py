"""One request after the other works in a process, and nobody waits for long."""

import io
import time
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier, Event

import pytest
from flask import Flask, request
from gunicorn.http.errors import InvalidChunkSize
from werkzeug.exceptions import NotFound

from volunteer.core import turns

# Long enough for whoever would come in between.
A_WHILE = 0.02


@pytest.fixture
def service():
    """Counts who works at the same time, and for how long the first one does."""
    app = Flask("service")
    turns.init_app(app)
    app.at_work, app.most = 0, 0
    app.first_may_go = Event()

    @app.post("/work")
    def work():
        app.at_work += 1
        app.most = max(app.most, app.at_work)
        time.sleep(A_WHILE)
        app.at_work -= 1
        return request.form.get("word", "")

    @app.get("/long")
    def long():
        app.first_may_go.wait(10)
        return ""

    @app.get("/wrong")
    def wrong():
        raise NotFound

    @app.get("/broken")
    def broken():
        raise ValueError

    return app


def test_one_works_at_a_time_and_everybody_is_answered(service, monkeypatch):
    monkeypatch.setattr(turns, "MOMENT_SECONDS", 10)
    together = Barrier(8)

    def press(number):
        together.wait()
        return service.test_client().post("/work", data={"word": f"{number}"}).text

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))

    assert answers == [f"{number}" for number in range(8)]
    assert service.most == 1


def test_whoever_takes_long_does_not_keep_the_others(service):
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(lambda: service.test_client().get("/long").status)
        while not turns.turn.locked():
            time.sleep(0.001)
        began = time.monotonic()
        assert service.test_client().post("/work").status_code == 200
        took = time.monotonic() - began
        assert not wait([long], timeout=0).done
        service.first_may_go.set()

    assert took >= turns.MOMENT_SECONDS
    assert not turns.turn.locked()


class SlowLine(io.BytesIO):
    """What somebody sends, the rest of it only when they are asked to go on."""

    def __init__(self, words: bytes) -> None:
        super().__init__(words)
        self.is_read, self.may_go_on = Event(), Event()

    def readinto(self, room):
        self.is_read.set()
        self.may_go_on.wait(10)
        return super().readinto(room)


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "text/plain"]
)
def test_whoever_sends_slowly_has_no_turn_meanwhile(service, kind):
    line = SlowLine(b"word=slowly")

    def send():
        return service.test_client().post(
            "/work", input_stream=line, content_type=kind, headers={"Content-Length": "11"}
        )

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send)
        assert line.is_read.wait(10)
        assert not turns.turn.locked()
        line.may_go_on.set()

    assert slow.result().status_code == 200


@pytest.mark.parametrize(("page", "status"), [("/wrong", 404), ("/nowhere", 404), ("/broken", 500)])
def test_a_turn_is_given_back_whatever_goes_wrong(service, page, status):
    assert service.test_client().get(page).status_code == status
    assert not turns.turn.locked()


def test_what_is_too_large_takes_no_turn(service):
    service.config["MAX_CONTENT_LENGTH"] = 10
    answer = service.test_client().post("/work", data={"word": "x" * 100})

    assert answer.status_code == 413
    assert not turns.turn.locked()


def test_what_is_no_message_at_all_is_said_to_be_wrong_and_is_no_fault_of_ours(service):
    class Chunks(io.BytesIO):
        def read(self, _size=-1):
            raise InvalidChunkSize(b"ZZZ")

    sent = {"wsgi.input": Chunks(), "wsgi.input_terminated": True}
    for page in ("/work", "/long"):
        answer = service.test_client().open(page, method="POST", environ_overrides=sent)

        assert answer.status_code in {400, 405}
    assert not turns.turn.locked()


def test_every_page_of_ours_takes_its_turn(client):
    with turns.turn:
        began = time.monotonic()
        assert client.get("/sign-in").status_code == 200
        assert time.monotonic() - began >= turns.MOMENT_SECONDS

    assert client.get("/sign-in").status_code == 200
    assert not turns.turn.locked()
