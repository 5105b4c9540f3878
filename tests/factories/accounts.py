"""Accounts."""

from factory import Sequence, SubFactory

from tests.factories import Factory
from tests.factories.people import PersonFactory
from volunteer.accounts import passwords
from volunteer.accounts.models import User

PASSWORD = "a short sentence"
# Hashing is slow on purpose, so that it is done once for all tests.
HASH = passwords.hashed(PASSWORD)


class UserFactory(Factory):
    """Somebody who signs in with PASSWORD."""

    class Meta:
        model = User

    person = SubFactory(PersonFactory)
    login = Sequence(lambda n: f"neighbour{n}")
    password_hash = HASH


class OperatorFactory(UserFactory):
    is_operator = True
