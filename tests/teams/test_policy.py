"""Who may do what with a team's members, rule by rule."""

import pytest

from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.teams import policy
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

IN_TEAM = {MembershipStatus.ACTIVE, MembershipStatus.PAUSED}


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


def member_who(status, coordinator):
    return MembershipFactory(team=coordinator.team, status=status)


@pytest.mark.parametrize("status", MembershipStatus)
def test_a_coordinator_changes_details_and_names_companions_of_who_is_in_the_team(
    status, coordinator
):
    member, me = member_who(status, coordinator), coordinator.person

    may = status in IN_TEAM
    assert policy.can_change_details(me, member, has_own_account=False) is may
    assert policy.can_name_companion(me, member) is may
    assert not policy.can_change_details(me, member, has_own_account=True)


@pytest.mark.parametrize("status", MembershipStatus)
def test_a_coordinator_sees_the_details_of_everybody_but_who_was_told_no(status, coordinator):
    member = member_who(status, coordinator)

    may = status is not MembershipStatus.REJECTED
    assert policy.can_see_details(coordinator.person, member) is may


def test_neither_other_members_nor_the_coordinators_of_other_teams_may(coordinator):
    member = member_who(MembershipStatus.ACTIVE, coordinator)
    neighbour = member_who(MembershipStatus.ACTIVE, coordinator)

    for other in (neighbour.person, CoordinatorFactory().person):
        assert not policy.can_see_details(other, member)
        assert not policy.can_change_details(other, member, has_own_account=False)
        assert not policy.can_name_companion(other, member)
        assert not policy.can_change_membership(other, member)
    assert policy.can_change_details(member.person, member, has_own_account=True)
    assert not policy.can_name_companion(member.person, member)


def test_who_acts_for_a_coordinator_has_none_of_their_powers(coordinator):
    member, companion = member_who(MembershipStatus.ACTIVE, coordinator), PersonFactory()

    assert policy.can_change_membership(companion, coordinator, whom=coordinator.person)
    assert not policy.can_change_membership(companion, member, whom=coordinator.person)
    assert policy.can_change_membership(coordinator.person, member, whom=companion)


@pytest.mark.parametrize("status", MembershipStatus)
def test_the_coordinator_of_a_team_that_somebody_is_in_ends_a_companionship(status, coordinator):
    companionship = CompanionFactory(person=member_who(status, coordinator).person)

    may = status in IN_TEAM
    assert policy.can_end_companionship(coordinator.person, companionship) is may
    for one in (companionship.person, companionship.companion):
        assert policy.can_end_companionship(one, companionship)
    neighbour = member_who(MembershipStatus.ACTIVE, coordinator).person
    for stranger in (neighbour, CoordinatorFactory().person):
        assert not policy.can_end_companionship(stranger, companionship)
