"""Finding incidents."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer.core.database import Given, all_of, any_of, one_or_not_found, row_number, session
from volunteer.incidents.models import (
    Incident,
    IncidentPerson,
    IncidentPhoto,
    IncidentStep,
    IncidentVersion,
    Insurer,
    Part,
)
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

# So long after it was closed its words stay: until then somebody may claim (民法典, 188).
INCIDENT_KEPT = timedelta(days=3 * 365)


def get_incident(incident_id: int) -> Incident:
    """With all that was told, by whom, and what was done."""
    return one_or_not_found(
        select(Incident)
        .where(Incident.id == row_number(incident_id))
        .options(
            joinedload(Incident.occurrence),
            joinedload(Incident.reporter),
            selectinload(Incident.versions).options(
                joinedload(IncidentVersion.by),
                selectinload(IncidentVersion.people).joinedload(IncidentPerson.person),
            ),
            selectinload(Incident.steps).joinedload(IncidentStep.by),
            selectinload(Incident.photos),
        )
    )


def get_photo(photo_id: int) -> IncidentPhoto:
    return one_or_not_found(
        select(IncidentPhoto)
        .where(IncidentPhoto.id == row_number(photo_id))
        .options(joinedload(IncidentPhoto.picture))
    )


def find_by_form(team: Team, form_key: str) -> Incident | None:
    return session.scalars(
        select(Incident).where(Incident.team_id == team.id, Incident.form_key == form_key)
    ).one_or_none()


def of_team(team: Team) -> Select[Incident]:
    """The newest first."""
    return (
        select(Incident)
        .where(Incident.team_id == team.id)
        .order_by(Incident.wall_at.desc(), Incident.id.desc())
        .options(joinedload(Incident.occurrence))
    )


def open_of(team_id: Given) -> Select[Incident]:
    return select(Incident).where(Incident.team_id == team_id, Incident.closed_at.is_(None))


def counted_open(team_id: Given) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """How many of a team are open; of how many it is not said yet whether the insurer was told:
    beside other questions in one statement."""
    count = open_of(team_id).with_only_columns(func.count(), maintain_column_froms=True)
    unsaid = count.where(Incident.insurer == Insurer.OPEN)
    return count.scalar_subquery(), unsaid.scalar_subquery()


def list_hurt_members(incident: Incident) -> Sequence[Membership]:
    """Who was hurt and is in the team, as the newest version says: whose family is to be called."""
    hurt = [person.id for person in incident.newest.people_who_were(Part.HURT)]
    if not hurt:
        return []
    return all_of(team_queries.of_team(incident.team).where(Membership.person_id.in_(hurt)))


def list_reported_by(person: Person) -> Sequence[Incident]:
    """What this person has written down, the latest first."""
    return all_of(
        select(Incident)
        .where(Incident.reporter_id == person.id)
        .order_by(Incident.id.desc())
        .limit(20)
        .options(joinedload(Incident.occurrence))
    )


def list_without_word_on_insurer(
    teams: Collection[int] | None = None, *, after: datetime, before: datetime
) -> Sequence[Incident]:
    """Open ones reported in this time of which nobody has said whether the insurer was told."""
    found = select(Incident).where(
        Incident.closed_at.is_(None),
        Incident.insurer == Insurer.OPEN,
        Incident.reported_at > after,
        Incident.reported_at <= before,
    )
    if teams is not None:
        found = found.where(Incident.team_id.in_(teams))
    return all_of(found.order_by(Incident.id))


def list_open_by_numbers(numbers: Collection[int]) -> Sequence[Incident]:
    return all_of(select(Incident).where(Incident.id.in_(numbers), Incident.closed_at.is_(None)))


def is_over(now: datetime) -> ColumnElement[bool]:
    """A condition: it was closed so long ago that its words are forgotten."""
    return Incident.closed_at < now - INCIDENT_KEPT


def speaks_of(now: datetime) -> ColumnElement[bool]:
    """A condition on people: an incident that is not long over names them, or they wrote it."""
    is_kept = or_(Incident.closed_at.is_(None), ~is_over(now))
    named = (
        select(IncidentPerson.id)
        .join(IncidentVersion, IncidentVersion.id == IncidentPerson.version_id)
        .join(Incident, Incident.id == IncidentVersion.incident_id)
        .where(IncidentPerson.person_id == Person.id, is_kept)
    )
    wrote = (
        select(IncidentVersion.id)
        .join(Incident, Incident.id == IncidentVersion.incident_id)
        .where(IncidentVersion.by_id == Person.id, is_kept)
    )
    return or_(any_of(named), any_of(wrote))
