"""That members were asked for a date that lacks people."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.database import Model


class WatchRun(Model):
    """One time of asking, so many days before a date; nobody asks a second time for the same."""

    __tablename__ = "watch_runs"
    __table_args__ = (UniqueConstraint("occurrence_id", "starts_at", "days_before"),)

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    starts_at: Mapped[datetime]
    days_before: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=clock.now)
