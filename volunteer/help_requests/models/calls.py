"""A call to the team's phone, as whoever took it wrote it down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.help_requests.models.requests import HelpRequest
from volunteer.people.models import Person
from volunteer.teams.models import Team


class HotlineCall(Model):
    """Who rang and when, what they said, who took it, and until when we promised to call back."""

    __tablename__ = "hotline_calls"
    __table_args__ = (
        CheckConstraint(
            "called_back_at IS NULL OR call_back_by IS NOT NULL", name="called_back_as_promised"
        ),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    caller_name: Mapped[str | None] = mapped_column(Sealed())
    caller_phone: Mapped[str | None] = mapped_column(Sealed())
    rang_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    words: Mapped[str] = mapped_column(Sealed())
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # Empty: nothing was promised.
    call_back_by: Mapped[datetime | None]
    called_back_at: Mapped[datetime | None]
    called_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # What was asked for, when it became a request.
    help_request_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"), unique=True)

    team: Mapped[Team] = relationship()
    taken_by: Mapped[Person] = relationship(foreign_keys=[taken_by_id])
    called_back_by: Mapped[Person | None] = relationship(foreign_keys=[called_back_by_id])
    help_request: Mapped[HelpRequest | None] = relationship()

    @property
    def waits_for_us(self) -> bool:
        """We promised to call back, and have not yet."""
        return self.call_back_by is not None and self.called_back_at is None

    def is_late(self, now: datetime) -> bool:
        return self.waits_for_us and self.call_back_by is not None and self.call_back_by < now


__all__ = ["HotlineCall"]
