"""Two coordinators with one call at the same moment."""

from dataclasses import replace

import pytest

from tests.factories.help_requests import LAMP
from tests.factories.teams import CoordinatorFactory
from tests.meeting import meeting
from volunteer.core.database import session
from volunteer.help_requests import asking, calls
from volunteer.help_requests.calls import CallDetails
from volunteer.help_requests.models import HelpRequest, HotlineCall
from volunteer.people import queries as people_queries
from volunteer.teams.models import Team

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


def test_a_call_that_two_enter_at_once_is_one_request():
    one = CoordinatorFactory()
    other_one = CoordinatorFactory(team=one.team)
    call = calls.note(one.team, CallDetails("想请人修灯"), by=one.person)
    numbers = call.id, one.team_id

    def enter(words: str, by: int) -> int:
        me = people_queries.get_person(by)
        team = session.get_one(Team, numbers[1])

        def ask() -> HelpRequest:
            details = replace(LAMP, words=words)
            return asking.ask(team.place.community, details, by=me, team=team)

        return calls.become_request(session.get_one(HotlineCall, numbers[0]), ask, by=me).id

    by = other_one.person_id
    with meeting(lambda: enter("厨房的灯不亮", by)) as other:
        mine = enter("修灯", one.person_id)
        other.begin()

    assert other.result() == mine
    assert session.query(HelpRequest).count() == 1
