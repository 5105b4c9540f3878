"""Notices on devices: real HTTP to push services in this process, opened as a browser would."""

import json
import logging
import time
from datetime import timedelta

import pytest
from py_vapid import Vapid02

import config
from tests.factories.notifications import DeviceFactory, OutboxMessageFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.notifications.test_channels import dripping
from tests.opened import Opener
from tests.sinks import Sink, answering
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, encryption
from volunteer.core.database import session
from volunteer.core.web_address import Site
from volunteer.notifications import (
    claiming,
    delivery,
    devices,
    explaining,
    letters,
    outbox,
    posting,
    push,
)
from volunteer.notifications.channels import NoDevice, Refused, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.lines import is_outside_or_here
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.notifications.push import Push
from volunteer.people.models import Person, ToldBy

pytestmark = pytest.mark.usefixtures("database")

KEY = config.new_push_key()
LETTER = Letter("[有变] 包饺子:周四上午10点", "亲爱的王秀英,……", path="/activities/dates/7")


def sender() -> Push:
    site = Site("https://linli.example.org")
    return Push(KEY, "mailto:linli@example.org", site, is_outside_or_here)


def told_on(*sinks: Sink, person: Person | None = None) -> tuple[Person, list[Opener]]:
    """Somebody with a device at each of these push services."""
    person = person or PersonFactory(told_by=ToldBy.PUSH)
    openers = [Opener() for _sink in sinks]
    for opener, sink in zip(openers, sinks, strict=True):
        devices.add(person, opener.details(sink.url), by=person)
    return person, openers


def message_to(person: Person, **values: object) -> OutboxMessage:
    return OutboxMessageFactory(person=person, channel=Channel.PUSH, **values)


def devices_of(person: Person) -> int:
    session.expire_all()
    return len(devices.list_of(person.id))


# --- what arrives --------------------------------------------------------------------------------


def test_one_line_arrives_that_only_the_device_can_open():
    with answering(201) as service:
        wang, (opener,) = told_on(service)
        message = message_to(wang)
        sender().send(message, LETTER)

    (post,) = service.got
    assert opener.open(post.body) == {
        "title": "Linli",
        "body": "[有变] 包饺子:周四上午10点",
        "url": "https://linli.example.org/activities/dates/7",
        "tag": message.message_id,
    }
    assert "包饺子".encode() not in post.body


def test_nobody_else_can_open_it():
    with answering(201) as service:
        wang, _openers = told_on(service)
        sender().send(message_to(wang), LETTER)

    with pytest.raises(Exception, match=r"\S*"):
        Opener().open(service.got[0].body)


def test_the_notice_holds_neither_the_letter_nor_a_name():
    with answering(201) as service:
        wang, (opener,) = told_on(service)
        sender().send(message_to(wang), LETTER)

    shown = json.dumps(opener.open(service.got[0].body), ensure_ascii=False)
    assert "王秀英" not in shown
    assert wang.name not in shown


def test_what_leads_nowhere_leads_to_ones_messages():
    with answering(201) as service:
        wang, (opener,) = told_on(service)
        sender().send(message_to(wang), Letter("s", "t"))

    assert opener.open(service.got[0].body)["url"] == "https://linli.example.org/my-messages"


def test_the_push_service_learns_who_we_are_and_how_long_it_is_of_use(time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    with answering(201) as service:
        wang, _openers = told_on(service)
        message = message_to(wang, expires_at=clock.now() + timedelta(hours=2))
        sender().send(message, LETTER)

    headers = service.got[0].headers
    assert headers["TTL"] == "7200"
    assert headers["Topic"] == message.message_id
    assert headers["Content-Encoding"] == "aes128gcm"
    assert Vapid02.verify(headers["Authorization"])
    assert headers["Authorization"].endswith(f"k={encryption.public_half(KEY)}")


def test_each_of_their_devices_shows_it_and_nobody_elses():
    with answering(201) as phone, answering(201) as computer, answering(201) as other:
        wang, _openers = told_on(phone, computer)
        told_on(other)
        sender().send(message_to(wang), LETTER)

    assert (len(phone.got), len(computer.got), len(other.got)) == (1, 1, 0)


# --- what may go wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, Refused), (403, Refused), (302, Refused), (429, Unreachable), (503, Unreachable)],
)
def test_the_answer_says_whether_to_try_again(status, expected):
    with answering(status) as service, pytest.raises(expected, match=str(status)):
        sender().send(message_to(told_on(service)[0]), LETTER)


def test_one_device_that_shows_it_is_enough():
    with answering(503) as away, answering(201) as here:
        wang, _openers = told_on(away, here)
        sender().send(message_to(wang), LETTER)

    assert (len(here.got), devices_of(wang)) == (1, 2)


