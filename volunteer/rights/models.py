"""Somebody asks to be forgotten, and what became of it."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.people.models import Person

# So long a coordinator may take (domain 7.2), and so long before its end they are reminded.
ANSWERED_WITHIN = timedelta(days=15)
REMINDED_BEFORE = timedelta(days=3)


class ForgettingStatus(StrEnum):
    """open → taken_back; or refused; or granted → erased, or restricted → erased.

    Between granted and the rest they are told, while it is still known how to reach them.
    """

    OPEN = "open"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"
    GRANTED = "granted"
    ERASED = "erased"
    RESTRICTED = "restricted"


class Ground(StrEnum):
    """Why a name must be kept for a time, under lock (Personal Information Protection Law, 47)."""

    # What they did for their neighbours: GB/T 40143, 5.2.2.
    SERVICE = "service"
    # Something that is not over, or not for long. Not said more closely: it may be a concern.
    MATTER = "matter"


class ForgettingRequest(Model):
    """One person's wish to be forgotten."""

    __tablename__ = "forgetting_requests"
    __table_args__ = (
        one_only("uq_forgetting_requests_open", "person_id", where="status = 'open'"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Themselves, or the coordinator who wrote it down for them.
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Sealed(), default="")
    due_on: Mapped[date]
    status: Mapped[ForgettingStatus] = mapped_column(
        Choice(ForgettingStatus), default=ForgettingStatus.OPEN, index=True
    )
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # Why not.
    reason: Mapped[str] = mapped_column(Sealed(), default="")
    # Why the name is kept, and until when.
    ground: Mapped[Ground | None] = mapped_column(Choice(Ground))
    kept_until: Mapped[date | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def is_open(self) -> bool:
        return self.status is ForgettingStatus.OPEN

    @property
    def is_refused(self) -> bool:
        return self.status is ForgettingStatus.REFUSED

    def is_due_soon(self, today: date) -> bool:
        return self.due_on - REMINDED_BEFORE <= today
