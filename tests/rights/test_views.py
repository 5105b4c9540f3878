"""The pages of who asks to be forgotten, and of who answers."""

import re

import pytest

from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.hours import CertificateFactory, issued
from tests.factories.people import CompanionFactory
from tests.factories.rights import ForgettingRequestFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core.database import session
from volunteer.rights import queries
from volunteer.rights.models import ForgettingStatus
from volunteer.teams.models import MembershipStatus

OWN = "/settings/forgetting"


@pytest.fixture
def member(coordinator):
    member = MembershipFactory(team=coordinator.team, person__name="王秀英")
    UserFactory(person=member.person)
    return member


def last(person):
    session.expire_all()
    return queries.find_last(person)


def test_asking_and_taking_it_back(member, signed_in_as):
    browser = signed_in_as(member.person)
    assert OWN in browser.get("/settings/held").text

    browser.post(OWN, data={"words": "我搬走了"})
    page = browser.get(OWN).text

    assert "我搬走了" in page
    assert "You get an answer by" in page
    assert last(member.person).status is ForgettingStatus.OPEN
    assert browser.post(OWN, data={}).status_code == 409
    back = f"/forgetting-requests/{last(member.person).id}/withdrawal"
    assert browser.post(back).location == OWN
    assert last(member.person).status is ForgettingStatus.TAKEN_BACK
    assert browser.post(back).status_code == 409


def test_the_coordinator_sees_it_first_and_says_why_not(member, coordinator, signed_in_as):
    asked = ForgettingRequestFactory(person=member.person, words="我搬走了")
    browser = signed_in_as(coordinator.person)
    here = f"/forgetting-requests/{asked.id}"

    assert here in browser.get("/").text
    assert here in browser.get(f"/teams/{coordinator.team_id}/today").text
    assert "我搬走了" in browser.get(here).text
    assert "Please say why not" in browser.post(here, data={"reason": ""}).text
    browser.post(here, data={"reason": "账还没有结清"})

    assert last(member.person).status is ForgettingStatus.REFUSED
    assert "账还没有结清" in signed_in_as(member.person).get(OWN).text
    assert here not in browser.get("/").text
    assert "answered or taken back already" in browser.get(here).text


def test_before_the_yes_the_certificate_that_they_wait_for_is_answered(
    member, coordinator, signed_in_as
):
    asked = ForgettingRequestFactory(person=member.person)
    waiting = CertificateFactory(person=member.person, team=coordinator.team)
    CertificateFactory(person=member.person)
    issued(member.person, team=coordinator.team, by=coordinator.person)

    page = signed_in_as(coordinator.person).get(f"/forgetting-requests/{asked.id}").text

    assert "would not get it any more" in page
    assert re.findall(r"/certificates/(\d+)", page) == [str(waiting.id)]
    assert "ask for it before" in signed_in_as(member.person).get(OWN).text


def test_yes_closes_the_door(member, coordinator, signed_in_as):
    asked = ForgettingRequestFactory(person=member.person)
    theirs = signed_in_as(member.person)
    answer = signed_in_as(coordinator.person).post(
        f"/forgetting-requests/{asked.id}", data={"yes": "1"}
    )

    assert answer.status_code == 302
    assert last(member.person).status is ForgettingStatus.GRANTED
    assert theirs.get("/settings/held").status_code in {302, 401}


def test_a_refusal_of_the_rules_is_said_on_the_page(coordinator, signed_in_as):
    """A last coordinator must hand over first."""
    operator = OperatorFactory().person
    MembershipFactory(team=coordinator.team)
    asked = ForgettingRequestFactory(person=coordinator.person)

    answer = signed_in_as(operator).post(f"/forgetting-requests/{asked.id}", data={"yes": "1"})

    assert answer.status_code == 409
    assert "It must be handed over first" in answer.text


