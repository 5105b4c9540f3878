"""Asking for a one-time code: one row for everybody, and only so many codes."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.accounts.codes import ask, every_phone, no_sms, waiting
from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.people import PersonFactory
from volunteer.accounts import code_wishes, contacts, throttle
from volunteer.accounts.errors import TooManyTries
from volunteer.accounts.models import CodeWish
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import Channel

pytestmark = pytest.mark.usefixtures("database")

MOBILE = "13800138000"


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to("2026-10-12T12:00Z", tick=False)


def test_asking_writes_one_row_whether_anybody_is_known_or_not():
    PersonFactory(phone=MOBILE)

    for contact in (MOBILE, "13900009999", "nobody@example.org"):
        before = session.query(CodeWish).count()
        code_wishes.ask(contact, caller="192.0.2.1")
        assert session.query(CodeWish).count() == before + 1
    assert waiting() == []


def test_what_is_typed_is_sealed_and_found_by_its_fingerprint():
    code_wishes.ask(MOBILE, caller="192.0.2.1")

    kept = session.connection().exec_driver_sql("SELECT contact, contact_mark FROM code_wishes")
    assert MOBILE not in str(kept.all())


def test_of_a_contact_that_is_unknown_nothing_stays():
    assert ask("nobody@example.org") == ask("13900009999") == []
    assert session.query(CodeWish).count() == 0


def test_a_mailbox_gets_one_mail_whoever_shares_it():
    people = [PersonFactory(email="both@example.org") for _time in range(2)]

    (message,) = ask("both@example.org")

    assert message.channel is Channel.EMAIL
    assert message.person_id in {person.id for person in people}
    assert message.expires_at == clock.now() + timedelta(minutes=10)


def test_a_phone_gets_one_short_message_when_they_can_be_sent():
    for _time in range(2):
        PersonFactory(phone=MOBILE)

    assert [m.channel for m in ask(MOBILE, takes_sms=every_phone)] == [Channel.SMS]


def test_else_everybody_with_the_phone_gets_a_mail_of_their_own():
    with_mail = [PersonFactory(phone=MOBILE).id for _time in range(2)]
    PersonFactory(phone=MOBILE, email=None)

    messages = ask(MOBILE, takes_sms=no_sms)

    assert {(m.person_id, m.channel) for m in messages} == {(n, Channel.EMAIL) for n in with_mail}


def test_who_can_be_reached_in_no_way_gets_nothing():
    PersonFactory(phone=MOBILE, email=None)
    assert ask(MOBILE, takes_sms=no_sms) == []


def test_operators_get_no_code_and_password_holders_do():
    operator = OperatorFactory(person=PersonFactory(email="operator@example.org"))
    holder = UserFactory(person=PersonFactory(email="holder@example.org"))
    assert operator.is_operator

    assert ask("operator@example.org") == []
    assert [m.person_id for m in ask("holder@example.org")] == [holder.person_id]


def test_one_a_minute_five_an_hour_ten_a_day(time_machine):
    PersonFactory(email="eager@example.org")
    times, begin = [], clock.now()
    # Every half minute for a quarter of an hour, then now and then until the day is over.
    for pause in [30] * 30 + [1200] * 70:
        already = len(waiting())
        if len(ask("eager@example.org")) > already:
            times.append((clock.now() - begin).total_seconds())
        time_machine.shift(pause)

    assert len(times) == 10
    assert min(b - a for a, b in pairwise(times)) >= 60
    assert max(sum(a <= t < a + 3600 for t in times) for a in times) == 5


def test_a_clock_that_was_a_week_ahead_keeps_nobody_from_a_code(time_machine):
    PersonFactory(email="wang@example.org")
    time_machine.shift(timedelta(days=7))
    ask("wang@example.org")
    assert len(waiting()) == 1

    time_machine.shift(timedelta(days=-7))
    ask("wang@example.org")

    assert len(waiting()) == 2


def test_writing_the_contact_otherwise_does_not_get_more(time_machine):
    PersonFactory(email="eager@example.org")

    assert len(ask(contacts.read(" Eager@Example.ORG "))) == 1
    assert len(ask(contacts.read("eager@example.org"))) == 1
    assert contacts.read("+86 138-0013-8000") == contacts.read("１３８００１３８０００") == MOBILE


def test_a_wish_that_another_clock_has_granted_meanwhile_stays_granted():
    PersonFactory(email="wang@example.org")
    (message,) = ask("wang@example.org")
    number = message.about["wish_id"]

    assert code_wishes.plan(number, clock.now(), takes_sms=no_sms) == 0

    assert session.get(CodeWish, number) is not None
    assert waiting() == [message]


def test_a_wish_that_waited_too_long_is_forgotten(time_machine):
    PersonFactory(email="late@example.org")
    code_wishes.ask("late@example.org", caller="192.0.2.1")

    time_machine.shift(timedelta(minutes=10))

    assert code_wishes.plan_due(clock.now(), takes_sms=no_sms) == 0
    assert session.query(CodeWish).count() == 0


def test_a_second_clock_plans_nothing_twice():
    PersonFactory(email="once@example.org")
    assert len(ask("once@example.org")) == 1
    assert code_wishes.plan_due(clock.now(), takes_sms=no_sms) == 0
    assert len(waiting()) == 1


def test_one_place_may_ask_only_so_often():
    for _time in range(throttle.TRIES_FROM_ONE_PLACE):
        code_wishes.ask("nobody@example.org", caller="192.0.2.1")
    with pytest.raises(TooManyTries):
        code_wishes.ask("nobody@example.org", caller="192.0.2.1")
    code_wishes.ask("nobody@example.org", caller="198.51.100.1")
    assert session.query(CodeWish).count() == throttle.TRIES_FROM_ONE_PLACE + 1


def test_wishes_are_thrown_away_after_a_day(time_machine):
    PersonFactory(email="old@example.org")
    ask("old@example.org")

    time_machine.shift(timedelta(days=1, seconds=1))
    code_wishes.forget_old(clock.now())

    assert session.query(CodeWish).count() == 0
