"""What a team's groups are told, and the robots that say it there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import all_of, hold_table, lock, one_or_not_found, session, transaction
from volunteer.notifications import outbox
from volunteer.notifications.models import (
    Channel,
    GroupRobot,
    MessageStatus,
    OutboxMessage,
    RobotKind,
)
from volunteer.people.models import Person

# So many of a team's last messages tell which robot is mute.
LATELY = 50


@dataclass(frozen=True)
class RobotDetails:
    """What a coordinator says of a robot; its address and secret come from the group."""

    kind: RobotKind
    name: str
    url: str
    secret: str = ""


def connect(details: RobotDetails, *, team: HasNumber, by: Person) -> GroupRobot:
    """From now on this robot says in its group what the team is told; the trail keeps no
    address. One that is there already stays one, so that the group is told once."""
    with transaction():
        # Two coordinators may connect the same one at this moment.
        hold_table(GroupRobot)
        there = (robot for robot in list_robots([team.id]) if robot.url == details.url)
        robot = next(there, None) or GroupRobot(team_id=team.id, url=details.url, made_by=by)
        robot.kind, robot.name, robot.secret = details.kind, details.name, details.secret or None
        session.add(robot)
        trail.record("robot.connected", robot, by=by, team=team, kind=details.kind.value)
        return robot


def disconnect(robot: GroupRobot, *, team: HasNumber, by: Person) -> None:
    """It says nothing any more, not even what waits; its address is forgotten."""
    with transaction():
        lock(robot)
        if robot.ended_at is None:
            robot.ended_at = clock.now()
            robot.url, robot.secret = "", None
            trail.record("robot.disconnected", robot, by=by, team=team)


def tell(
    kind: str,
    *,
    team_id: int,
    key: str,
    expires_at: datetime,
    needed_by: datetime | None = None,
    about: dict[str, Any],
) -> int:
    """Say this in every group of the team, once for the same key; answers in how many."""
    rows = [
        row(robot, kind, key=key, expires_at=expires_at, about=about)
        for robot in list_robots([team_id])
    ]
    if needed_by is not None:
        rows = [outbox.in_time(row, needed_by) for row in rows]
    return outbox.post_all(rows) if rows else 0


def row(
    robot: GroupRobot,
    kind: str,
    *,
    key: str,
    expires_at: datetime,
    reader: Person | None = None,
    due_at: datetime | None = None,
    about: dict[str, Any],
) -> dict[str, Any]:
    """One message of tell(), for outbox.post_all().

    `reader` is in whose language and by whose rights it is written, else who connected the robot.
    """
    return outbox.row(
        kind,
        to=reader or robot.made_by,
        key=f"group{robot.id}:{key}",
        expires_at=expires_at,
        team_id=robot.team_id,
        due_at=due_at,
        channel=Channel.GROUP,
        about={**about, "robot_id": robot.id},
    )


def list_robots(teams: Collection[int]) -> Sequence[GroupRobot]:
    """Those that speak in groups of these teams, oldest first."""
    return all_of(
        select(GroupRobot)
        .where(GroupRobot.team_id.in_(teams), GroupRobot.ended_at.is_(None))
        .order_by(GroupRobot.id)
    )


def find_mute(team_id: int) -> set[int]:
    """The robots that did not take the last message that was meant for their group, by number."""
    newest = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.team_id == team_id,
            OutboxMessage.channel == Channel.GROUP,
            OutboxMessage.status.in_([MessageStatus.SENT, MessageStatus.FAILED]),
        )
        .order_by(OutboxMessage.ended_at.desc())
        .limit(LATELY)
    ).all()
    last = {message.about.get("robot_id", 0): message for message in reversed(newest)}
    return {robot for robot, message in last.items() if message.status is MessageStatus.FAILED}


def get_robot(team_id: int, robot_id: int) -> GroupRobot:
    """Raises NotFound, also for one of another team."""
    return one_or_not_found(
        select(GroupRobot).where(GroupRobot.id == robot_id, GroupRobot.team_id == team_id)
    )
