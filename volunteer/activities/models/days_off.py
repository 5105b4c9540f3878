"""Days on which the dates of a team were called off together."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.teams.models import Team


class DaysOff(Model):
    """Days on which dates of a team were called off together, the first and the last included."""

    __tablename__ = "days_off"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_it_starts"),
        UniqueConstraint("team_id", "form_key"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    # What people read: 下大雨.
    reason: Mapped[str] = mapped_column(String(200))
    called_off_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_back_at: Mapped[datetime | None]
    # Which page it was sent from: pressed twice, it is done once.
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
