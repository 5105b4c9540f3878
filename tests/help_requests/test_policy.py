"""Who may see and do what of help requests."""

from datetime import timedelta

import pytest

from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory, matched
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.core import clock
from volunteer.help_requests import closing, policy
from volunteer.help_requests.models import OfferStatus
from volunteer.teams import membership
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory()


def test_what_nobody_has_every_coordinator_of_the_community_may_answer(coordinator):
    team = coordinator.team
    neighbour = CoordinatorFactory(team=TeamFactory(place=team.place))
    stranger = CoordinatorFactory()
    request = HelpRequestFactory(community_of=team)

    assert policy.can_answer(coordinator.person, request, team)
    assert policy.can_answer(neighbour.person, request, neighbour.team)
    assert not policy.can_answer(stranger.person, request, stranger.team)
    assert not policy.can_answer(coordinator.person, request, neighbour.team)
    assert not policy.can_answer(MembershipFactory(team=team).person, request, team)
    assert not policy.can_answer(None, request, team)


def test_what_a_team_has_is_its_own(coordinator):
    team = coordinator.team
    neighbour = CoordinatorFactory(team=TeamFactory(place=team.place))
    request = HelpRequestFactory(community_of=team, taken=True)

    assert policy.can_answer(coordinator.person, request, team)
    assert not policy.can_answer(neighbour.person, request, neighbour.team)


def test_an_offer_is_seen_by_who_is_asked_while_active_in_the_team(coordinator):
    member = MembershipFactory(team=coordinator.team)
    offer = HelpOfferFactory(help_request__community_of=coordinator.team, person=member.person)

    assert policy.can_see_offer(member.person, offer)
    assert not policy.can_see_offer(coordinator.person, offer)
    assert not policy.can_see_offer(None, offer)
    membership.pause(member, by=member.person)
    assert not policy.can_see_offer(member.person, offer)


def test_before_the_other_side_has_said_yes_too_nobody_is_shown(coordinator):
    offer = HelpOfferFactory(
        help_request__community_of=coordinator.team, status=OfferStatus.ACCEPTED
    )

    assert policy.can_see_offer(offer.person, offer)
    assert not policy.can_see_whom(offer.person, offer, clock.now())


@pytest.mark.parametrize("status", list(OfferStatus))
def test_whom_it_is_for_is_seen_only_after_a_yes(coordinator, status):
    offer = HelpOfferFactory(
        help_request__community_of=coordinator.team, status=status, welcomed_at=clock.now()
    )

    seen = policy.can_see_whom(offer.person, offer, clock.now())

    assert seen == (status is OfferStatus.ACCEPTED)


def test_whom_it_was_for_is_seen_until_a_day_after_it_was_done(coordinator):
    offer = matched(coordinator.team, coordinator.person)
    assert policy.can_see_whom(offer.person, offer, clock.now() + timedelta(days=300))

    closing.finish(offer.help_request, by=offer.person)

    done_at = offer.help_request.done_at
    assert policy.can_see_whom(offer.person, offer, done_at + policy.AFTERWARDS)
    after = done_at + policy.AFTERWARDS + timedelta(seconds=1)
    assert not policy.can_see_whom(offer.person, offer, after)
    closing.confirm(offer.help_request, by=None)
    assert not policy.can_see_whom(offer.person, offer, after)


def test_opened_again_it_is_hidden_from_who_did_it_before(coordinator):
    offer = matched(coordinator.team, coordinator.person)
    closing.finish(offer.help_request, by=offer.person)

    closing.reopen(offer.help_request, "还没好", by=None)

    assert not policy.can_see_whom(offer.person, offer, clock.now())


def test_who_asked_while_signed_in_follows_it_and_nobody_else(coordinator):
    asker = PersonFactory()
    request = HelpRequestFactory(community_of=coordinator.team, asker_id=asker.id)

    assert policy.can_follow(asker, request)
    for other in (PersonFactory(), coordinator.person, None):
        assert not policy.can_follow(other, request)
        assert not policy.can_follow(other, HelpRequestFactory(community_of=coordinator.team))
