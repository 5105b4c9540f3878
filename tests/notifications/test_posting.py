"""One POST to the outside: in time, and never to a machine that only we can reach (S23)."""

import socket
import threading
import time

import pytest

from tests.notifications.test_channels import dripping
from tests.sinks import answering
from volunteer.notifications import lines, posting
from volunteer.notifications.lines import is_outside, is_outside_or_here
from volunteer.notifications.posting import Forbidden, NotReached

INSIDE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0",  # noqa: S104 - called, not listened on
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "::ffff:0:7f00:1", "fec0::1", "2002:7f00:1::", "2001:0:1::1", "not an address",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "119.147.3.210", "2400:3200::1", "2606:4700:4700::1111"]
# Other ways to write 127.0.0.1, an address within an address, and what is no web address.
WRITTEN_ODDLY = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://127.1:{port}/",
    "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/",
    "http://0.0.0.0:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://example.org@127.0.0.1:{port}/", "http://127.0.0.1.:{port}/", "http://LOCALHOST:{port}/",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "http:///nowhere", "http://127.0.0.1:x/",
    "http://[half/", "",
]  # fmt: skip


def post(url, *, may_call=is_outside, seconds=5):
    return posting.post(url, {"hello": "there"}, seconds=seconds, may_call=may_call)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_none_of_the_outside(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_open_internet_is_outside(address):
    assert is_outside(address)


def test_for_tests_this_machine_counts_and_its_neighbours_do_not():
    assert is_outside_or_here("127.0.0.1")
    assert not is_outside_or_here("10.0.0.1")


@pytest.mark.parametrize("written", WRITTEN_ODDLY)
def test_however_it_is_written_nothing_reaches_this_machine(written):
    with answering() as canary, pytest.raises(NotReached):
        post(written.format(port=canary.port))

    assert canary.got == []


def test_the_control_reaches_it():
    with answering(200, {"errcode": 0}) as canary:
        answer = post(canary.url, may_call=is_outside_or_here)

    assert (answer.status, answer.said, len(canary.got)) == (200, {"errcode": 0}, 1)


def test_a_name_that_says_outside_first_and_inside_then_is_asked_once(monkeypatch):
    answers = [["203.0.114.9"], ["127.0.0.1"], ["127.0.0.1"]]
    called = []

    def look_up(_host, _port, *_rest, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0)) for a in answers.pop(0)]

    def create_connection(address, *_rest):
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    with pytest.raises(NotReached):
        post("http://turncoat.example/")

    assert called == ["203.0.114.9"]


def test_a_name_of_which_one_address_is_inside_is_not_called_at_all(monkeypatch):
    called = []
    monkeypatch.setattr(lines, "look_up", lambda *_rest: ["8.8.8.8", "10.0.0.1"])
    monkeypatch.setattr(socket, "create_connection", lambda *rest: called.append(rest))

    with pytest.raises(Forbidden):
        post("http://half.example/")

    assert called == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(status):
    with answering() as canary, answering(status) as sink:
        sink.location = canary.url
        answer = post(sink.url, may_call=is_outside_or_here)

    assert (answer.status, canary.got) == (status, [])


@pytest.mark.walks
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_whole_call_ends_in_time_however_slowly_they_speak(scheme):
    begun = time.monotonic()
    with dripping() as port, pytest.raises(NotReached):
        post(f"{scheme}://127.0.0.1:{port}/", may_call=is_outside_or_here, seconds=0.5)
    assert time.monotonic() - begun < 3


def test_a_call_leaves_no_thread_behind():
    with answering() as sink:
        post(sink.url, may_call=is_outside_or_here)
        before = threading.active_count()
        for _time in range(20):
            post(sink.url, may_call=is_outside_or_here)

        end = time.monotonic() + 20
        while threading.active_count() > before + 2 and time.monotonic() < end:
            time.sleep(0.01)
        assert threading.active_count() <= before + 2


def test_what_went_wrong_does_not_say_where():
    with pytest.raises(NotReached) as caught:
        post("http://127.0.0.1:9/secret?key=abc", may_call=is_outside_or_here)
    assert "abc" not in repr(caught.value)
    assert caught.value.__cause__ is None
