"""The pages of a safety card: one's own, and a member's for the coordinators."""

import pytest

from tests.factories.people import CompanionFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.audit.models import ReadingEntry
from volunteer.core.database import session
from volunteer.people import safety_cards

OWN = "/settings/safety-card"
CALL = {"contact_name": "李小红", "contact_relation": "女儿", "contact_phone": "138 0013 8000"}
USUAL = {**CALL, "pictures": "inside"}


@pytest.fixture
def member(database):
    return MembershipFactory(person__name="王秀英")


@pytest.fixture
def coordinator(member):
    return CoordinatorFactory(team=member.team).person


def page_of(member):
    return f"/teams/{member.team_id}/members/{member.id}/safety-card"


def test_from_the_settings_to_one_s_own_card(member, signed_in_as):
    browser = signed_in_as(member.person)
    assert OWN in browser.get("/settings").text

    browser.post(OWN, data=USUAL)

    card = safety_cards.of(member.person)
    assert (card.contact_phone, card.pictures) == ("13800138000", "inside")
    assert "李小红" in browser.get(OWN).text
    assert session.query(ReadingEntry).count() == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"contact_phone": ""}, "Without a number nobody can call them"),
        ({"contact_name": ""}, "Whose number is it?"),
        ({"contact_phone": "123"}, "contact_phone-error"),
        ({"limits": "不爬楼"}, "Please tick that it may be noted"),
    ],
)
def test_what_lacks_its_other_half_is_said_beside_the_field(member, signed_in_as, typed, said):
    answer = signed_in_as(member.person).post(OWN, data={**USUAL, **typed})

    assert said in answer.text
    assert safety_cards.find(member.person) is None


def test_a_companion_fills_it_in_for_them(member, signed_in_as):
    companion = CompanionFactory(person=member.person)
    browser = signed_in_as(companion.companion)
    browser.post(f"/companions/{companion.id}/acting")

    browser.post(OWN, data={**USUAL, "person": member.person_id})

    assert safety_cards.of(member.person).contact_name == "李小红"


def test_a_coordinator_fills_it_in_and_each_look_is_written_down(member, coordinator, signed_in_as):
    browser = signed_in_as(coordinator)
    theirs = f"/teams/{member.team_id}/members/{member.id}"
    assert page_of(member) in browser.get(theirs).text
    assert browser.post(page_of(member), data=USUAL).location == theirs

    assert "李小红" in browser.get(page_of(member)).text

    assert {(one.by_id, one.person_id) for one in session.query(ReadingEntry)} == {
        (coordinator.id, member.person_id)
    }


def test_who_has_left_is_nobody_s_to_look_at(member, coordinator, signed_in_as):
    gone = MembershipFactory(team=member.team, status="left")

    assert signed_in_as(coordinator).get(page_of(gone)).status_code == 404
    assert signed_in_as(member.person).get(page_of(member)).status_code == 404
    assert session.query(ReadingEntry).count() == 0
