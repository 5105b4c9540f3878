"""What one coordinator does while a colleague's press is not over yet."""

import pytest

from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from tests.meeting import meeting
from volunteer.core.database import session
from volunteer.notifications import groups
from volunteer.notifications.groups import RobotDetails
from volunteer.notifications.models import GroupRobot, RobotKind
from volunteer.people import queries as people_queries
from volunteer.teams import queries

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

ROBOT = RobotDetails(
    RobotKind.WECOM, "奶奶的厨房群", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=qz"
)


def connect(team_id: int, by: int) -> None:
    team = queries.get_team(team_id)
    groups.connect(ROBOT, team=team, by=people_queries.get_person(by))


def test_a_robot_that_two_connect_at_once_is_one():
    team, first, second = TeamFactory(), PersonFactory(), PersonFactory()
    numbers = team.id, second.id

    with meeting(lambda: connect(*numbers)) as other:
        groups.connect(ROBOT, team=team, by=first)
        other.begin()
    other.result()

    assert session.query(GroupRobot).count() == 1
