"""What somebody tells that they can is kept as long as they are in a team."""

import pytest

from tests.factories.abilities import AbilitiesFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.help_requests import abilities
from volunteer.help_requests.abilities import AbilityDetails
from volunteer.help_requests.models import Abilities, Skill, Speech
from volunteer.teams import membership

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def member(database):
    found = MembershipFactory(team=CoordinatorFactory().team)
    AbilitiesFactory(person=found.person)
    return found


def test_it_is_told_again_as_it_is_now_and_the_trail_keeps_only_that_it_was(member):
    person = member.person

    abilities.tell(
        person,
        AbilityDetails([Skill.HAIRCUT], [Speech.SICHUANESE], None, "锦绣东方小区", "3号楼"),
        by=person,
    )

    found = session.query(Abilities).one()
    assert (found.skills, found.speeches) == (["haircut"], ["sichuanese"])
    assert (found.estate, found.building) == ("锦绣东方小区", "3")
    (entry,) = session.query(AuditEntry).filter_by(action="abilities.told")
    assert "锦绣" not in str(entry.details)


def test_a_building_without_an_estate_is_none(member):
    abilities.tell(member.person, AbilityDetails(building="3"), by=member.person)

    assert session.query(Abilities).one().building == ""


def test_who_leaves_their_last_team_is_forgotten_who_pauses_is_not(member):
    other = MembershipFactory(person=member.person)
    membership.pause(member, by=member.person)
    membership.leave(other, by=member.person)
    assert session.query(Abilities).count() == 1

    membership.leave(member, by=member.person)

    assert session.query(Abilities).count() == 0
