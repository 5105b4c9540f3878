"""Handing a team over: offered, accepted or not, and never without a coordinator."""

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.people import CompanionFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.accounts import personal_links, signing_in
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session, transaction
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.teams import handover, handover_queries, membership, policy
from volunteer.teams.errors import (
    AlreadyOffered,
    CannotTakeOver,
    HandoverOver,
    LastCoordinator,
    NeedsPassword,
)
from volunteer.teams.models import Membership, MembershipStatus, TeamRole

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def giver():
    giver = CoordinatorFactory()
    UserFactory(person=giver.person)
    return giver


@pytest.fixture
def taker(giver):
    taker = MembershipFactory(team=giver.team)
    UserFactory(person=taker.person)
    return taker


def roles(team):
    rows = session.query(Membership).filter_by(team_id=team.id).order_by(Membership.id)
    return [row.role.value for row in rows]


def deeds():
    rows = session.query(AuditEntry).filter(AuditEntry.action.like("handover.%"))
    return [row.action for row in rows.order_by(AuditEntry.id)]


def written(kind):
    with transaction():
        messages = session.query(OutboxMessage).filter_by(kind=kind).all()
        return list(letters.write(messages).values())


def test_nothing_changes_before_the_answer(giver, taker):
    handover.offer(giver, taker)

    assert roles(giver.team) == ["coordinator", "member"]
    assert handover_queries.find_handover(giver.team).taker_id == taker.id


def test_who_says_yes_coordinates_and_the_giver_is_a_member(giver, taker):
    handover.accept(handover.offer(giver, taker))

    assert roles(giver.team) == ["member", "coordinator"]
    assert handover_queries.find_handover(giver.team) is None
    assert deeds() == ["handover.offered", "handover.accepted"]


def test_who_says_no_changes_nothing(giver, taker):
    handover.decline(handover.offer(giver, taker))

    assert roles(giver.team) == ["coordinator", "member"]
    assert handover_queries.find_handover(giver.team) is None
    assert handover.offer(giver, taker)


def test_the_giver_may_take_it_back(giver, taker):
    offered = handover.offer(giver, taker)
    handover.take_back(offered)

    with pytest.raises(HandoverOver):
        handover.accept(offered)
    assert roles(giver.team) == ["coordinator", "member"]
    assert deeds() == ["handover.offered", "handover.taken_back"]


def test_one_offer_at_a_time(giver, taker):
    handover.offer(giver, taker)
    with pytest.raises(AlreadyOffered):
        handover.offer(giver, MembershipFactory(team=giver.team))


def test_who_has_no_password_chooses_one_first(giver):
    taker = MembershipFactory(team=giver.team)
    offered = handover.offer(giver, taker)

    with pytest.raises(NeedsPassword):
        handover.accept(offered)
    assert roles(giver.team) == ["coordinator", "member"]

    signing_in.open_account(taker.person, login="taker", password="a short sentence")
    handover.accept(offered)
    assert roles(giver.team) == ["member", "coordinator"]


@pytest.mark.parametrize(
    "status", [MembershipStatus.PAUSED, MembershipStatus.LEFT, MembershipStatus.APPLIED]
)
def test_only_active_members_can_be_asked(giver, status):
    with pytest.raises(CannotTakeOver):
        handover.offer(giver, MembershipFactory(team=giver.team, status=status))


def test_nobody_of_another_team_and_no_coordinator_can_be_asked(giver):
    for taker in (MembershipFactory(), CoordinatorFactory(team=giver.team)):
        with pytest.raises(CannotTakeOver):
            handover.offer(giver, taker)


@pytest.mark.parametrize("who", ["giver", "taker"])
@pytest.mark.parametrize("step", [membership.pause, membership.leave])
def test_who_pauses_or_leaves_ends_the_offer(giver, taker, who, step):
    CoordinatorFactory(team=giver.team)
    offered = handover.offer(giver, taker)
    one = {"giver": giver, "taker": taker}[who]

    step(one, by=one.person)

    assert handover_queries.find_handover(giver.team) is None
    with pytest.raises(HandoverOver):
        handover.accept(offered)
    assert deeds()[-1] == "handover.ended"


