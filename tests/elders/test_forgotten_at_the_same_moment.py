"""Somebody is taken into a team in the very moment in which the clock would forget them."""

from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from tests.meeting import meeting
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import jobs
from volunteer.elders.models import ElderStatus, EndReason
from volunteer.people import forgetting
from volunteer.people.models import Person
from volunteer.people.queries import get_person
from volunteer.teams import membership
from volunteer.teams.errors import NobodyOfThisName
from volunteer.teams.models import Membership
from volunteer.teams.queries import get_team

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


def test_who_is_just_being_taken_into_a_team_is_not_forgotten():
    team = CoordinatorFactory().team
    elder = ElderFactory(status=ElderStatus.ENDED, end_reason=EndReason.MOVED)
    elder.since_on -= timedelta(days=400)
    person, name = elder.person, elder.person.name
    by = PersonFactory()
    session.commit()

    with meeting(jobs.forget_old_elders) as other:
        membership.add(team, person, by=by)
        other.begin()
    other.result()

    session.expire_all()
    assert session.get_one(Person, person.id).name == name


@pytest.mark.parametrize("into", [membership.add, membership.apply])
def test_who_is_just_being_forgotten_is_not_taken_into_a_team_without_a_name(into):
    team = CoordinatorFactory().team
    elder = ElderFactory(status=ElderStatus.ARCHIVED, end_reason=EndReason.MOVED)
    person, by = elder.person, PersonFactory()
    session.commit()
    numbers = (team.id, person.id, by.id)

    def take_in():
        team_id, person_id, by_id = numbers
        into(get_team(team_id), get_person(person_id), by=get_person(by_id))

    with meeting(take_in) as other:
        forgetting.forget(person, clock.now())
        other.begin()
    with pytest.raises(NobodyOfThisName):
        other.result()

    assert session.get_one(Person, person.id).name == forgetting.NAMELESS
    assert session.query(Membership).filter_by(person_id=person.id).all() == []