def test_what_may_go_better_next_time_is_tried_again():
    with answering(400) as never, answering(503) as later:
        wang, _openers = told_on(never, later)
        with pytest.raises(Unreachable):
            sender().send(message_to(wang), LETTER)


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_taken_off_by_itself(status):
    with answering(status) as gone, answering(201) as here:
        wang, _openers = told_on(gone, here)
        sender().send(message_to(wang), LETTER)

    assert devices_of(wang) == 1
    assert wang.told_by is ToldBy.PUSH
    assert session.query(AuditEntry).filter_by(action="device.gone", by_id=None).count() == 1


def test_who_has_no_device_left_is_told_as_it_comes_from_now_on():
    with answering(410) as gone:
        wang, _openers = told_on(gone)
        with pytest.raises(NoDevice):
            sender().send(message_to(wang), LETTER)

    assert devices_of(wang) == 0
    wang = session.get_one(Person, wang.id)
    assert (wang.told_by, outbox.channel_for(wang)) == (None, Channel.EMAIL)


def test_a_companions_phone_shows_nothing_once_the_consent_has_run_out(time_machine):
    """Nobody presses anything on that day."""
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    day = clock.today()
    granny = PersonFactory(told_by=ToldBy.PUSH)
    tie = CompanionFactory(person=granny, consent__expires_on=day)
    with answering(201) as theirs, answering(201) as own:
        told_on(own, person=granny)
        devices.add(granny, Opener().details(theirs.url), by=tie.companion)
        sender().send(message_to(granny), LETTER)
        assert (len(theirs.got), len(own.got)) == (1, 1)

        time_machine.shift(timedelta(days=1))
        sender().send(message_to(granny), LETTER)

    assert (len(theirs.got), len(own.got)) == (1, 2)


