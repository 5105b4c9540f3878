"""The trail: one row for each thing that somebody did, and for each look at what is sensitive."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.frozen import freeze


class AuditEntry(Model):
    """`by` did `action` to a subject, on behalf of `person` when that is somebody else."""

    __tablename__ = "audit_entries"

    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    # Nobody: the clock did it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class FieldGroup(StrEnum):
    """What of a person was looked at."""

    HEALTH = "health"
    DIET = "diet"
    # Name and number on a list of calls.
    CALLS = "calls"
    CONCERN = "concern"
    # Whom to call when something happens to who helps, and their number in the national system.
    SAFETY = "safety"
    # What who helps had better not do.
    LIMITS = "limits"
    INCIDENT = "incident"


class Reason(StrEnum):
    """Why somebody looks."""

    VISIT = "visit"
    MEAL = "meal"
    EMERGENCY = "emergency"
    UPKEEP = "upkeep"
    ASKED = "asked"
    EXPORT = "export"
    WEATHER = "weather"
    SAFEGUARDING = "safeguarding"
    INCIDENT = "incident"


class ReadingEntry(Model):
    """`by` looked at, or was refused, a group of fields of `person`, and why."""

    __tablename__ = "audit_readings"

    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    field_group: Mapped[FieldGroup] = mapped_column(Choice(FieldGroup))
    reason: Mapped[Reason] = mapped_column(Choice(Reason))
    is_allowed: Mapped[bool]


for model in (AuditEntry, ReadingEntry):
    freeze(model, what="audit", words="the audit trail is append-only")
