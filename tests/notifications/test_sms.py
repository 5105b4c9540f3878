"""How one short message leaves: real HTTP, to a gateway in this process."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest

import config
from tests.factories.notifications import OutboxMessageFactory
from tests.notifications.test_channels import dripping
from tests.servers import SECRET_KEY, free_port
from tests.sinks import answering
from volunteer.core.database import session
from volunteer.notifications import delivery, letters, sms
from volunteer.notifications.channels import KeptHere, Refused, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.notifications.pauses import NO_PAUSES, Pauses
from volunteer.notifications.sms import DryRun, Gateway
from volunteer.people.models import Person
from volunteer.reminders import jobs

pytestmark = pytest.mark.usefixtures("database")

LETTER = Letter("验证码", "您好，这是您的登录码。", short="登录码 246810,十分钟内有效。")
SELF_SIGNED = Path(__file__).with_name("self_signed.pem")


def message_to(phone: str | None = "13800138000") -> OutboxMessage:
    return OutboxMessageFactory(
        person=Person(name="王秀英", phone=phone, email="wang@example.org"), channel=Channel.SMS
    )


def test_one_message_is_one_post_with_number_words_and_its_own_name():
    message = message_to()
    with answering(200) as postbox:
        Gateway(postbox.url, "a token", "邻里").send(message, LETTER)

    (post,) = postbox.got
    assert post.path == "/send?via=linli"
    assert post.body == {
        "to": "13800138000",
        "text": "【邻里】登录码 246810,十分钟内有效。",
        "id": message.message_id,
    }
    assert post.headers["Authorization"] == "Bearer a token"
    assert post.headers["Content-Type"] == "application/json; charset=utf-8"
    assert post.headers["Host"] == f"127.0.0.1:{postbox.port}"


def test_a_repeated_message_is_recognised_by_its_name():
    message = message_to()
    with answering(202) as postbox:
        for _time in range(2):
            Gateway(postbox.url, "t").send(message, LETTER)
    assert [post.body["id"] for post in postbox.got] == [message.message_id] * 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 451])
def test_what_the_gateway_will_never_take_is_refused(status):
    with answering(status) as postbox, pytest.raises(Refused, match=str(status)):
        Gateway(postbox.url, "t").send(message_to(), LETTER)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 301, 302, 307])
def test_what_it_cannot_take_now_is_tried_again_and_redirections_are_not_followed(status):
    with answering(status) as postbox, pytest.raises(Unreachable, match=str(status)):
        Gateway(postbox.url, "t").send(message_to(), LETTER)
    assert [post.path for post in postbox.got] == ["/send?via=linli"]


def test_a_gateway_that_is_away_is_tried_again():
    with pytest.raises(Unreachable):
        Gateway(f"http://127.0.0.1:{free_port()}/", "t").send(message_to(), LETTER)


def test_a_gateway_whose_certificate_is_not_its_own_gets_nothing():
    with answering(200, certificate=SELF_SIGNED) as postbox, pytest.raises(Unreachable):
        Gateway(postbox.url.replace("http:", "https:"), "t").send(message_to(), LETTER)
    assert postbox.got == []


@pytest.mark.walks
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_whole_call_ends_in_time_however_slowly_the_gateway_speaks(monkeypatch, scheme):
    monkeypatch.setattr(sms, "DEADLINE_SECONDS", 0.5)
    begun = time.monotonic()
    with dripping() as port, pytest.raises(Unreachable):
        Gateway(f"{scheme}://127.0.0.1:{port}/", "t").send(message_to(), LETTER)
    assert time.monotonic() - begun < 3


def test_without_a_phone_nothing_is_sent():
    with answering(200) as postbox, pytest.raises(Refused, match="no phone"):
        Gateway(postbox.url, "t").send(message_to(None), LETTER)
    assert postbox.got == []


def test_what_went_wrong_holds_no_phone_and_no_words():
    with answering(500) as postbox, pytest.raises(Unreachable) as trouble:
        Gateway(postbox.url, "t").send(message_to(), LETTER)
    assert str(trouble.value) == "HTTP 500"


# --- what gateways in China say -----------------------------------------------------------------

FINE = [
    None,
    {"Code": "OK", "Message": "OK", "BizId": "9006"},
    {"Response": {"SendStatusSet": [{"Code": "Ok", "Fee": 1}], "RequestId": "a"}},
    {"code": 0},
    ["anything"],
]
NEVER = [
    ({"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "13800138000"}, "isv.MOBILE_NUMBER_ILLEGAL"),
    ({"Code": "isv.SMS_TEMPLATE_ILLEGAL"}, "isv.SMS_TEMPLATE_ILLEGAL"),
    (
        {"Response": {"SendStatusSet": [{"Code": "InvalidParameterValue.IncorrectPhoneNumber"}]}},
        "InvalidParameterValue.IncorrectPhoneNumber",
    ),
    ({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}}, "AuthFailure"),
    ({"code": 40013}, "40013"),
    ({"Code": "a sentence about 13800138000"}, "refused"),
]
NOT_NOW = [
    {"Code": "isv.BUSINESS_LIMIT_CONTROL"},
    {"Code": "isp.SYSTEM_ERROR"},
    {"Response": {"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberThirtySecondLimit"}]}},
    {"Response": {"Error": {"Code": "InternalError.Timeout"}}},
]


@pytest.mark.parametrize("answer", FINE)
def test_what_says_nothing_of_trouble_is_taken_for_sent(answer):
    with answering(200, answer) as sink:
        Gateway(sink.url, "t").send(message_to(), LETTER)
    assert len(sink.got) == 1


@pytest.mark.parametrize(("answer", "code"), NEVER)
def test_a_refusal_in_the_body_is_one_though_the_number_says_200(answer, code):
    with answering(200, answer) as sink, pytest.raises(Refused, match=code) as caught:
        Gateway(sink.url, "t").send(message_to(), LETTER)
    assert "13800138000" not in str(caught.value)


@pytest.mark.parametrize("answer", NOT_NOW)
def test_what_the_body_says_of_a_limit_is_tried_again(answer):
    with answering(200, answer) as sink, pytest.raises(Unreachable):
        Gateway(sink.url, "t").send(message_to(), LETTER)


def test_in_the_shape_of_aliyun():
    message = message_to()
    with answering(200, {"Code": "OK"}) as sink:
        Gateway(sink.url, "t", "邻里", "aliyun", "SMS_1").send(message, LETTER)
    assert sink.got[0].body == {
        "PhoneNumbers": "13800138000",
        "SignName": "邻里",
        "TemplateCode": "SMS_1",
        "TemplateParam": json.dumps({"text": LETTER.short}, ensure_ascii=False),
        "OutId": message.message_id,
    }


def test_in_the_shape_of_tencent():
    message = message_to()
    with answering() as sink:
        Gateway(sink.url, "t", "邻里", "tencent", "77", "14").send(message, LETTER)
    assert sink.got[0].body == {
        "PhoneNumberSet": ["+8613800138000"],
        "SmsSdkAppId": "14",
        "SignName": "邻里",
        "TemplateId": "77",
        "TemplateParamSet": [LETTER.short],
        "SessionContext": message.message_id,
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("邻" * 70, 1),
        ("邻" * 71, 2),
        ("邻" * 134, 2),
        ("邻" * 135, 3),
        ("𠮷" * 35, 1),
        ("𠮷" * 36, 2),
        # 67 is odd: the pair that would be cut goes whole into the next part.
        ("𠮷" * 67, 3),
    ],
)
def test_parts_are_counted_as_operators_do(text, parts):
    assert sms.count_parts(text) == parts


# --- which sender ---------------------------------------------------------------------------


def test_each_channel_has_its_own_sender(monkeypatch):
    monkeypatch.setitem(letters._writers, "note", lambda ms: {m.id: LETTER for m in ms})
    mail = OutboxMessageFactory(channel=Channel.EMAIL).id
    text = message_to().id
    call = OutboxMessageFactory(channel=Channel.CALL).id
    carried: dict[Channel, list[int]] = {}

    class Carrier(KeptHere):
        def __init__(self, channel: Channel) -> None:
            super().__init__()
            self.channel = channel

        def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses = NO_PAUSES) -> None:
            carried.setdefault(self.channel, []).append(message.id)

    delivery.send_due(Carrier, lease=timedelta(seconds=60), at_most=20)

    assert carried == {Channel.EMAIL: [mail], Channel.SMS: [text]}
    assert session.get_one(OutboxMessage, call).status is MessageStatus.WAITING


def test_without_a_gateway_nothing_leaves_and_the_message_says_so(monkeypatch):
    monkeypatch.setitem(letters._writers, "note", lambda ms: {m.id: LETTER for m in ms})
    number = message_to().id

    delivery.send_due(lambda _channel: DryRun(), lease=timedelta(seconds=60), at_most=20)

    session.expire_all()
    message = session.get_one(OutboxMessage, number)
    assert (message.status, message.problem) == (MessageStatus.FAILED, "dry run")
    # A kept text would let the operator read somebody's code.
    assert message.kept_text is None


@pytest.mark.parametrize(
    ("demo", "url", "kind"),
    [
        (True, "https://gateway.example/send", KeptHere),
        (False, "", DryRun),
        (False, "https://gateway.example/send", Gateway),
    ],
)
def test_the_settings_say_how_short_messages_leave(app, monkeypatch, demo, url, kind):
    monkeypatch.setitem(app.config, "DEMO", demo)
    monkeypatch.setitem(app.config, "SMS_URL", url)
    with app.app_context():
        assert isinstance(jobs.open_sender(Channel.SMS), kind)


@pytest.mark.parametrize(
    "url", ["http://gateway.example/send", "ftp://127.0.0.1/", "gateway.example", "https://"]
)
def test_a_gateway_that_others_could_listen_to_is_refused_at_the_start(url):
    with pytest.raises(config.Refused, match="SMS_URL"):
        config.Testing({"SMS_URL": url, "SMS_TOKEN": "t"})


def test_a_gateway_without_its_token_is_refused_at_the_start():
    with pytest.raises(config.Refused, match="SMS_TOKEN"):
        config.Testing({"SMS_URL": "https://gateway.example/send"})


def test_production_starts_without_a_gateway():
    good = {
        "SECRET_KEY": SECRET_KEY,
        "DATA_KEYS": config.KEY_FOR_TESTS,
        "BASE_URL": "https://linli.example.org",
        "SMTP_HOST": "127.0.0.1",
        "MAIL_FROM": "linli@example.org",
    }
    settings = config.Production(good)
    assert (settings.SMS_URL, settings.SMS_SIGNATURE) == ("", "邻里")
