"""One planning of one team's weekly message."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.database import Model


class WeeklyRun(Model):
    """That the messages of this team for these seven days were planned, and how many."""

    __tablename__ = "weekly_runs"
    __table_args__ = (UniqueConstraint("team_id", "first_day"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    first_day: Mapped[date]
    due_at: Mapped[datetime]
    expected: Mapped[int]
    planned_at: Mapped[datetime] = mapped_column(default=clock.now)