def test_a_giver_who_is_no_coordinator_any_more_gives_nothing(giver, taker):
    other = CoordinatorFactory(team=giver.team)
    offered = handover.offer(giver, taker)
    membership.make_member(giver, by=other.person)

    assert handover_queries.find_handover(giver.team) is None
    with pytest.raises(HandoverOver):
        handover.accept(offered)
    # The next offer is not in its way.
    handover.accept(handover.offer(other, taker))
    assert roles(giver.team) == ["member", "coordinator", "member"]


def test_an_offer_does_not_come_back_with_the_giver(giver, taker):
    other = CoordinatorFactory(team=giver.team)
    offered = handover.offer(giver, taker)
    membership.make_member(giver, by=other.person)
    assert deeds()[-1] == "handover.ended"
    assert written("handover_offered") == []

    membership.make_coordinator(giver, by=other.person)

    assert handover_queries.find_handover(giver.team) is None
    with pytest.raises(HandoverOver):
        handover.accept(offered)


def test_an_offer_is_no_way_around_the_last_coordinator(giver, taker):
    handover.offer(giver, taker)
    with pytest.raises(LastCoordinator):
        membership.leave(giver, by=giver.person)


def test_accepted_twice_it_is_accepted_once(giver, taker):
    offered = handover.offer(giver, taker)
    handover.accept(offered)
    with pytest.raises(HandoverOver):
        handover.accept(offered)
    assert roles(giver.team) == ["member", "coordinator"]


def test_the_taker_is_told_with_a_door_to_the_teams_page(giver):
    taker = MembershipFactory(team=giver.team)
    handover.offer(giver, taker)

    (letter,) = written(handover.OFFERED)

    assert giver.person.name in letter.subject
    token = letter.text.split("/links/")[1].split()[0]
    opened, leads_to = personal_links.use(token)
    assert (opened.person.id, leads_to) == (taker.person_id, f"/teams/{giver.team_id}")


def test_an_offer_that_was_taken_back_is_not_sent_any_more(giver, taker):
    handover.take_back(handover.offer(giver, taker))
    assert written(handover.OFFERED) == []


@pytest.mark.parametrize(
    ("answer", "words"), [(handover.accept, "said yes"), (handover.decline, "said no")]
)
def test_the_giver_is_told_the_answer(giver, taker, answer, words):
    answer(handover.offer(giver, taker))
    (letter,) = written(handover.ANSWERED)
    assert words in letter.text


# --- pages ----------------------------------------------------------------------------------


def test_from_the_coordinators_page_to_the_new_coordinator(giver, taker, signed_in_as):
    hers, theirs = signed_in_as(giver.person), signed_in_as(taker.person)
    team = f"/teams/{giver.team_id}"

    chosen = hers.get(f"{team}/handover?to={taker.person_id}").text
    assert f'selected value="{taker.person_id}"' in chosen
    answer = hers.post(f"{team}/handover", data={"taker": taker.person_id})
    assert answer.location == team
    assert "The team is offered to" in hers.get(team).text

    offered = theirs.get(team).text
    assert f"{giver.person.name}</span> would like to hand the team over to you" in offered
    assert theirs.post(f"{team}/handover/acceptance").location == team

    assert theirs.get(f"{team}/members").status_code == 200
    assert hers.get(f"{team}/members").status_code == 404
    history = theirs.get(f"{team}/history").text
    assert "took the team over" in history


def test_the_page_leads_to_a_password_and_back(giver, signed_in_as):
    taker = MembershipFactory(team=giver.team)
    handover.offer(giver, taker)
    theirs = signed_in_as(taker.person)

    answer = theirs.post(f"/teams/{giver.team_id}/handover/acceptance")

    assert answer.location == f"/settings/password/first?next=/teams/{giver.team_id}"
    data = {"login": "taker", "password": "a short sentence"}
    assert theirs.post(answer.location, data=data).location == f"/teams/{giver.team_id}"
    assert theirs.post(f"/teams/{giver.team_id}/handover/acceptance").status_code == 302
    assert roles(giver.team) == ["member", "coordinator"]


def test_other_members_see_nothing_of_the_offer(giver, taker, signed_in_as):
    other = MembershipFactory(team=giver.team)
    handover.offer(giver, taker)
    browser = signed_in_as(other.person)
    assert "hand the team over" not in browser.get(f"/teams/{giver.team_id}").text
    for step in ("acceptance", "refusal", "withdrawal"):
        answer = browser.post(f"/teams/{giver.team_id}/handover/{step}")
        assert answer.status_code == 404


