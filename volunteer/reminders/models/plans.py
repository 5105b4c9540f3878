"""When people are reminded of a date: as their team, the activity, or its kind of work says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.columns import one_only
from volunteer.core.database import Model

MOST_DAYS = 14


@dataclass(frozen=True, order=True)
class Offset:
    """So many days before a date, at this hour of its zone's clock."""

    days: int
    at: time

    def __str__(self) -> str:
        return f"{self.days} {self.at:%H:%M}"

    @classmethod
    def read(cls, text: str) -> Offset:
        days, at = text.split(" ")
        return cls(int(days), time.fromisoformat(at))


class ReminderPlan(Model):
    """What one level says; the nearest one counts: the work's, the activity's, the team's.

    Without any, the usual times. One without times sends no reminders.
    """

    __tablename__ = "reminder_plans"
    __table_args__ = (
        one_only("uq_reminder_plans_team", "team_id", where="activity_id IS NULL"),
        one_only(
            "uq_reminder_plans_work", "activity_id", "role_name", where="activity_id IS NOT NULL"
        ),
        CheckConstraint("role_name = '' OR activity_id IS NOT NULL", name="work_of_an_activity"),
        CheckConstraint("watch_days BETWEEN 0 AND 7", name="watched_for_a_week_at_most"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id"))
    # The name of the kind of work; empty for all of them.
    role_name: Mapped[str] = mapped_column(String(30), default="")
    # Offsets as texts: "2 18:00" is two days before, at six in the evening.
    times: Mapped[list[str]] = mapped_column(default=list)
    # The team's own sentence, under every reminder. Of the team's plan only, as is the next one.
    own_line: Mapped[str] = mapped_column(String(120), default="")
    # So many days before a date that lacks people, members are asked whether they have time.
    watch_days: Mapped[int] = mapped_column(default=3)
    # A time counts from here on: changing it must not remind again of what was said.
    set_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Since then the level above says when; kept, for its hours before that must not remind again.
    is_taken_back: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def offsets(self) -> list[Offset]:
        """Those longest before the date first."""
        return sorted(map(Offset.read, self.times), key=lambda o: (-o.days, o.at))
