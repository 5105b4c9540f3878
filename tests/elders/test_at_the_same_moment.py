"""What one person does for an elder while another's press is not over yet."""

from datetime import timedelta

import pytest

from tests.factories.elders import VisitFactory
from tests.meeting import meeting
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import recording
from volunteer.elders.models import Visit, VisitStatus
from volunteer.elders.recording import Report
from volunteer.teams import membership
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


def test_who_leaves_as_the_next_visit_is_agreed_on_is_not_down_for_it():
    visit = VisitFactory(starts_at=clock.now() - timedelta(hours=1))
    stays, goes = visit.going
    row = team_queries.find_membership(visit.team, goes)
    number = row.id

    def leave() -> None:
        own = session.get_one(Membership, number)
        membership.leave(own, by=own.person)

    next_on = visit.day + timedelta(days=7)
    with meeting(leave) as other:
        coming = recording.record(visit, Report(VisitStatus.DONE, next_on=next_on), by=stays)
        other.begin()
    other.result()

    assert [one.id for one in session.get_one(Visit, coming.id).going] == [stays.id]
