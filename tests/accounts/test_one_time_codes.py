"""One-time codes: good once, for minutes, for who reads the mailbox or holds the phone."""

from datetime import timedelta

import pytest

from tests.accounts.codes import ask, code_in, every_phone, receive, waiting, write
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from volunteer.accounts import code_wishes, one_time_codes, throttle
from volunteer.accounts.errors import TooManyTries, WrongCode
from volunteer.accounts.models import OneTimeCode, SignIn
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.language import CHINESE
from volunteer.notifications.sms import count_parts

pytestmark = pytest.mark.usefixtures("app")

MOBILE = "13800138000"
CALLER = "192.0.2.1"


@pytest.fixture(autouse=True)
def noon(time_machine, app):
    time_machine.move_to("2026-10-12T12:00Z", tick=False)
    with app.app_context():
        yield


def names_behind(contact, code):
    proof = one_time_codes.prove(contact, code, caller=CALLER)
    return [person.name for person in one_time_codes.list_proven(proof)]


def is_right(contact, code):
    try:
        one_time_codes.prove(contact, code, caller=CALLER)
    except WrongCode:
        return False
    return True


def another(code):
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_in_the_letter_lets_its_person_in_once():
    person = PersonFactory(email="wang@example.org")
    code = receive("wang@example.org")

    proof = one_time_codes.prove("wang@example.org", code, caller=CALLER)
    opened = one_time_codes.enter(proof, person.id)

    assert opened.person.id == person.id
    assert session.query(SignIn).one().way == "code"
    assert not is_right("wang@example.org", code)
    with pytest.raises(WrongCode):
        one_time_codes.enter(proof, person.id)


@pytest.mark.parametrize("shape", ["{a} {b}", " {a}-{b} ", "{a}\u3000{b}\n", "{a}\t{b}"])
def test_spaces_are_forgiven(shape):
    PersonFactory(email="wang@example.org")
    code = receive("wang@example.org")
    assert is_right("wang@example.org", shape.format(a=code[:3], b=code[3:]))


def test_full_width_digits_are_digits():
    PersonFactory(email="wang@example.org")
    code = receive("wang@example.org")
    assert is_right(
        "wang@example.org", code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    )


def test_a_code_is_good_for_ten_minutes(time_machine):
    PersonFactory(email="wang@example.org")
    code = receive("wang@example.org")
    time_machine.shift(timedelta(minutes=9, seconds=59))
    assert is_right("wang@example.org", code)

    code = receive("wang@example.org")
    time_machine.shift(timedelta(minutes=10))
    assert not is_right("wang@example.org", code)


def test_who_may_come_in_is_asked_for_ten_minutes_too(time_machine):
    person = PersonFactory(email="wang@example.org")
    proof = one_time_codes.prove("wang@example.org", receive("wang@example.org"), caller=CALLER)

    time_machine.shift(timedelta(minutes=9, seconds=59))
    assert one_time_codes.list_proven(proof) == [person]
    time_machine.shift(timedelta(seconds=1))
    assert one_time_codes.list_proven(proof) == []
    with pytest.raises(WrongCode):
        one_time_codes.enter(proof, person.id)


def test_a_newer_code_ends_the_older_one(time_machine):
    PersonFactory(email="wang@example.org")
    older = receive("wang@example.org")
    time_machine.shift(60)
    newer = receive("wang@example.org")

    assert is_right("wang@example.org", newer)
    if older != newer:
        assert not is_right("wang@example.org", older)


def test_a_code_is_good_only_for_the_contact_it_was_asked_for():
    PersonFactory(email="wang@example.org", phone=MOBILE)
    code = receive("wang@example.org")

    assert not is_right(MOBILE, code)
    assert not is_right("other@example.org", code)
    assert is_right("wang@example.org", code)


def test_who_shares_a_mailbox_or_phone_is_asked_who_they_are():
    for name in ("王秀英", "李国强"):
        PersonFactory(name=name, phone=MOBILE, email="both@example.org")

    by_mail = receive("both@example.org")
    assert names_behind("both@example.org", by_mail) == ["李国强", "王秀英"]
    by_phone = receive(MOBILE, takes_sms=every_phone)
    assert names_behind(MOBILE, by_phone) == ["李国强", "王秀英"]


