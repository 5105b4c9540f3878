"""How one short message leaves the machine: a JSON POST to a gateway; without one nothing leaves.

What the gateway is sent, and what it may answer, stands in docs/operations.md.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from volunteer.notifications import posting
from volunteer.notifications.channels import Connectionless, Refused, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.lines import DEADLINE_SECONDS, is_anywhere
from volunteer.notifications.models import OutboxMessage
from volunteer.notifications.pauses import NO_PAUSES, Pauses

# Answers in the four hundreds that mean: not now. All others mean: never.
NOT_NOW = (408, 429)
DRY_RUN = "dry run"
# What operators count: one message, and each part of a longer one (they travel joined).
UNITS_OF_ONE = 70
UNITS_OF_A_PART = 67

# What gateways in China say in the body, with a 200 around it.
FINE = {"OK", "Ok", "ok", "0", "success"}
CODE = re.compile(r"[\w.\-]{1,60}")
PASSES = re.compile(r"LIMIT|Limit|THROTTL|Throttl|Internal|SYSTEM_ERROR|Timeout|BUSY|Busy")


def count_parts(text: str) -> int:
    """How many messages this costs: 70 UTF-16 units in one, or 67 in each of several. An
    astral character counts as two, and is never cut."""
    units = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    if sum(units) <= UNITS_OF_ONE:
        return 1
    parts, filled = 1, 0
    for size in units:
        if filled + size > UNITS_OF_A_PART:
            parts, filled = parts + 1, 0
        filled += size
    return parts


def count_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def signed(signature: str, text: str) -> str:
    """With the sender's name in front, as the operators in China ask."""
    return f"【{signature}】{text}" if signature else text


class DryRun(Connectionless):
    """What stands where no gateway is set up: nothing leaves, and the message says so."""

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
        pauses.before()
        raise Refused(DRY_RUN)


@dataclass(frozen=True)
class Order:
    """One short message, before it is put into a gateway's words."""

    phone: str
    text: str
    number: str


@dataclass(frozen=True)
class Approved:
    """The names under which the operator has approved our messages."""

    signature: str = ""
    template: str = ""
    app: str = ""


def plainly(order: Order, approved: Approved) -> dict[str, Any]:
    text = signed(approved.signature, order.text)
    return {"to": order.phone, "text": text, "id": order.number}


def as_aliyun(order: Order, approved: Approved) -> dict[str, Any]:
    return {
        "PhoneNumbers": order.phone,
        "SignName": approved.signature,
        "TemplateCode": approved.template,
        "TemplateParam": json.dumps({"text": order.text}, ensure_ascii=False),
        "OutId": order.number,
    }


def as_tencent(order: Order, approved: Approved) -> dict[str, Any]:
    return {
        "PhoneNumberSet": [f"+86{order.phone}"],
        "SmsSdkAppId": approved.app,
        "SignName": approved.signature,
        "TemplateId": approved.template,
        "TemplateParamSet": [order.text],
        "SessionContext": order.number,
    }


SHAPES: dict[str, Callable[[Order, Approved], dict[str, Any]]] = {
    "plain": plainly,
    "aliyun": as_aliyun,
    "tencent": as_tencent,
}


@dataclass
class Gateway(Connectionless):
    """Short messages over a gateway, each in a call of its own."""

    url: str
    token: str
    # Stands in front of every message in 【】, as the operators in China ask.
    signature: str = ""
    shape: str = "plain"
    template: str = ""
    app: str = ""

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
        """Raises Refused, also when the person has no phone any more, or Unreachable."""
        pauses.before()
        if not message.person.phone:
            raise Refused("no phone")
        order = Order(message.person.phone, letter.short, message.message_id)
        approved = Approved(self.signature, self.template, self.app)
        try:
            answer = posting.post(
                self.url,
                SHAPES[self.shape](order, approved),
                seconds=DEADLINE_SECONDS,
                # The operator has named it.
                may_call=is_anywhere,
                headers={"Authorization": f"Bearer {self.token}"},
            )
        except posting.NotReached as error:
            raise Unreachable(str(error)) from error
        self.judge(answer)

    def judge(self, answer: posting.Answer) -> None:
        status = answer.status
        if 400 <= status < 500 and status not in NOT_NOW:
            raise Refused(f"HTTP {status}")
        if not answer.is_kind:
            raise Unreachable(f"HTTP {status}")
        for code in codes_in(answer.said):
            if code in FINE:
                continue
            # Only what looks like a code: words of the other side may hold a phone.
            shown = code if CODE.fullmatch(code) else "refused"
            if PASSES.search(code):
                raise Unreachable(shown)
            raise Refused(shown)


def codes_in(said: Any) -> Iterator[str]:
    """What an answer's body says of the message: of Aliyun `Code`, of Tencent
    `Response.SendStatusSet[].Code` or `Response.Error.Code`, of others `code` or `errcode`."""
    if not isinstance(said, dict):
        return
    for name in ("Code", "code", "errcode"):
        if name in said:
            yield str(said[name])
    inner = said.get("Response")
    if isinstance(inner, dict):
        yield from codes_in(inner.get("Error"))
        statuses = inner.get("SendStatusSet")
        for status in statuses if isinstance(statuses, list) else []:
            yield from codes_in(status)
