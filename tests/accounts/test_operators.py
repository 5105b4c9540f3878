"""Those who run the service."""

import pytest

from tests.factories.accounts import PASSWORD, UserFactory
from volunteer import commands
from volunteer.accounts import operators, personal_links, signing_in
from volunteer.accounts.errors import LoginTaken, WrongLoginOrPassword
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.models import Person

FRESH = "七棵石榴树与一口井"
HERE = "192.0.2.1"

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


def give_password(app, login, password=FRESH):
    asked = [login, "--password", password]
    return app.test_cli_runner().invoke(commands.give_password, asked).output


def test_a_new_password_shuts_every_door_that_was_open(app):
    user = UserFactory(login="jiang")
    me = user.person
    elsewhere = signing_in.sign_in("jiang", PASSWORD, caller=HERE).token
    link = personal_links.make(me, by=None)

    said = give_password(app, "jiang")
    session.expire_all()

    assert said.startswith("jiang has a new password.")
    assert signing_in.find_open(elsewhere) is None
    assert personal_links.find(link).expires_at <= clock.now()
    with pytest.raises(WrongLoginOrPassword):
        signing_in.sign_in("jiang", PASSWORD, caller=HERE)
    assert signing_in.sign_in("jiang", FRESH, caller=HERE)
    entry = session.query(AuditEntry).filter_by(action="account.password_changed").one()
    assert (entry.by_id, entry.person_id) == (None, me.id)


def test_nobody_of_that_name_and_a_password_to_be_guessed_are_said_in_one_line(app):
    UserFactory(login="jiang")

    assert give_password(app, "nobody") == "Error: Nobody signs in with the name nobody.\n"
    assert give_password(app, "jiang", "12345678").startswith("Error: Choose a password of 8 ")
