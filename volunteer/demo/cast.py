"""Who plays in the demo, fetched afresh: delivering messages lets go of all that was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.core import zones
from volunteer.core.database import all_of
from volunteer.elders.models import Elder
from volunteer.notifications import delivery
from volunteer.notifications.channels import KeptHere
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

AT_ONCE = 50
MORNING, EVENING = 8, 19


def in_daytime(moment: datetime) -> datetime:
    """This moment, or the last one before it at which neighbours are awake and about."""
    wall = zones.to_wall(moment, zones.HOME_ZONE)
    if wall.hour < MORNING:
        wall -= timedelta(days=1)
    if not MORNING <= wall.hour < EVENING:
        wall = wall.replace(hour=EVENING - 1, minute=40, second=0, microsecond=0)
    return zones.to_moment(wall, zones.HOME_ZONE)


def deliver() -> None:
    """What is due goes out: it is kept on this machine."""
    delivery.send_due(lambda _channel: KeptHere(), lease=timedelta(seconds=60), at_most=AT_ONCE)


@dataclass(frozen=True)
class Cast:
    """A team of the demo, by its number."""

    team_id: int

    @property
    def team(self) -> Team:
        return team_queries.get_team(self.team_id)

    @property
    def members(self) -> list[Person]:
        """In the order in which they came; the first is the coordinator."""
        rows: Sequence[Membership] = all_of(team_queries.of_team(self.team))
        return [row.person for row in sorted(rows, key=lambda row: row.id)]

    @property
    def coordinator(self) -> Person:
        return self.members[0]

    @property
    def volunteers(self) -> list[Person]:
        """Who visits and helps: members who read their messages, so that one sees what they get."""
        return [person for person in self.members[1:] if person.is_reachable_by_mail][:16]

    @property
    def elders(self) -> Sequence[Elder]:
        """In the order of the list in elders.py."""
        return all_of(select(Elder).where(Elder.team_id == self.team_id).order_by(Elder.id))
