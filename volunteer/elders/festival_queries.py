"""Finding whom to greet, and who is greeted already."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from volunteer.core.database import all_of, session
from volunteer.elders.models import Birthday, Elder, ElderStatus, Visit, VisitStatus
from volunteer.teams.models import Team


def list_birthdays(team: Team) -> Sequence[Birthday]:
    """Of those who are visited now."""
    return all_of(
        select(Birthday)
        .join(Birthday.elder)
        .where(Elder.team_id == team.id, Elder.status == ElderStatus.ACTIVE)
        .options(contains_eager(Birthday.elder))
        .order_by(Birthday.id)
    )


def find_birthday(elder: Elder) -> Birthday | None:
    return session.scalars(select(Birthday).where(Birthday.elder_id == elder.id)).one_or_none()


def list_old(team: Team, born_until: int) -> Sequence[Elder]:
    """Those who are visited now and were born in that year or before."""
    return all_of(
        select(Elder)
        .where(
            Elder.team_id == team.id,
            Elder.status == ElderStatus.ACTIVE,
            Elder.birth_year <= born_until,
        )
        .order_by(Elder.birth_year, Elder.id)
    )


def visits_around(team: Team, day: date, span: timedelta) -> dict[int, Visit]:
    """The visits planned or done so near this day, one for each elder: the nearest to it."""
    middle = datetime.combine(day, time(12))
    found = all_of(
        select(Visit)
        .join(Visit.elder)
        .where(
            Elder.team_id == team.id,
            Visit.status.in_([VisitStatus.PLANNED, VisitStatus.DONE]),
            Visit.wall_starts >= datetime.combine(day - span, time()),
            Visit.wall_starts < datetime.combine(day + span + timedelta(days=1), time()),
        )
        .options(contains_eager(Visit.elder))
        .order_by(Visit.id)
    )
    # The nearest is written last, over the others.
    far_first = sorted(found, key=lambda visit: -abs(visit.wall_starts - middle))
    return {visit.elder_id: visit for visit in far_first}
