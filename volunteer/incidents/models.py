"""Incidents: that something has happened, what was told of it, and what was done about it.

What people say of it is sealed, and so is who was hurt: it is their health.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.core.columns import Choice, WallTime
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.people.models import Person
from volunteer.pictures.models import Picture
from volunteer.teams.models import Team

# Enough to show a stair, a wound and a bill from all sides.
MOST_PHOTOS = 6


class Insurer(StrEnum):
    """Whether the insurer knows: not said yet, told, or need not know."""

    OPEN = "open"
    TOLD = "told"
    NOT_NEEDED = "not_needed"


class Part(StrEnum):
    """Which part somebody had in it."""

    HURT = "hurt"
    THERE = "there"


class Called(StrEnum):
    """Who was called when it happened."""

    AMBULANCE = "ambulance"
    POLICE = "police"
    FIRE = "fire"
    FAMILY = "family"
    COMMUNITY = "community"
    INSURER = "insurer"


class StepKind(StrEnum):
    """What was done about it; each step by a named human."""

    INSURER_TOLD = "insurer_told"
    NO_INSURER = "no_insurer"
    NOTED = "noted"
    CLOSED = "closed"
    REOPENED = "reopened"


class Incident(Model):
    """One that a team sees to. What was told of it stands in its versions."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("team_id", "form_key"),
        CheckConstraint(
            "(CASE WHEN occurrence_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN help_request_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name="happened_at_one_thing",
        ),
        CheckConstraint(
            "(insurer = 'told') = (insurer_told_at IS NOT NULL)", name="told_at_a_time"
        ),
        Index("ix_incidents_team_id_wall_at", "team_id", "wall_at"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrences.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    help_request_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"))
    # When it happened, as the newest version says: the team's list is in this order.
    wall_at: Mapped[datetime] = mapped_column(WallTime)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    reported_at: Mapped[datetime] = mapped_column(default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))
    insurer: Mapped[Insurer] = mapped_column(Choice(Insurer), default=Insurer.OPEN)
    insurer_told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    occurrence: Mapped[Occurrence | None] = relationship()
    reporter: Mapped[Person] = relationship()
    versions: Mapped[list[IncidentVersion]] = relationship(
        back_populates="incident", order_by="IncidentVersion.id"
    )
    steps: Mapped[list[IncidentStep]] = relationship(
        back_populates="incident", order_by="IncidentStep.id"
    )
    photos: Mapped[list[IncidentPhoto]] = relationship(
        back_populates="incident", order_by="IncidentPhoto.id"
    )

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def newest(self) -> IncidentVersion:
        return self.versions[-1]


class IncidentVersion(Model):
    """What somebody told of it. A correction is another version; the old one stays readable."""

    __tablename__ = "incident_versions"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    wall_at: Mapped[datetime] = mapped_column(WallTime)
    place: Mapped[str] = mapped_column(Sealed())
    words: Mapped[str] = mapped_column(Sealed())
    injuries: Mapped[str | None] = mapped_column(Sealed())
    first_aid: Mapped[str | None] = mapped_column(Sealed())
    called: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    called_words: Mapped[str | None] = mapped_column(Sealed())
    # Those whom we have no record of, as they were typed.
    hurt_names: Mapped[str | None] = mapped_column(Sealed())
    there_names: Mapped[str | None] = mapped_column(Sealed())
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    incident: Mapped[Incident] = relationship(back_populates="versions")
    by: Mapped[Person] = relationship()
    people: Mapped[list[IncidentPerson]] = relationship(order_by="IncidentPerson.id")

    def people_who_were(self, part: Part) -> list[Person]:
        return [row.person for row in self.people if row.part == part]

    @property
    def called_parties(self) -> list[Called]:
        return [Called(value) for value in self.called or ()]


class IncidentPerson(Model):
    """Somebody whom we know, and their part in it."""

    __tablename__ = "incident_people"
    __table_args__ = (UniqueConstraint("version_id", "person_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("incident_versions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    part: Mapped[str] = mapped_column(Sealed())

    person: Mapped[Person] = relationship()


class IncidentStep(Model):
    """What was done about it: the insurer told, a note, its end."""

    __tablename__ = "incident_steps"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(Choice(StepKind))
    # When the insurer was told.
    told_at: Mapped[datetime | None]
    words: Mapped[str | None] = mapped_column(Sealed())
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    incident: Mapped[Incident] = relationship(back_populates="steps")
    by: Mapped[Person] = relationship()


class IncidentPhoto(Model):
    """A photo of it; `picture` goes when its time is over."""

    __tablename__ = "incident_photos"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    incident: Mapped[Incident] = relationship(back_populates="photos")
    picture: Mapped[Picture | None] = relationship()
