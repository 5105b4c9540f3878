"""Those who run the service."""

import pytest

from tests.factories.accounts import PASSWORD, UserFactory
from volunteer.accounts import operators, signing_in
from volunteer.accounts.errors import LoginTaken
from volunteer.core.database import session
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


def test_an_operator_signs_in_with_a_password():
    person = operators.appoint(name="值班员", login="operator", password=PASSWORD)

    opened = signing_in.sign_in("operator", PASSWORD, caller="192.0.2.1")

    assert opened.person is person
    assert signing_in.find_user(person).is_operator


def test_a_name_that_is_taken_leaves_no_half_made_operator():
    UserFactory(login="operator")

    with pytest.raises(LoginTaken):
        operators.appoint(name="值班员", login="operator", password=PASSWORD)

    assert session.query(Person).filter_by(name="值班员").count() == 0
