"""Finding who has been seen in a month."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from volunteer.core.database import all_of, session
from volunteer.elders.models import Elder, ElderStatus, Pairing, Visit, VisitStatus
from volunteer.teams.models import Team


def list_elders_of(team: Team) -> Sequence[Elder]:
    """Everybody who is or was on the team's list, with their volunteers."""
    return all_of(
        select(Elder)
        .where(Elder.team_id == team.id)
        .options(joinedload(Elder.person), selectinload(Elder.pairings).joinedload(Pairing.person))
        .order_by(Elder.id)
    )


@dataclass(frozen=True)
class Listed:
    """Somebody on a team's list, as far as they are counted: nobody's name."""

    id: int
    team_id: int
    address: dict[str, Any] | None
    status: ElderStatus
    since_on: date
    created_at: datetime
    last_seen_on: date | None


LISTED = tuple(getattr(Elder, part.name) for part in fields(Listed))


def list_everywhere() -> list[Listed]:
    """Of all teams, for counting: plain rows, for there are many."""
    return [Listed(*row) for row in session.execute(select(*LISTED))]


def seen_between(teams: Collection[int], first: date, after: date) -> set[int]:
    """The numbers of the elders of these teams whom a visit saw from the first day on and before
    the other, by the clock of their team."""
    return set(
        session.scalars(
            select(Visit.elder_id)
            .join(Visit.elder)
            .where(
                Elder.team_id.in_(teams),
                Visit.status == VisitStatus.DONE,
                Visit.wall_starts >= datetime.combine(first, time()),
                Visit.wall_starts < datetime.combine(after, time()),
            )
            .distinct()
        )
    )
