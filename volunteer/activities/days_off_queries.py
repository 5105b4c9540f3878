"""Finding the dates of some days of a team, and the days that were called off together."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager

from volunteer.activities.models import Activity, DaysOff, Occurrence, OccurrenceStatus
from volunteer.activities.queries import dates, with_people
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.teams.models import Team

# So many stand on a page.
SHOWN = 10


def take_place(team: Team, first: date, last: date, after: datetime) -> list[ColumnElement[bool]]:
    """Conditions on a date and its activity: it is on one of these days, and not cancelled."""
    begins, ends = (datetime.combine(day, time()) for day in (first, last + timedelta(days=1)))
    return [
        Activity.team_id == team.id,
        Occurrence.wall_starts >= begins,
        Occurrence.wall_starts < ends,
        Occurrence.starts_at > after,
        Occurrence.status == OccurrenceStatus.PLANNED,
    ]


def list_on_days(team: Team, first: date, last: date, *, after: datetime) -> Sequence[Occurrence]:
    """The team's dates of these days, soonest first, with their people."""
    return all_of(dates().where(*take_place(team, first, last, after)).options(*with_people()))


def hold_on_days(team: Team, first: date, last: date, *, after: datetime) -> None:
    """Hold them in the order of their numbers, and forget what was read of them."""
    session.scalars(
        select(Occurrence.id)
        .join(Occurrence.activity)
        .where(*take_place(team, first, last, after))
        .order_by(Occurrence.id)
        .with_for_update(key_share=True, of=Occurrence)
    ).all()
    session.expire_all()


def list_places(team: Team, *, after: datetime) -> Sequence[str]:
    """Where dates of the team are to take place, by name."""
    return session.scalars(
        select(Occurrence.place)
        .join(Occurrence.activity)
        .where(
            Activity.team_id == team.id,
            Occurrence.starts_at > after,
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
        .distinct()
        .order_by(Occurrence.place)
    ).all()


def get_days_off(days_off_id: int) -> DaysOff:
    return one_or_not_found(select(DaysOff).where(DaysOff.id == days_off_id))


def find_by_form(team: Team, form_key: str) -> DaysOff | None:
    """What was called off from this page, if it was."""
    return session.scalars(
        select(DaysOff).where(DaysOff.team_id == team.id, DaysOff.form_key == form_key)
    ).one_or_none()


def find_on(team: Team, day: date) -> DaysOff | None:
    """What is called off on this day, the newest."""
    return session.scalars(
        select(DaysOff)
        .where(
            DaysOff.team_id == team.id,
            DaysOff.taken_back_at.is_(None),
            DaysOff.first_on <= day,
            DaysOff.last_on >= day,
        )
        .order_by(DaysOff.id.desc())
        .limit(1)
    ).one_or_none()


def list_open(team: Team, today: date) -> Sequence[DaysOff]:
    """What is called off and could be taken back, the newest first."""
    return all_of(
        select(DaysOff)
        .where(
            DaysOff.team_id == team.id,
            DaysOff.taken_back_at.is_(None),
            DaysOff.last_on >= today,
        )
        .order_by(DaysOff.id.desc())
        .limit(SHOWN)
    )


def list_dates_of(days_off: DaysOff) -> Sequence[Occurrence]:
    """The dates that are off by it, soonest first, with their people; one that somebody has let
    take place since is none of them."""
    with_pauses = contains_eager(Occurrence.activity).selectinload(Activity.pauses)
    return all_of(
        dates().where(Occurrence.days_off_id == days_off.id).options(*with_people(), with_pauses)
    )


def hold_dates_of(days_off: DaysOff) -> None:
    """Hold their series, then them, in the order of their numbers; forget what was read of them."""
    whose = select(Occurrence.activity_id).where(Occurrence.days_off_id == days_off.id)
    session.scalars(
        select(Activity.id)
        .where(Activity.id.in_(whose))
        .order_by(Activity.id)
        .with_for_update(key_share=True)
    ).all()
    session.scalars(
        select(Occurrence.id)
        .where(Occurrence.days_off_id == days_off.id)
        .order_by(Occurrence.id)
        .with_for_update(key_share=True)
    ).all()
    session.expire_all()
