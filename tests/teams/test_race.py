"""Many teams are left by their last two coordinators, both at the same moment: each ends once."""

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.factories.activities import ActivityFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.servers import migrated
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.teams.models import Membership, MembershipStatus, Team

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]

TEAMS = 6


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "emptied") as address:
        yield address


@pytest.fixture
def steps(url):
    """Both leave, one press beside the other, in every team."""
    coordinators = []
    for _number in range(TEAMS):
        team = TeamFactory()
        ActivityFactory(team=team)
        coordinators += CoordinatorFactory.create_batch(2, team=team)
    session.commit()
    found = [("leave", one.id, 0, one.person_id) for one in coordinators]
    session.remove()
    return found


def test_of_two_who_are_all_there_is_both_go_and_the_team_ends_once(url, steps):
    outcomes = racing.race(url, steps)

    session.remove()
    assert outcomes == {"left": 2 * TEAMS}
    assert {row.status for row in session.query(Membership)} == {MembershipStatus.LEFT}
    assert session.query(Team).filter(Team.verified_at.is_not(None)).count() == 0
    assert session.query(AuditEntry).filter_by(action="team.emptied").count() == TEAMS
    assert session.query(AuditEntry).filter_by(action="activity.ended").count() == TEAMS
