"""Those who run the service: they see whether it is well, not what is confided to teams."""

from volunteer.accounts import signing_in
from volunteer.audit import trail
from volunteer.core.database import transaction
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
