"""Passwords: kept as Argon2id, checked by length and against those that everybody tries first."""

import pytest

from tests.factories.accounts import HASH, PASSWORD
from volunteer.accounts import passwords


def test_a_password_matches_itself_and_nothing_else():
    assert passwords.matches(PASSWORD, HASH)
    assert not passwords.matches(PASSWORD + " ", HASH)
    assert not passwords.matches("", HASH)


def test_it_is_kept_as_argon2id_with_salt():
    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.hashed(PASSWORD) != HASH


@pytest.mark.parametrize("kept", [None, "", "no hash at all", "$argon2id$broken"])
def test_nothing_matches_where_there_is_no_password(kept):
    assert not passwords.matches(PASSWORD, kept)


def test_the_password_of_nobody_lets_nobody_in():
    assert not passwords.matches("nobody signs in with this one", None)


@pytest.mark.parametrize("password", ["12345678", "password", "PassWord", "iloveyou", "qwertyuiop"])
def test_what_everybody_tries_first_is_common(password):
    assert passwords.is_common(password)


@pytest.mark.parametrize("password", [PASSWORD, "周三一起做午饭", "correct horse battery"])
def test_a_short_sentence_is_not_common(password):
    assert not passwords.is_common(password)
