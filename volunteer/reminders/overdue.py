"""Elders whom nobody has seen for longer than agreed: the coordinators hear of it the morning
after. No name stands in the message."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from volunteer.core import clock, zones
from volunteer.core.database import session, transaction
from volunteer.elders import queries as elder_queries
from volunteer.elders.models import Elder, ElderStatus
from volunteer.notifications import writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.reminders import coordinators
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

ELDERS_OVERDUE = "elders_overdue"
MORNING = time(9)
ONE_DAY = timedelta(days=1)


def tell(now: datetime) -> int:
    """Tell the coordinators of each team in which somebody became overdue today, once; answers how
    many messages were new. Who stays overdue stands in the weekly message."""
    with transaction():
        zones_of = teams_with_somebody_new(now)
        return coordinators.tell(ELDERS_OVERDUE, zones_of, now)


def teams_with_somebody_new(now: datetime) -> dict[int, str]:
    """Where it is past nine, and an elder should have been seen by yesterday: zone by team."""
    around = now.date()
    rows = session.execute(
        select(Elder.team_id, Team.zone, Elder.due_on)
        .join(Team, Team.id == Elder.team_id)
        .where(
            Elder.status == ElderStatus.ACTIVE,
            Elder.due_on.between(around - 2 * ONE_DAY, around + ONE_DAY),
        )
        .distinct()
    )
    return {
        team_id: zone
        for team_id, zone, due_on in rows
        if due_on == zones.day_in(zone, now) - ONE_DAY
        and zones.to_wall(now, zone).time() >= MORNING
    }


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to coordinators while anybody is overdue."""
    teams = team_queries.list_with_numbers({m.about["team_id"] for m in messages})
    now = clock.now()
    counts = elder_queries.count_overdue_in({team.id: team.today(now) for team in teams})
    by_number = {team.id: team for team in teams}
    return {
        message.id: writing.letter(
            ELDERS_OVERDUE,
            message.person,
            team=by_number[team_id],
            count=counts[team_id],
            path=f"/teams/{team_id}/elders",
        )
        for message in coordinators.still_theirs(messages)
        if counts.get(team_id := message.about["team_id"])
    }
