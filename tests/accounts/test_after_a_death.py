"""Who has died comes in no more, and keeps nobody else out."""

import pytest

from tests.accounts.codes import ask, every_phone
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.activities import SignupFactory
from tests.factories.elders import ElderFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, HandoverFactory, MembershipFactory
from volunteer import wiring
from volunteer.accounts import contacts, one_time_codes, queries, signing_in
from volunteer.accounts.errors import WrongCode, WrongLoginOrPassword
from volunteer.activities.models import SignupStatus
from volunteer.core.database import session
from volunteer.elders import care
from volunteer.elders.models import EndReason
from volunteer.notifications.models import MessageStatus
from volunteer.people import companions, deaths
from volunteer.teams import handover_queries

pytestmark = pytest.mark.usefixtures("database")
MOBILE = "13800138000"


@pytest.fixture(autouse=True)
def wired(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


def test_who_shared_a_phone_with_somebody_who_died_still_gets_a_code():
    husband = PersonFactory(name="安国", phone=MOBILE)
    widow = PersonFactory(name="赵兰", phone=MOBILE)
    deaths.note(husband, by=PersonFactory())

    (message,) = ask(MOBILE, takes_sms=every_phone)

    assert message.person_id == widow.id
    assert message.status is MessageStatus.WAITING


def test_nobody_comes_in_as_somebody_who_died_by_a_code():
    husband = PersonFactory(name="安国", phone=MOBILE)
    widow = PersonFactory(name="赵兰", phone=MOBILE)
    deaths.note(husband, by=PersonFactory())
    assert list(contacts.people_of(MOBILE)) == [widow]
    code = one_time_codes.make(MOBILE, contacts.people_of(MOBILE))
    proof = one_time_codes.prove(MOBILE, code, caller="192.0.2.1")
    assert list(one_time_codes.list_proven(proof)) == [widow]


@pytest.mark.parametrize("is_proven", [False, True], ids=["sent", "proven"])
def test_a_code_that_was_sent_before_lets_nobody_in_as_them(is_proven):
    husband = PersonFactory(name="安国", phone=MOBILE)
    widow = PersonFactory(name="赵兰", phone=MOBILE)
    code = one_time_codes.make(MOBILE, [husband, widow])
    proof = one_time_codes.prove(MOBILE, code, caller="192.0.2.1") if is_proven else None
    deaths.note(husband, by=PersonFactory())

    proof = proof or one_time_codes.prove(MOBILE, code, caller="192.0.2.1")

    assert list(one_time_codes.list_proven(proof)) == [widow]
    with pytest.raises(WrongCode):
        one_time_codes.enter(proof, husband.id)


def test_nobody_comes_in_as_somebody_who_died_by_their_password():
    user = UserFactory(login="angu")
    deaths.note(user.person, by=PersonFactory())

    with pytest.raises(WrongLoginOrPassword):
        signing_in.sign_in("angu", PASSWORD, caller="192.0.2.1")


def test_what_the_last_coordinator_had_promised_ends_and_their_offer_of_the_team_stands():
    coordinator = CoordinatorFactory()
    taker = MembershipFactory(team=coordinator.team)
    handover = HandoverFactory(giver=coordinator, taker=taker)
    signup = SignupFactory(occurrence__activity__team=coordinator.team, person=coordinator.person)

    deaths.note(coordinator.person, by=PersonFactory())
    session.expire_all()

    assert signup.status is SignupStatus.WITHDRAWN
    assert coordinator.is_coordinator
    assert handover_queries.find_handover(coordinator.team) == handover


def test_who_has_died_acts_for_nobody_any_more():
    """Else reminders of who has no phone go to the dead, and nobody calls them."""
    elder = ElderFactory()
    companionship = CompanionFactory(companion=elder.person)

    care.end(elder, EndReason.DIED, by=PersonFactory())
    session.expire_all()

    assert companions.going(companionship.person) == []
    assert companionship.ended_at is not None
    assert queries.list_companionships_of(elder.person) == []
