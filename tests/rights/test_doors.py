"""Who was told yes comes in no more, and nothing begins with them again, before they are erased."""

import pytest

from tests.accounts.codes import ask, every_phone
from tests.factories.concerns import ConcernFactory
from tests.factories.meals import DinerFactory, MealFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.accounts import (
    code_cards,
    contacts,
    links_by_mail,
    one_time_codes,
    personal_links,
    signing_in,
)
from volunteer.accounts.errors import DoorsShut
from volunteer.accounts.models import SignIn
from volunteer.core.database import session
from volunteer.meals import queries as meal_queries
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people import deaths
from volunteer.people.forgetting import NAMELESS
from volunteer.rights import forgetting, jobs
from volunteer.teams import membership
from volunteer.teams.errors import NobodyOfThisName

pytestmark = pytest.mark.usefixtures("monday")
MOBILE = "13800138000"
MAILBOX = "wang@example.org"


@pytest.fixture
def let_go(coordinator):
    """Somebody who was told yes, and whose phone and mailbox are still known."""
    member = MembershipFactory(
        team=coordinator.team, person__name="王秀英", person__phone=MOBILE, person__email=MAILBOX
    )
    asked = forgetting.ask(member.person, "", by=member.person)
    forgetting.grant(asked, by=coordinator.person)
    return asked


def sent():
    session.query(OutboxMessage).update({"status": MessageStatus.SENT})
    session.commit()


def test_no_code_is_sent_to_them_and_who_shares_the_phone_gets_one(let_go):
    assert ask(MAILBOX) == []
    assert ask(MOBILE, takes_sms=every_phone) == []
    daughter = PersonFactory(phone=MOBILE)

    assert list(contacts.people_of(MOBILE)) == [daughter]


def test_a_code_written_at_that_moment_lets_nobody_in(let_go):
    code = one_time_codes.make(MOBILE, [let_go.person])
    proof = one_time_codes.prove(MOBILE, code, caller="192.0.2.1")

    with pytest.raises(DoorsShut):
        one_time_codes.enter(proof, let_go.person_id)

    assert session.query(SignIn).count() == 0


def test_an_old_link_brings_no_new_one_and_a_new_one_opens_nothing(let_go):
    token = personal_links.make(let_go.person, by=None)

    assert links_by_mail.ask(token) is False
    with pytest.raises(DoorsShut):
        personal_links.use(token)


def test_a_card_printed_at_that_moment_opens_nothing(let_go, coordinator):
    card = code_cards.make(let_go.person, by=coordinator.person, team=coordinator.team)

    with pytest.raises(DoorsShut):
        code_cards.enter(card.number, card.code, caller="192.0.2.1")


def test_a_password_chosen_at_that_moment_opens_no_account(let_go):
    with pytest.raises(DoorsShut):
        signing_in.choose_password(
            let_go.person, login="wang", password="a long sentence", caller="192.0.2.1"
        )
    assert not signing_in.has_password(let_go.person)


def test_who_has_been_told_no_comes_in_as_before(coordinator):
    member = MembershipFactory(team=coordinator.team)
    asked = forgetting.ask(member.person, "", by=member.person)
    forgetting.refuse(asked, "还有账没结", by=coordinator.person)

    assert personal_links.use(personal_links.make(member.person, by=None))


def test_a_team_takes_them_in_no_more(let_go, coordinator):
    """They would be out of it again three days later, and nobody would know why."""
    with pytest.raises(NobodyOfThisName):
        membership.add(coordinator.team, let_go.person, by=coordinator.person)


# --- lunches --------------------------------------------------------------------------------


def choices(browser, meal):
    return browser.get(f"/meals/{meal.id}/bookings/new").text


@pytest.mark.parametrize("what", ["granted", "restricted", "erased", "dead"])
def test_nobody_books_a_lunch_for_who_is_gone(what, signed_in_as):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    person = PersonFactory(name="王秀英")
    DinerFactory(team=team, person=person)
    stays = DinerFactory(team=team, person__name="李桂兰").person
    meal = MealFactory(plan__activity__team=team)
    if what == "dead":
        deaths.note(person, by=coordinator.person)
    else:
        MembershipFactory(team=team, person=person)
        if what == "restricted":
            ConcernFactory(team=team, about=person)
        asked = forgetting.ask(person, "", by=person)
        forgetting.grant(asked, by=coordinator.person)
        if what != "granted":
            sent()
            jobs.forget_who_asked()
        assert asked.status.value == what

    assert [diner.person for diner in meal_queries.list_diners(team)] == [stays]
    page = choices(signed_in_as(coordinator.person), meal)
    assert "李桂兰" in page
    assert "王秀英" not in page
    assert NAMELESS not in page
