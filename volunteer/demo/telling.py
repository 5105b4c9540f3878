"""How the demo's people and groups are told: a robot in the group, a call instead of a mail."""

from volunteer.demo.cast import Cast
from volunteer.notifications import groups
from volunteer.notifications.groups import RobotDetails
from volunteer.notifications.models import RobotKind
from volunteer.people.models import ToldBy
from volunteer.teams import founding
from volunteer.telling import choices
from volunteer.telling.choices import Choices

# Nobody is there: in the demo no message leaves anyway.
NOWHERE = "https://robot.example/send?key=demo"


def say_how(cast: Cast) -> None:
    """A group with a robot, a line of the team's own, and a member who would rather be called."""
    details = RobotDetails(RobotKind.WECOM, "厨房姐妹群", NOWHERE)
    groups.connect(details, team=cast.team, by=cast.coordinator)
    founding.set_own_line(cast.team, "茶一直热着，来不来都说一声。", by=cast.coordinator)
    called = cast.members[-1]
    choices.change(called, Choices(ToldBy.CALL), by=cast.coordinator, team=cast.team)
