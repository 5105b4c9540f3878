"""What a person chooses, and what follows from it."""

from datetime import time

import pytest

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people import consents
from volunteer.people.models import ConsentScope, ConsentWay, Person, ToldBy
from volunteer.people.queries import list_consents
from volunteer.telling import choices
from volunteer.telling.choices import Choices

pytestmark = pytest.mark.usefixtures("database")


def actions() -> list[str]:
    return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]


def test_what_was_chosen_is_what_is_known_and_written_down_once():
    person = PersonFactory()
    chosen = Choices(ToldBy.CALL, wants_week=False, wants_asks=False, quiet=(time(12), time(15)))

    choices.change(person, chosen, by=person)
    choices.change(person, chosen, by=person)

    assert choices.choices_of(person) == chosen
    assert actions() == ["choices.changed"]


def test_who_chooses_text_messages_agrees_to_them_and_who_chooses_again_takes_it_back():
    person = PersonFactory()

    choices.change(person, Choices(ToldBy.SMS), by=person)
    assert consents.has(person, ConsentScope.SMS)
    consent = list_consents(person)[0]
    assert (consent.way, consent.witness) == (ConsentWay.WEB, None)

    choices.change(person, Choices(ToldBy.EMAIL), by=person)
    assert not consents.has(person, ConsentScope.SMS)
    assert person.told_by is ToldBy.EMAIL


def test_who_keeps_text_messages_and_chooses_something_else_anew_agrees_to_nothing_new():
    person = PersonFactory()
    choices.change(person, Choices(ToldBy.SMS), by=PersonFactory(name="李组长"))

    choices.change(person, Choices(ToldBy.SMS, wants_week=False), by=person)

    (consent,) = list_consents(person)
    assert (consent.way, consent.withdrawn_on) == (ConsentWay.SPOKEN, None)


def test_a_coordinator_who_chooses_for_somebody_has_heard_them_say_so():
    member, coordinator = MembershipFactory(), PersonFactory(name="李组长")

    choices.change(member.person, Choices(ToldBy.SMS), by=coordinator, team=member.team)

    consent = list_consents(member.person)[0]
    assert (consent.way, consent.witness) == (ConsentWay.SPOKEN, "李组长")
    assert {entry.team_id for entry in session.query(AuditEntry)} == {member.team.id}


def test_who_takes_back_the_consent_elsewhere_gets_no_text_message_any_more(app):
    person = PersonFactory()
    choices.change(person, Choices(ToldBy.SMS), by=person)

    consents.withdraw(person, ConsentScope.SMS, by=person)

    session.expire_all()
    assert session.get_one(Person, person.id).told_by is None


def waiting(person: Person, kind: str = "date_moved") -> OutboxMessage:
    return OutboxMessageFactory(person=person, kind=kind, channel=Channel.SMS, lease="ours")


@pytest.mark.parametrize(
    ("email", "kind", "found"),
    [
        ("w@example.org", "date_moved", (Channel.EMAIL, MessageStatus.WAITING)),
        (None, "date_moved", (Channel.CALL, MessageStatus.WAITING)),
        (None, "thanks", (Channel.SMS, MessageStatus.FAILED)),
        # They have just asked for it.
        (None, "one_time_code", (Channel.SMS, MessageStatus.WAITING)),
    ],
)
def test_what_waits_goes_by_no_text_message_after_the_consent_was_taken_back(
    app, email, kind, found
):
    person = PersonFactory(email=email)
    choices.change(person, Choices(ToldBy.SMS), by=person)
    message = waiting(person, kind)

    consents.withdraw(person, ConsentScope.SMS, by=person)

    session.expire_all()
    assert (message.channel, message.status) == found


def test_who_chooses_mails_gets_by_mail_what_was_to_be_a_text_message(app):
    person = PersonFactory()
    choices.change(person, Choices(ToldBy.SMS), by=person)
    message = waiting(person)

    choices.change(person, Choices(ToldBy.EMAIL), by=person)

    session.expire_all()
    assert (message.channel, message.lease) == (Channel.EMAIL, None)
