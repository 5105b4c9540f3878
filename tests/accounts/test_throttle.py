"""Guessing is slow."""

import hashlib
from datetime import UTC, datetime

import pytest

from tests.factories.accounts import PASSWORD, UserFactory
from volunteer.accounts import signing_in, throttle
from volunteer.accounts.errors import TooManyTries, WrongLoginOrPassword
from volunteer.accounts.models import WrongTry
from volunteer.core import clock
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to(datetime(2026, 10, 12, 12, tzinfo=UTC), tick=False)


def try_in_vain(login: str, times: int, caller: str = "192.0.2.1") -> None:
    for _time in range(times):
        with pytest.raises(WrongLoginOrPassword):
            signing_in.sign_in(login, "wrong", caller=caller)


def test_after_ten_wrong_tries_even_the_right_password_waits():
    login = UserFactory().login
    try_in_vain(login, throttle.TRIES)

    with pytest.raises(TooManyTries, match="Please wait a quarter of an hour"):
        signing_in.sign_in(login, PASSWORD, caller="198.51.100.1")


def test_nine_wrong_tries_are_forgiven():
    login = UserFactory().login
    try_in_vain(login, throttle.TRIES - 1)

    assert signing_in.sign_in(login, PASSWORD, caller="192.0.2.1")


def test_writing_the_name_otherwise_begins_no_new_count():
    login = UserFactory().login
    try_in_vain(login.upper(), 5)
    try_in_vain(f" {login} ", 5)

    with pytest.raises(TooManyTries):
        signing_in.sign_in(login, PASSWORD, caller="192.0.2.1")


def test_a_quarter_of_an_hour_later_it_goes_on(time_machine):
    login = UserFactory().login
    try_in_vain(login, throttle.TRIES)

    time_machine.shift(throttle.WINDOW)
    with pytest.raises(TooManyTries):
        signing_in.sign_in(login, PASSWORD, caller="192.0.2.1")

    time_machine.shift(throttle.STEP)
    assert signing_in.sign_in(login, PASSWORD, caller="192.0.2.1")


@pytest.mark.walks
def test_what_a_clock_wrote_that_was_a_week_ahead_shuts_no_door_when_it_is_put_right(time_machine):
    login = UserFactory().login
    time_machine.shift(7 * 24 * 3600)
    try_in_vain(login, throttle.TRIES)
    with pytest.raises(TooManyTries):
        signing_in.sign_in(login, PASSWORD, caller="192.0.2.2")

    time_machine.shift(-7 * 24 * 3600)

    assert signing_in.sign_in(login, PASSWORD, caller="192.0.2.2").token


def test_no_quarter_of_an_hour_holds_more_than_ten_wherever_it_begins(time_machine):
    login = UserFactory().login
    reached = []
    for minute in range(60):
        try:
            signing_in.sign_in(login, "wrong", caller="192.0.2.1")
        except WrongLoginOrPassword:
            reached.append(minute)
        except TooManyTries:
            pass
        time_machine.shift(60)

    assert len(reached) >= 30
    assert all(
        sum(begin <= at < begin + 15 for at in reached) <= throttle.TRIES for begin in range(60)
    )


def test_a_right_try_counts_nothing(time_machine):
    login = UserFactory().login
    for _time in range(throttle.TRIES * 2):
        signing_in.sign_in(login, PASSWORD, caller="192.0.2.1")
    assert throttle.count("login", login) == throttle.count("caller", "192.0.2.1") == 0


def test_who_is_refused_at_the_second_limit_uses_up_none_of_the_first():
    for _time in range(throttle.TRIES_FROM_ONE_PLACE):
        throttle.take(throttle.from_place("192.0.2.1"))
    login = UserFactory().login
    for _time in range(throttle.TRIES * 2):
        with pytest.raises(TooManyTries):
            signing_in.sign_in(login, "wrong", caller="192.0.2.1")
    assert throttle.count("login", login) == 0


def test_counts_are_thrown_away_after_a_day(time_machine):
    throttle.take(throttle.Limit("login", "chengfang"))
    time_machine.shift(throttle.KEPT + throttle.STEP)
    throttle.forget_old(clock.now())
    assert session.query(WrongTry).count() == 0


def test_others_are_not_held_up():
    try_in_vain(UserFactory().login, throttle.TRIES)

    assert signing_in.sign_in(UserFactory().login, PASSWORD, caller="192.0.2.1")


def test_many_names_tried_from_one_place_are_slowed_too():
    for _time in range(throttle.TRIES_FROM_ONE_PLACE):
        throttle.take(throttle.from_place("192.0.2.1"))
    login = UserFactory().login

    with pytest.raises(TooManyTries):
        signing_in.sign_in(login, PASSWORD, caller="192.0.2.1")
    assert signing_in.sign_in(login, PASSWORD, caller="198.51.100.1")


def test_neither_names_nor_addresses_are_kept():
    try_in_vain("chengfang", 1, caller="192.0.2.1")

    kept = "".join(row.subject for row in session.query(WrongTry))
    assert "chengfang" not in kept
    assert "192.0.2.1" not in kept
    # There are few enough phones and places to try them all.
    assert hashlib.sha256(b"caller:192.0.2.1").hexdigest() not in kept


def test_tries_are_counted_one_by_one():
    for expected in (1, 2, 3):
        throttle.take(throttle.Limit("login", "chengfang"))
        assert throttle.count("login", "chengfang") == expected
