"""Those who run the service: they see whether it is well, not what is confided to teams."""

from volunteer.accounts import keys, passwords, signing_in
from volunteer.accounts.models import User
from volunteer.audit import trail
from volunteer.core.database import lock, transaction
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails


def appoint(*, name: str, login: str, password: str) -> Person:
    """A new person with an operator's account. Raises LoginTaken."""
    with transaction():
        person = profile.create(PersonDetails(name=name), by=None)
        user = signing_in.open_account(person, login=login, password=password)
        user.is_operator = True
        trail.record("account.made_operator", user, by=None, person=person)
        return person


def give_password(user: User, password: str) -> None:
    """A new password for who has lost theirs, or whose phone somebody else has: whatever has opened
    this door until now opens it no more."""
    fresh = passwords.hashed(password)
    with transaction():
        lock(user)
        user.password_hash = fresh
        keys.end_all_of_others(user.person, by=None)
        trail.record("account.password_changed", user, by=None, person=user.person)