def test_one_of_those_who_share_comes_in_and_the_code_is_spent_for_all():
    wife, husband = (PersonFactory(phone=MOBILE) for _time in range(2))
    proof = one_time_codes.prove(MOBILE, receive(MOBILE, takes_sms=every_phone), caller=CALLER)

    assert one_time_codes.enter(proof, wife.id).person.id == wife.id
    with pytest.raises(WrongCode):
        one_time_codes.enter(proof, husband.id)
    assert list(one_time_codes.list_proven(proof)) == []


def test_nobody_else_comes_in_by_a_proof():
    stranger = PersonFactory()
    PersonFactory(email="wang@example.org")
    proof = one_time_codes.prove("wang@example.org", receive("wang@example.org"), caller=CALLER)

    with pytest.raises(WrongCode):
        one_time_codes.enter(proof, stranger.id)


def test_a_code_for_a_phone_that_came_by_mail_opens_its_own_persons_door_only():
    """The wife's mailbox is not the phone that she shares with her husband."""
    people = {
        name: PersonFactory(name=name, phone=MOBILE, email=f"{number}@example.org").id
        for number, name in enumerate(["王秀英", "李国强"])
    }
    assert len(ask(MOBILE)) == 2
    for message, letter in write():
        (name,) = names_behind(MOBILE, code_in(letter))
        assert people[name] == message.person_id


def test_who_gave_up_the_phone_meanwhile_gets_no_code():
    person = PersonFactory(phone=MOBILE)
    ask(MOBILE, takes_sms=every_phone)
    person.phone = "13900009999"
    session.commit()

    assert write() == []
    assert session.query(OneTimeCode).count() == 0


def test_only_fingerprints_are_kept():
    PersonFactory(email="wang@example.org")
    code = receive("wang@example.org")

    kept = session.connection().exec_driver_sql("SELECT * FROM one_time_codes").all()
    assert kept
    assert code not in str([row[2:4] for row in kept])
    assert "wang@" not in str(kept)


def test_ten_wrong_codes_and_even_the_right_one_waits(time_machine):
    PersonFactory(email="wang@example.org")
    code = receive("wang@example.org")
    for _time in range(throttle.TRIES):
        assert not is_right("wang@example.org", another(code))

    with pytest.raises(TooManyTries):
        one_time_codes.prove("wang@example.org", code, caller="198.51.100.1")

    time_machine.shift(throttle.WINDOW + throttle.STEP)
    assert is_right("wang@example.org", receive("wang@example.org"))


def test_an_unknown_contact_is_slowed_all_the_same():
    for _time in range(throttle.TRIES):
        assert not is_right("nobody@example.org", "123456")
    with pytest.raises(TooManyTries):
        is_right("nobody@example.org", "123456")


def test_trying_again_and_again_from_one_place_is_slowed():
    for number in range(throttle.TRIES_FROM_ONE_PLACE):
        assert not is_right(f"{number}@example.org", "123456")
    with pytest.raises(TooManyTries):
        is_right("another@example.org", "123456")


def test_right_codes_use_no_tries_up(time_machine):
    PersonFactory(email="wang@example.org")
    for _time in range(4):
        assert is_right("wang@example.org", receive("wang@example.org"))
        time_machine.shift(60)
    assert throttle.count("code", "wang@example.org") == 0


def test_who_has_a_password_may_come_by_code_too():
    user = UserFactory(person=PersonFactory(email="wang@example.org"))
    code = receive("wang@example.org")
    proof = one_time_codes.prove("wang@example.org", code, caller=CALLER)
    assert one_time_codes.enter(proof, user.person_id).person.id == user.person_id


def test_the_letter_speaks_the_readers_language_and_the_short_one_is_short():
    for language in (CHINESE, "en"):
        phone = f"1380013800{len(language)}"
        PersonFactory(phone=phone, language=language)
        ask(phone, takes_sms=every_phone)
        ((message, letter),) = write()
        assert message.channel.value == "sms"
        assert count_parts("【邻里】" + letter.short) == 1
        assert "\n" not in letter.short
        assert code_in(letter) in letter.short


def test_codes_are_thrown_away_after_a_day(time_machine):
    PersonFactory(email="wang@example.org")
    receive("wang@example.org")
    time_machine.shift(timedelta(days=1, seconds=1))
    one_time_codes.forget_old(clock.now())
    assert session.query(OneTimeCode).count() == 0


def test_nobody_is_written_to_when_the_wish_is_gone():
    PersonFactory(email="wang@example.org")
    ask("wang@example.org")
    code_wishes.forget_old(clock.now() + timedelta(days=2))
    assert len(waiting()) == 1
    assert write() == []
