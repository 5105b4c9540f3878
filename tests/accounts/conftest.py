"""A member and one who coordinates their team."""

import pytest

from tests.factories.teams import CoordinatorFactory, MembershipFactory


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def coordinator(member):
    return CoordinatorFactory(team=member.team).person
