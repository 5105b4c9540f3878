"""Groups of other services by Apprise: real HTTP, to a sink in this process, and never inside."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import config
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from tests.notifications.test_channels import dripping
from tests.sinks import Sink, answering
from volunteer.core.database import session
from volunteer.notifications import groups, services
from volunteer.notifications.channels import Refused, Unreachable
from volunteer.notifications.groups import RobotDetails
from volunteer.notifications.letters import Letter
from volunteer.notifications.lines import is_outside, is_outside_or_here
from volunteer.notifications.models import Channel, RobotKind
from volunteer.notifications.robots import Robots

# Each letter is handed over by a program of its own.
pytestmark = pytest.mark.processes

WORDS = "【有变】包饺子\n地点:奶奶厨房"


def address(sink: Sink, path: str = "/send") -> str:
    return f"json://127.0.0.1:{sink.port}{path}"


def hand_over(url: str) -> None:
    services.hand_over(url, WORDS, may_call=is_outside_or_here)


def test_a_group_of_another_service_is_told():
    with answering(200) as sink:
        hand_over(address(sink))

    (post,) = sink.got
    assert (post.path, post.body["message"]) == ("/send", WORDS)


@pytest.mark.parametrize("status", [400, 500])
def test_what_it_does_not_take_is_tried_again(status):
    with answering(status) as sink, pytest.raises(Unreachable, match="not taken"):
        hand_over(address(sink))


def test_a_service_that_nobody_knows_is_refused():
    with pytest.raises(Refused, match="no such service"):
        hand_over("nosuch://example.org/")


EVERYWHERE = "0.0.0.0"  # noqa: S104 - called, not listened on: it leads to this machine


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", EVERYWHERE, "[::1]", "[::ffff:127.0.0.1]", "2130706433"]
)
def test_however_it_is_written_nothing_reaches_this_machine(host):
    with answering(200) as sink, pytest.raises((Refused, Unreachable)):
        services.hand_over(f"json://{host}:{sink.port}/", WORDS, may_call=is_outside)

    assert sink.got == []


def test_a_service_that_sends_us_inside_is_not_followed_there():
    """By a redirection, which Apprise follows by itself, to a door that only we can reach."""
    with answering(200) as canary, answering(307) as sink:
        sink.location = f"http://{EVERYWHERE}:{canary.port}/"
        with pytest.raises(Refused, match="not outside"):
            hand_over(address(sink))

    assert (len(sink.got), canary.got) == (1, [])


def test_the_control_follows_a_redirection_that_may_be_followed():
    with answering(200) as canary, answering(307) as sink:
        sink.location = canary.url
        hand_over(address(sink))

    assert len(canary.got) == 1


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket(socket.AF_UNIX).connect('/tmp/door')",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('10.0.0.1', 53))",
        "socket.create_connection(('169.254.169.254', 80), 1)",
        "socket.socket().connect(('localhost', 9))",
        "subprocess.run(['true'])",
        "os.system('true')",
    ],
)
def test_no_other_way_leads_to_a_door_or_a_program_of_the_machine(attempt):
    program = Path(services.apprise_call.__file__)
    tried = f"""
import os, runpy, socket, subprocess
call = runpy.run_path({str(program)!r})
lines = runpy.run_path({str(program.with_name("lines.py"))!r})
tried = call["watch"](lines["is_outside"])
try:
    {attempt}
except call["Inside"]:
    raise SystemExit(0 if tried else 2)
raise SystemExit(3)
"""

    assert subprocess.run([sys.executable, "-I", "-c", tried], check=False).returncode == 0


@pytest.mark.walks
def test_the_whole_call_ends_in_time_however_slowly_they_speak(monkeypatch):
    monkeypatch.setattr(services, "DEADLINE_SECONDS", 3)
    began = time.monotonic()
    with dripping() as port, pytest.raises(Unreachable, match="Timeout"):
        hand_over(f"json://127.0.0.1:{port}/?rto=60&cto=60")

    assert time.monotonic() - began < 20


def test_the_program_is_given_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for others")
    seen = {}
    run = services.subprocess.run

    def look(program, **more):
        seen.update(program=program, **more)
        return run(program, **more)

    monkeypatch.setattr(services.subprocess, "run", look)
    with answering(200) as sink:
        hand_over(address(sink, "/verysecret"))

    assert seen["env"] == {}
    assert "verysecret" not in " ".join(seen["program"])
    assert Path(seen["program"][-1]).name == "apprise_call.py"


@pytest.mark.usefixtures("database")
def test_a_robot_of_another_service_speaks_like_any_other():
    with answering(200) as sink:
        details = RobotDetails(RobotKind.OTHER, "楼长群", address(sink))
        robot = groups.connect(details, team=TeamFactory(), by=PersonFactory())
        message = OutboxMessageFactory(channel=Channel.GROUP, about={"robot_id": robot.id})
        Robots(is_outside_or_here).send(message, Letter("s", "t", group=WORDS))

    kept = session.connection().exec_driver_sql("SELECT url FROM group_robots").scalar_one()
    assert sink.got[0].body["message"] == WORDS
    assert "127.0.0.1" not in kept


@pytest.mark.parametrize("text", ["schan, NTFY ,tgram", ""])
def test_the_setting_is_a_list_of_names(text):
    found = config.Testing({"APPRISE_SERVICES": text}).APPRISE_SERVICES
    assert found == ([] if not text else ["schan", "ntfy", "tgram"])


def test_a_setting_that_is_no_name_is_refused_at_the_start():
    with pytest.raises(config.Refused, match="APPRISE_SERVICES"):
        config.Testing({"APPRISE_SERVICES": "https://example.org"})