def test_who_runs_the_service_answers_only_where_no_team_does(member, signed_in_as):
    operator = OperatorFactory().person
    of_team = ForgettingRequestFactory(person=member.person)
    alone = ForgettingRequestFactory(person=UserFactory().person)
    browser = signed_in_as(operator)

    page = browser.get("/").text

    assert f"/forgetting-requests/{alone.id}" in page
    assert f"/forgetting-requests/{of_team.id}" not in page
    assert browser.get(f"/forgetting-requests/{alone.id}").status_code == 200
    assert browser.get(f"/forgetting-requests/{of_team.id}").status_code == 404


def test_nobody_answers_their_own_nor_that_of_another_team(coordinator, member, signed_in_as):
    CoordinatorFactory(team=coordinator.team)
    own = ForgettingRequestFactory(person=coordinator.person)
    of_member = ForgettingRequestFactory(person=member.person)
    stranger = CoordinatorFactory().person

    assert signed_in_as(coordinator.person).get(f"/forgetting-requests/{own.id}").status_code == 404
    for person in (stranger, member.person):
        answer = signed_in_as(person).get(f"/forgetting-requests/{of_member.id}")
        assert answer.status_code == 404


def test_a_coordinator_writes_it_down_for_who_has_no_account(coordinator, signed_in_as):
    member = MembershipFactory(team=coordinator.team)
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{member.team_id}/members/{member.id}"
    assert f"{page}/forgetting" in browser.get(page).text

    answer = browser.post(f"{page}/forgetting", data={"words": "她说不来了"})

    asked = last(member.person)
    assert answer.location == f"/forgetting-requests/{asked.id}"
    assert asked.asked_by_id == coordinator.person_id
    assert browser.get(f"{page}/forgetting").location == answer.location
    browser.post(f"/forgetting-requests/{asked.id}/withdrawal")
    assert last(member.person).status is ForgettingStatus.TAKEN_BACK


def test_not_for_who_has_an_account_nor_for_oneself(coordinator, member, signed_in_as):
    browser = signed_in_as(coordinator.person)
    for whose in (member, coordinator):
        page = f"/teams/{whose.team_id}/members/{whose.id}"
        assert f"{page}/forgetting" not in browser.get(page).text
        assert browser.get(f"{page}/forgetting").status_code == 404
    asked = ForgettingRequestFactory(person=member.person)
    assert browser.post(f"/forgetting-requests/{asked.id}/withdrawal").status_code == 404


def test_only_a_coordinator_writes_it_down_and_only_for_who_is_in_the_team(
    coordinator, member, signed_in_as
):
    there, gone = [
        MembershipFactory(team=coordinator.team, status=status)
        for status in (MembershipStatus.ACTIVE, MembershipStatus.LEFT)
    ]
    for me, whose in ((member, there), (coordinator, gone)):
        page = f"/teams/{whose.team_id}/members/{whose.id}/forgetting"
        assert signed_in_as(me.person).post(page, data={}).status_code == 404
        assert last(whose.person) is None


def test_where_no_team_answers_not_everybody_does(coordinator, signed_in_as):
    asked = ForgettingRequestFactory(person=UserFactory().person)

    answer = signed_in_as(coordinator.person).get(f"/forgetting-requests/{asked.id}")

    assert answer.status_code == 404


def test_who_acts_for_somebody_cannot_ask_for_them(database, signed_in_as):
    companion = CompanionFactory()
    browser = signed_in_as(companion.companion)
    browser.post(f"/companions/{companion.id}/acting")

    assert browser.get(OWN).status_code == 404
    assert browser.post(OWN, data={}).status_code == 404
    assert last(companion.person) is None


def test_who_is_told_by_a_call_stands_on_the_call_list_until_they_are_forgotten(
    coordinator, signed_in_as
):
    member = MembershipFactory(team=coordinator.team, person__name="王秀英", person__email=None)
    asked = ForgettingRequestFactory(person=member.person)
    browser = signed_in_as(coordinator.person)
    here = f"/forgetting-requests/{asked.id}"
    assert "tell them the answer yourself" in browser.get(here).text

    browser.post(here, data={"yes": "1"})

    page = browser.get(f"/teams/{coordinator.team_id}/call-list").text
    assert "王秀英" in page
    assert "the answer is yes" in page
