"""The robot of a group: real HTTP, to a sink in this process."""

import json
import logging
from datetime import timedelta

import pytest

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from tests.sinks import answering
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import delivery, groups, letters, robots
from volunteer.notifications.channels import Refused, Unreachable
from volunteer.notifications.groups import RobotDetails
from volunteer.notifications.letters import Letter
from volunteer.notifications.lines import is_outside_or_here
from volunteer.notifications.models import (
    Channel,
    GroupRobot,
    MessageStatus,
    OutboxMessage,
    RobotKind,
)
from volunteer.notifications.robots import Robots

pytestmark = pytest.mark.usefixtures("database")

LETTER = Letter("[Changed]", "…", group="【有变】包饺子\n地点:奶奶厨房")


OTHER = "https://qyapi.weixin.qq.com/key=other"


def connect(url="https://qyapi.weixin.qq.com/key=k", kind=RobotKind.WECOM, secret="", team=None):
    details = RobotDetails(kind, "二号院群", url, secret)
    return groups.connect(details, team=team or TeamFactory(), by=PersonFactory())


def message_by(robot: GroupRobot) -> OutboxMessage:
    return OutboxMessageFactory(channel=Channel.GROUP, about={"robot_id": robot.id})


def send(robot: GroupRobot, letter: Letter = LETTER) -> None:
    Robots(is_outside_or_here).send(message_by(robot), letter)


@pytest.mark.parametrize("kind", [RobotKind.WECOM, RobotKind.DINGTALK])
def test_a_group_is_told_in_text(kind):
    with answering(200, {"errcode": 0, "errmsg": "ok"}) as sink:
        send(connect(sink.url, kind))

    (post,) = sink.got
    assert post.body == {"msgtype": "text", "text": {"content": LETTER.group}}
    assert post.path == "/send?via=linli"


def test_feishu_has_words_of_its_own():
    with answering(200, {"code": 0, "msg": "success"}) as sink:
        send(connect(sink.url, RobotKind.FEISHU))

    assert sink.got[0].body == {"msg_type": "text", "content": {"text": LETTER.group}}


