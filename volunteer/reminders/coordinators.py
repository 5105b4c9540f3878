"""A word to the coordinators of some teams: once a day for each kind, and never at night."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from volunteer.core import nights, zones
from volunteer.notifications import outbox
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.teams import queries as team_queries

ONE_DAY = timedelta(days=1)


def tell(kind: str, zone_of: Mapping[int, str], now: datetime) -> int:
    """Tell the coordinators of these teams, each by its number with its zone; answers how many
    messages were new. Who can only be called sees it on the team's pages."""
    return outbox.post_all(
        outbox.row(
            kind,
            to=person,
            key=f"{team_id}:{zones.day_in(zone_of[team_id], now)}",
            team_id=team_id,
            due_at=nights.awake(now, zone_of[team_id]),
            expires_at=now + ONE_DAY,
            about={"team_id": team_id},
        )
        for team_id, people in team_queries.find_coordinators(zone_of).items()
        for person in people
        if outbox.channel_for(person) is not Channel.CALL
    )


def still_theirs(messages: Sequence[OutboxMessage]) -> list[OutboxMessage]:
    """Those whose reader coordinates the team by now, too: who has handed it on, pauses or left
    since hears nothing of it any more."""
    readers = team_queries.who_coordinates({m.about["team_id"] for m in messages})
    return [m for m in messages if m.person_id in readers.get(m.about["team_id"], ())]