def test_who_was_told_on_a_companions_phone_alone_is_told_as_it_comes_from_then_on(time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    granny = PersonFactory(told_by=ToldBy.PUSH, email=None)
    tie = CompanionFactory(person=granny, consent__expires_on=clock.today())
    with answering(201) as theirs:
        devices.add(granny, Opener().details(theirs.url), by=tie.companion)
        time_machine.shift(timedelta(days=1))

        with pytest.raises(NoDevice):
            sender().send(message_to(granny), LETTER)

    assert theirs.got == []
    assert devices.way_left(granny.id) is Channel.CALL
    assert session.get_one(Person, granny.id).told_by is None


def deliver() -> int:
    return delivery.send_due(
        lambda channel: sender() if channel is Channel.PUSH else Nothing(),
        lease=timedelta(seconds=60),
        at_most=20,
    )


class Nothing:
    """A mail server that is not there."""

    keeps = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def send(self, message, letter, pauses):
        raise Unreachable("away")


@pytest.mark.parametrize(("email", "channel"), [("w@example.org", "email"), (None, "call")])
def test_a_message_that_no_device_takes_goes_another_way_and_is_not_lost(
    monkeypatch, email, channel
):
    monkeypatch.setitem(letters._writers, "note", lambda ms: {m.id: LETTER for m in ms})
    wang = PersonFactory(email=email, told_by=ToldBy.PUSH)
    with answering(410) as gone:
        told_on(gone, person=wang)
        message = message_to(wang)
        deliver()

    session.expire_all()
    found = session.get_one(OutboxMessage, message.id)
    assert (found.channel, found.status, found.lease) == (channel, MessageStatus.WAITING, None)


def test_a_late_word_of_a_sender_that_lost_its_lease_sends_nothing_another_way():
    message = message_to(PersonFactory(), lease="another's")

    claiming.send_otherwise(message, "ours", Channel.EMAIL)

    session.expire_all()
    assert (message.channel, message.lease) == (Channel.PUSH, "another's")


def test_where_notices_are_switched_off_the_message_says_so():
    wang, _openers = told_on()

    with pytest.raises(Refused, match="push is off"):
        Push("", "", Site("https://linli.example.org")).send(message_to(wang), LETTER)


@pytest.mark.walks
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_all_devices_together_end_in_time_however_slowly_they_answer(monkeypatch, scheme):
    monkeypatch.setattr(push, "DEADLINE_SECONDS", 0.6)
    with dripping() as first, dripping() as second:
        person = PersonFactory(told_by=ToldBy.PUSH)
        for port in (first, second):
            address = f"{scheme}://127.0.0.1:{port}/"
            devices.add(person, Opener().details(address), by=person)
        message = message_to(person)
        began = time.monotonic()
        with pytest.raises(Unreachable):
            sender().send(message, LETTER)

    assert time.monotonic() - began < 10


def test_a_push_service_is_called_outside_only():
    with answering(201) as inside:
        wang, _openers = told_on(inside)
        with pytest.raises(Refused, match="not outside"):
            Push(KEY, "mailto:a@example.org", Site("https://linli.example.org")).send(
                message_to(wang), LETTER
            )

    assert inside.got == []


def test_nothing_of_the_database_is_held_while_a_notice_is_on_its_way(monkeypatch):
    held = []
    post = posting.post_bytes

    def look(*args, **more):
        held.append(session().in_transaction())
        return post(*args, **more)

    monkeypatch.setattr(posting, "post_bytes", look)
    with answering(201) as service:
        wang, _openers = told_on(service)
        sender().send(message_to(wang), LETTER)

    assert held == [False]


def test_no_address_and_no_word_stands_in_a_log(caplog, monkeypatch):
    monkeypatch.setitem(letters._writers, "note", lambda ms: {m.id: LETTER for m in ms})
    caplog.set_level(logging.DEBUG)
    with answering(400) as service:
        wang, _openers = told_on(service)
        message_to(wang)
        deliver()

    assert len(service.got) == 1
    assert "via=linli" not in caplog.text
    assert "包饺子" not in caplog.text


# --- whose devices -------------------------------------------------------------------------------


def test_the_same_browser_again_is_one_device_with_its_new_keys():
    wang = PersonFactory()
    first, second = Opener(), Opener()

    for opener in (first, second):
        devices.add(wang, opener.details("https://push.example.org/1"), by=wang)

    (device,) = devices.list_of(wang.id)
    assert device.key == second.details("").key


def test_a_shared_phone_shows_notices_to_both():
    wang, li = PersonFactory(), PersonFactory()
    details = Opener().details("https://push.example.org/1")

    devices.add(wang, details, by=wang)
    devices.add(li, details, by=li)

    assert (devices_of(wang), devices_of(li)) == (1, 1)


def test_of_too_many_devices_the_oldest_goes():
    wang = PersonFactory()
    for number in range(devices.MOST + 1):
        devices.add(wang, Opener().details(f"https://push.example.org/{number}"), by=wang)

    assert [device.address[-1] for device in devices.list_of(wang.id)] == ["1", "2", "3", "4"]


def test_taking_off_the_last_device_means_to_be_told_as_it_comes():
    wang = PersonFactory(told_by=ToldBy.PUSH)
    one, two = (DeviceFactory(person_id=wang.id) for _n in range(2))

    devices.take_off(one, wang, by=wang)
    assert wang.told_by is ToldBy.PUSH
    devices.take_off(two, wang, by=wang)
    assert wang.told_by is None


def test_taking_off_the_last_device_changes_no_other_way():
    wang = PersonFactory(told_by=ToldBy.CALL)

    devices.take_off(DeviceFactory(person_id=wang.id), wang, by=wang)

    assert wang.told_by is ToldBy.CALL


def test_address_and_keys_are_sealed_in_the_table():
    _wang, (opener,) = told_on(Sink(port=9))

    kept = session.connection().exec_driver_sql("SELECT address, key, secret FROM devices").all()

    details = opener.details("")
    for word in ("127.0.0.1", details.key, details.secret):
        assert word not in repr(kept)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0 Mobile Safari/537.36",
         "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Safari/604.1",
         "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/129.0 Safari/537.36 Edg/129.0",
         "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
         "Firefox, Linux"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_device_is_called_as_people_call_it(agent, name):
    assert devices.name_of(agent) == name


# --- the key --------------------------------------------------------------------------------------


def test_a_key_that_is_none_is_refused_at_the_start():
    with pytest.raises(config.Refused, match="PUSH_KEY"):
        config.Testing({"PUSH_KEY": "too short"})


def test_a_fresh_key_is_taken():
    assert config.Testing({"PUSH_KEY": KEY}).PUSH_KEY == KEY


def test_what_nobody_is_called_for_ends_where_no_device_takes_it(monkeypatch):
    monkeypatch.setitem(letters._writers, "thanks", lambda ms: {m.id: LETTER for m in ms})
    wang = PersonFactory(email=None, told_by=ToldBy.PUSH)
    with answering(410) as gone:
        told_on(gone, person=wang)
        message = message_to(wang, kind="thanks")
        deliver()

    session.expire_all()
    found = session.get_one(OutboxMessage, message.id)
    assert (found.channel, found.status) == (Channel.PUSH, MessageStatus.FAILED)
    assert explaining.why(found.problem).what == "No way was left by which a message reaches them."
