"""Somebody is taken into a team in the very moment in which the clock would forget them."""

from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from tests.meeting import meeting
from volunteer.core.database import session
from volunteer.elders import jobs
from volunteer.elders.models import ElderStatus, EndReason
from volunteer.people.models import Person
from volunteer.teams import membership

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