@pytest.mark.parametrize("step", ["refusal", "withdrawal"])
def test_saying_no_or_taking_back_by_button(giver, taker, signed_in_as, step):
    handover.offer(giver, taker)
    browser = signed_in_as(taker.person if step == "refusal" else giver.person)
    assert browser.post(f"/teams/{giver.team_id}/handover/{step}").status_code == 302
    assert handover_queries.find_handover(giver.team) is None
    assert roles(giver.team) == [TeamRole.COORDINATOR, TeamRole.MEMBER]


def test_a_second_offer_is_refused_beside_the_field(giver, taker, signed_in_as):
    handover.offer(giver, taker)
    third = MembershipFactory(team=giver.team)
    answer = signed_in_as(giver.person).post(
        f"/teams/{giver.team_id}/handover", data={"taker": third.person_id}
    )
    assert answer.status_code == 200
    assert "offered to somebody already" in answer.text


def test_when_somebody_else_pauses_the_offer_stands(giver, taker):
    handover.offer(giver, taker)
    other = MembershipFactory(team=giver.team)

    membership.pause(other, by=other.person)

    assert handover_queries.find_handover(giver.team).taker_id == taker.id


@pytest.mark.parametrize("who", ["giver", "taker"])
def test_nothing_is_taken_over_while_one_of_the_two_pauses(who, giver, taker, request):
    offered = handover.offer(giver, taker)
    request.getfixturevalue(who).status = MembershipStatus.PAUSED
    session.commit()

    with pytest.raises(HandoverOver):
        handover.accept(offered)

    assert roles(giver.team) == ["coordinator", "member"]


def test_only_a_coordinator_who_does_not_pause_offers_the_team(giver, taker):
    assert policy.can_hand_over(giver.person, giver.team)
    assert not policy.can_hand_over(taker.person, giver.team)
    giver.status = MembershipStatus.PAUSED
    session.commit()

    assert not policy.can_hand_over(giver.person, giver.team)


def test_who_is_asked_reads_it_on_their_first_page(giver, taker, signed_in_as):
    handover.offer(giver, taker)
    theirs = signed_in_as(taker.person)

    assert f"asks you to take {giver.team.name} over" in theirs.get("/").text
    assert f'href="/teams/{giver.team_id}"' in theirs.get("/").text
    assert "asks you to take" not in signed_in_as(giver.person).get("/").text

    membership.pause(taker, by=taker.person)
    assert "asks you to take" not in theirs.get("/").text


def test_so_does_who_coordinates_another_team(giver, taker, signed_in_as):
    CoordinatorFactory(person=taker.person)
    handover.offer(giver, taker)
    assert f"asks you to take {giver.team.name} over" in signed_in_as(taker.person).get("/").text


def test_no_companion_is_asked_to_take_a_team(giver, signed_in_as):
    taker = MembershipFactory(team=giver.team)
    acting = CompanionFactory(person=taker.person)
    handover.offer(giver, taker)
    browser = signed_in_as(acting.companion)
    browser.post(f"/companions/{acting.id}/acting")
    assert "asks you to take" not in browser.get("/").text


def test_a_phone_that_still_rings_at_the_givers_is_told(giver, taker, signed_in_as):
    with transaction():
        giver.person.phone = giver.team.phone = "02812345678"
    theirs = signed_in_as(taker.person)
    page = f"/teams/{giver.team_id}"
    offered = handover.offer(giver, taker)
    assert "Who calls the team still reaches" not in signed_in_as(giver.person).get(page).text

    handover.accept(offered)
    assert f"Who calls the team still reaches {giver.person.name}" in theirs.get(page).text
    assert "Who calls the team" not in signed_in_as(giver.person).get(page).text

    with transaction():
        giver.team.phone = "02887654321"
    assert "Who calls the team" not in theirs.get(page).text


def test_nor_is_the_phone_of_who_has_left_the_teams_but_one_that_both_have_may_be(giver):
    second = CoordinatorFactory(team=giver.team, person__phone="02812345678")
    with transaction():
        giver.person.phone = giver.team.phone = "02887654321"
    membership.leave(giver, by=giver.person)
    assert handover_queries.find_former_with_phone(giver.team) == giver.person

    with transaction():
        second.person.phone = "02887654321"
    assert handover_queries.find_former_with_phone(giver.team) is None