def test_dingtalk_and_feishu_sign_where_the_group_asks_for_it(time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    with answering(200, {"errcode": 0}) as sink:
        send(connect(sink.url, RobotKind.DINGTALK, "SECabc"))
        send(connect(sink.url, RobotKind.FEISHU, "SECabc"))

    ding, feishu = sink.got
    # Worked out apart from our code, by the two makers' descriptions.
    assert ding.path.startswith("/send?via=linli&timestamp=1791792000000&sign=")
    assert feishu.body["timestamp"] == "1791792000"
    assert (ding.path.partition("sign=")[2], feishu.body["sign"]) == (DING_SIGN, FEISHU_SIGN)


DING_SIGN = "E%2BOivXauyynizbT5z9F1Vx%2BNt5cpY3CcudH7DSMqZRM%3D"
FEISHU_SIGN = "sme6clt287TLAktRgPI7axTqq3pIc0R/T8B+1WBxz7k="


@pytest.mark.parametrize(
    ("kind", "answer", "expected", "said"),
    [
        (RobotKind.WECOM, {"errcode": 93000, "errmsg": "invalid webhook url"}, Refused, "93000"),
        (RobotKind.WECOM, {"errcode": 45009}, Unreachable, "45009"),
        (RobotKind.WECOM, {"errcode": -1}, Unreachable, "-1"),
        (RobotKind.DINGTALK, {"errcode": 310000, "errmsg": "sign not match"}, Refused, "310000"),
        (RobotKind.DINGTALK, {"errcode": 130101}, Unreachable, "130101"),
        (RobotKind.FEISHU, {"code": 19021, "msg": "sign match fail"}, Refused, "19021"),
        (RobotKind.FEISHU, {"code": 9499}, Unreachable, "9499"),
        (RobotKind.WECOM, {"hello": "there"}, Unreachable, "no answer one can read"),
        (RobotKind.WECOM, None, Unreachable, "no answer one can read"),
    ],
)
def test_an_error_in_the_body_is_one_though_the_number_says_200(kind, answer, expected, said):
    with answering(200, answer) as sink, pytest.raises(expected, match=said):
        send(connect(sink.url, kind))


@pytest.mark.parametrize(
    ("status", "expected"), [(404, Refused), (302, Refused), (429, Unreachable), (502, Unreachable)]
)
def test_the_number_counts_too(status, expected):
    with answering(status) as sink, pytest.raises(expected, match=str(status)):
        send(connect(sink.url))


def test_a_robot_is_called_outside_only():
    with answering(200, {"errcode": 0}) as sink, pytest.raises(Refused, match="not outside"):
        Robots().send(message_by(connect(sink.url)), LETTER)
    assert sink.got == []


def test_twenty_a_minute_and_not_one_more(time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    with answering(200, {"errcode": 0}) as sink:
        robot = connect(sink.url)
        for _time in range(20):
            send(robot)
        with pytest.raises(Unreachable, match="robot busy"):
            send(robot)
        other = connect(sink.url)
        send(other)

        time_machine.shift(timedelta(seconds=61))
        send(robot)

    assert len(sink.got) == 22


def test_what_is_longer_than_a_minutes_worth_goes_when_nothing_else_was_said():
    text = "\n".join("茶" * 600 for _line in range(22))
    with answering(200, {"errcode": 0}) as sink:
        send(connect(sink.url), Letter("s", "t", group=text))

    assert len(sink.got) > 20


def test_a_long_message_goes_in_pieces_cut_at_line_ends():
    text = "\n".join(f"· 第{number}项,周三上午10:00,奶奶厨房,还差2位" for number in range(100))
    with answering(200, {"errcode": 0}) as sink:
        send(connect(sink.url), Letter("s", "t", group=text))

    pieces = [post.body["text"]["content"] for post in sink.got]
    assert len(pieces) > 1
    assert all(len(piece.encode()) <= 2048 for piece in pieces)
    assert "\n".join(pieces) == text


def test_a_line_too_long_for_one_piece_is_cut_between_letters():
    pieces = list(robots.split("邻里𠮷" * 1000, 2048))
    assert "".join(pieces) == "邻里𠮷" * 1000
    assert all(len(piece.encode()) <= 2048 for piece in pieces)


def test_a_robot_that_was_taken_away_says_nothing_and_its_address_is_forgotten():
    team = TeamFactory()
    with answering(200, {"errcode": 0}) as sink:
        robot = connect(sink.url, secret="SECabc", team=team)
        groups.disconnect(robot, team=team, by=robot.made_by)
        with pytest.raises(Refused, match="robot gone"):
            send(robot)

    assert (robot.url, robot.secret, sink.got) == ("", None, [])


def test_the_address_is_sealed_in_the_table():
    connect("https://qyapi.weixin.qq.com/key=verysecret", secret="SECabc")

    kept = session.connection().exec_driver_sql("SELECT name, url, secret FROM group_robots").all()

    assert "verysecret" not in repr(kept)
    assert "SECabc" not in repr(kept)
    assert "二号院" not in repr(kept)


# --- who is told, and what becomes of it -------------------------------------------------------


def tell(team, key="12:1") -> int:
    until = clock.now() + timedelta(hours=2)
    about = {"occurrence_id": 1}
    return groups.tell("date_moved", team_id=team.id, key=key, expires_at=until, about=about)


def test_each_group_of_the_team_is_told_once_and_no_other():
    team = TeamFactory()
    first, second = connect(team=team), connect(OTHER, team=team)
    connect()
    gone = connect(f"{OTHER}2", team=team)
    groups.disconnect(gone, team=team, by=gone.made_by)

    assert (tell(team), tell(team), tell(team, "12:2")) == (2, 0, 2)

    rows = session.query(OutboxMessage).all()
    assert {row.about["robot_id"] for row in rows} == {first.id, second.id}
    assert {row.channel for row in rows} == {Channel.GROUP}


def test_a_group_that_is_connected_twice_is_told_once():
    """By two presses of the button, or by a second coordinator; what was said last counts."""
    team = TeamFactory()
    first = connect(kind=RobotKind.DINGTALK, team=team)
    again = connect(kind=RobotKind.DINGTALK, secret="SECabc", team=team)

    assert (again.id, again.secret) == (first.id, "SECabc")
    assert tell(team) == 1
    groups.disconnect(first, team=team, by=first.made_by)
    assert connect(kind=RobotKind.DINGTALK, team=team).id != first.id


def test_what_went_wrong_stands_in_the_outbox_and_no_address_in_the_log(monkeypatch, caplog):
    monkeypatch.setitem(letters._writers, "note", lambda ms: {m.id: LETTER for m in ms})
    caplog.set_level(logging.DEBUG)
    with answering(200, {"errcode": 93000, "errmsg": "bad"}) as sink:
        message = message_by(connect(sink.url + "&key=verysecret"))
        delivery.send_due(
            lambda _channel: Robots(is_outside_or_here), lease=timedelta(seconds=60), at_most=20
        )

    session.expire_all()
    found = session.get_one(OutboxMessage, message.id)
    assert (found.status, found.problem) == (MessageStatus.FAILED, "code 93000")
    assert len(sink.got) == 1
    assert "verysecret" not in caplog.text
    assert "verysecret" not in json.dumps(found.about)


def test_each_channel_gets_the_letter_in_its_own_form(monkeypatch):
    letter = Letter("s", "the mail", "<p>the mail</p>", short="the short one", group="the group's")
    monkeypatch.setitem(letters._writers, "note", lambda ms: {m.id: letter for m in ms})
    messages = [OutboxMessageFactory(channel=channel) for channel in Channel]

    written = letters.write(messages)

    assert {m.channel: written[m.id].text for m in messages} == {
        Channel.EMAIL: "the mail",
        Channel.CALL: "the mail",
        Channel.SMS: "the short one",
        Channel.PUSH: "s",
        Channel.GROUP: "the group's",
    }
