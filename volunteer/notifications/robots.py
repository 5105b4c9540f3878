"""The robot of a team's group, of 企业微信, 钉钉 or 飞书: how one message gets into the group.

Its address is a secret: whoever has it writes into the group. It is sealed in the table, opened
for the call alone, and stands in no log and on no page.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.notifications import posting, services
from volunteer.notifications.channels import Connectionless, Refused, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.lines import DEADLINE_SECONDS, MayCall, is_outside
from volunteer.notifications.models import GroupRobot, OutboxMessage, RobotKind
from volunteer.notifications.pauses import NO_PAUSES, Pauses

# What all three allow; over it they stay silent for ten minutes.
MOST_A_MINUTE = 20
MINUTE = timedelta(minutes=1)
# What one text may hold: of 企业微信 2048 bytes, of the others much more; so all get the same.
MOST_BYTES = 2048
GONE, BUSY = "robot gone", "robot busy"

# What is over soon: too many at once, or their own machine is busy. All else is for good.
PASSES = {-1, 45009, 45033, 130101, 410100, 9499, 11232, 11233}


@dataclass(frozen=True)
class Open:
    """A robot's address and secret, opened for one call."""

    kind: RobotKind
    url: str
    secret: str


@dataclass
class Robots(Connectionless):
    """Messages into groups, each by the robot that the message names."""

    may_call: MayCall = is_outside

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
        """Raises Refused or Unreachable. A long message goes in pieces; when one of them does not
        get in, all go again, for half a message helps nobody."""
        pauses.before()
        pieces = list(split(letter.group, MOST_BYTES))
        robot = take_turn(message.about["robot_id"], len(pieces))
        for piece in pieces:
            self.say(robot, piece)

    def say(self, robot: Open, text: str) -> None:
        if robot.kind is RobotKind.OTHER:
            services.hand_over(robot.url, text, may_call=self.may_call)
            return
        try:
            answer = posting.post(
                address(robot),
                words(robot, text),
                seconds=DEADLINE_SECONDS,
                may_call=self.may_call,
            )
        except posting.Forbidden as error:
            raise Refused(f"not outside: {error}") from None
        except posting.NotReached as error:
            raise Unreachable(str(error)) from None
        judge(answer)


def take_turn(robot_id: int, pieces: int) -> Open:
    """The robot, when it may say so much now; its minute is counted in the table, for several
    senders share it. Raises Unreachable when it has said enough, Refused when it is gone."""
    with transaction():
        robot = session.get(GroupRobot, robot_id)
        if robot is None:
            raise Refused(GONE)
        lock(robot)
        if robot.ended_at is not None:
            raise Refused(GONE)
        now = clock.now().timestamp()
        recent = [at for at in robot.said_at if at > now - MINUTE.total_seconds()]
        # What is longer than a minute's worth goes when nothing else was said.
        if recent and len(recent) + pieces > MOST_A_MINUTE:
            raise Unreachable(BUSY)
        robot.said_at = [*recent, *[now] * pieces]
        return Open(robot.kind, robot.url, robot.secret or "")


def split(text: str, most_bytes: int) -> Iterator[str]:
    """The text in pieces of at most so many bytes in UTF-8, cut at line ends; a line that is too
    long itself is cut between letters."""
    piece = ""
    for line in text.splitlines():
        for part in cut(line, most_bytes):
            longer = f"{piece}\n{part}" if piece else part
            if len(longer.encode()) <= most_bytes:
                piece = longer
            else:
                yield piece
                piece = part
    if piece:
        yield piece


def cut(line: str, most_bytes: int) -> Iterator[str]:
    while len(line.encode()) > most_bytes:
        head = line.encode()[:most_bytes].decode(errors="ignore")
        yield head
        line = line[len(head) :]
    yield line


def address(robot: Open) -> str:
    """Where to call; 钉钉 wants its signature in the address."""
    if robot.kind is not RobotKind.DINGTALK or not robot.secret:
        return robot.url
    at = str(int(clock.now().timestamp() * 1000))
    mark = sign(robot.secret, f"{at}\n{robot.secret}")
    return f"{robot.url}&{urlencode({'timestamp': at, 'sign': mark})}"


def words(robot: Open, text: str) -> dict[str, Any]:
    if robot.kind is not RobotKind.FEISHU:
        return {"msgtype": "text", "text": {"content": text}}
    said: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if robot.secret:
        at = str(int(clock.now().timestamp()))
        # 飞书 signs nothing, by a key that holds time and secret.
        said |= {"timestamp": at, "sign": sign(f"{at}\n{robot.secret}", "")}
    return said


def sign(key: str, said: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), said.encode(), hashlib.sha256)).decode()


def judge(answer: posting.Answer) -> None:
    """A 200 means nothing: what became of it stands in the body, 0 for good."""
    if answer.status == 429 or answer.status >= 500:
        raise Unreachable(f"HTTP {answer.status}")
    if not answer.is_kind:
        raise Refused(f"HTTP {answer.status}")
    said = answer.said if isinstance(answer.said, dict) else {}
    code = next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), None)
    if not isinstance(code, int):
        raise Unreachable("no answer one can read")
    if code in PASSES:
        raise Unreachable(f"code {code}")
    if code != 0:
        raise Refused(f"code {code}")
