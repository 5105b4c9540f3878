"""What volunteers did at visits."""

from datetime import datetime
from typing import Any

from tests.factories import at_once
from tests.factories.elders import ElderFactory, VisitFactory
from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.deeds.models import Deed, DeedKind
from volunteer.elders.models import Visit
from volunteer.people.models import Person
from volunteer.teams.models import Team


def visited(
    person: Person,
    minutes: int = 60,
    wall: str = "2026-10-08T15:00",
    *,
    team: Team,
    confirmed_by: Person | None = None,
    **others: Any,
) -> Deed:
    """This person was at an elder's at this time, and wrote it down; it counts once somebody has
    confirmed it."""
    starts_at = zones.to_moment(datetime.fromisoformat(wall), team.zone)
    with at_once():
        elder = ElderFactory(team=team, person__name="孙福贵")
        visit = VisitFactory(elder=elder, people=[person], starts_at=starts_at)
        session.flush()
        if confirmed_by is not None:
            others |= {"confirmed_by": confirmed_by, "confirmed_at": clock.now()}
        return deed_of(visit, person, minutes=minutes, **others)


def deed_of(visit: Visit, person: Person, **others: Any) -> Deed:
    """What this person did at the visit."""
    deed = Deed(
        team=visit.team, person=person, kind=DeedKind.VISIT, visit_id=visit.id,
        wall_starts=visit.wall_starts, starts_at=visit.starts_at,
        **{"minutes": visit.minutes, **others},
    )  # fmt: skip
    session.add(deed)
    return deed
