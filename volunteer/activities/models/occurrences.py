"""The dates of activities: when and where each is, whether it takes place, who is on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.activities import Activity
from volunteer.activities.models.signups import Signup, SignupStatus
from volunteer.core import zones
from volunteer.core.columns import Choice, WallTime
from volunteer.core.database import Model
from volunteer.core.seen import mark_of
from volunteer.people.models import Person
from volunteer.teams.models import Team

if TYPE_CHECKING:
    from volunteer.activities.models.roles import OccurrenceRole


class OccurrenceStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class HolidayAnswer(StrEnum):
    GOES_ON = "goes_on"
    MOVED = "moved"
    CANCELLED = "cancelled"


class Occurrence(Model):
    """One date of an activity. It keeps its own time and place, so a changed one stays changed."""

    __tablename__ = "occurrences"
    __table_args__ = (
        # The day of the rule that made it: made again, it is found, wherever it was moved.
        UniqueConstraint("activity_id", "planned_on"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    planned_on: Mapped[date]
    # What clocks on the wall show; the moments below follow from it and the activity's zone.
    wall_starts: Mapped[datetime] = mapped_column(WallTime)
    wall_ends: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(120))
    status: Mapped[OccurrenceStatus] = mapped_column(
        Choice(OccurrenceStatus), default=OccurrenceStatus.PLANNED
    )
    # Moved or cancelled by hand; changes of the activity leave it alone.
    is_changed: Mapped[bool] = mapped_column(default=False)
    # Counts moves and cancellations, so that only the newest of them is told.
    revision: Mapped[int] = mapped_column(default=0)
    change_note: Mapped[str] = mapped_column(String(200), default="")
    # What the team answered when this date fell on a public holiday.
    holiday_answer: Mapped[HolidayAnswer | None] = mapped_column(Choice(HolidayAnswer))
    # The pause that cancelled it; when the pause is taken back, it takes place again.
    pause_id: Mapped[int | None] = mapped_column(ForeignKey("activity_pauses.id"), index=True)
    # The same of the days off of its team.
    days_off_id: Mapped[int | None] = mapped_column(ForeignKey("days_off.id"), index=True)

    activity: Mapped[Activity] = relationship(back_populates="occurrences")
    roles: Mapped[list[OccurrenceRole]] = relationship(
        back_populates="occurrence", order_by="OccurrenceRole.position"
    )
    signups: Mapped[list[Signup]] = relationship(back_populates="occurrence")

    @property
    def title(self) -> str:
        return self.activity.title

    @property
    def team(self) -> Team:
        return self.activity.team

    @property
    def is_task(self) -> bool:
        return self.activity.is_task

    @property
    def day(self) -> date:
        return self.wall_starts.date()

    @property
    def last_day(self) -> date:
        """The day on which it ends; what ends at midnight ends on its evening."""
        return max(self.day, (self.wall_ends - timedelta(seconds=1)).date())

    @property
    def time_mark(self) -> str:
        """From when until when, in one word: what somebody has seen, or said no to."""
        return f"{self.starts_at.timestamp():.0f}-{self.ends_at.timestamp():.0f}"

    @property
    def seen_mark(self) -> str:
        """The mark of when and where: what a page has shown to who answers on it."""
        return mark_of((self.time_mark, self.place))

    @property
    def for_the_trail(self) -> dict[str, Any]:
        """Which date it was, for an audit entry; a date may be moved later."""
        return {"activity": self.title, "date": self.day.isoformat()}

    @property
    def is_cancelled(self) -> bool:
        return self.status is OccurrenceStatus.CANCELLED

    @property
    def is_off_by_end(self) -> bool:
        """Cancelled as its activity ended: not by hand, by a pause or with other days."""
        by_itself = not self.is_changed and self.pause_id is None and self.days_off_id is None
        return self.is_cancelled and by_itself

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def goes_on(self, now: datetime) -> bool:
        return not self.is_cancelled and self.starts_at <= now < self.ends_at

    def is_its_day(self, now: datetime) -> bool:
        """The day on which it begins; a night watch after midnight as well, until it is over."""
        return zones.day_in(self.activity.zone, now) == self.day or self.goes_on(now)

    def is_open(self, now: datetime) -> bool:
        """Whether places can still be taken and given back."""
        return not self.is_cancelled and not self.has_started(now)

    def takes_walk_ins(self, now: datetime) -> bool:
        """From the morning of its day until it ends, whoever stands at the door can be written
        down."""
        its_day_has_come = zones.day_in(self.activity.zone, now) >= self.day
        return not self.is_cancelled and its_day_has_come and now < self.ends_at

    @property
    def cutoff_at(self) -> datetime:
        """From this moment on nobody moves up by themselves."""
        return self.starts_at - timedelta(hours=self.activity.cutoff_hours)

    def signup_of(self, person: Person | None) -> Signup | None:
        """The person's place or place in the queue, or None."""
        return next(
            (s for s in self.signups if person and s.person_id == person.id and s.is_active), None
        )

    def row_of(self, person_id: int) -> Signup | None:
        """The person's row on this date, given back or not, or None."""
        return next((s for s in self.signups if s.person_id == person_id), None)

    @property
    def offered_roles(self) -> list[OccurrenceRole]:
        """The kinds of work that somebody can still sign up for, full or not."""
        return [role for role in self.roles if not role.is_closed]

    @property
    def active_signups(self) -> list[Signup]:
        """Those going and those waiting: whom a change concerns."""
        return [signup for signup in self.signups if signup.is_active]

    @property
    def going(self) -> list[Signup]:
        return [signup for signup in self.signups if signup.status is SignupStatus.GOING]

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    @property
    def excused(self) -> list[Signup]:
        """Who said that they can't come, in the order in which they said so."""
        found = [(s.excused_at, s.id, s) for s in self.signups if s.excused_at and s.is_excused]
        return [signup for _at, _id, signup in sorted(found)]

    @property
    def said_no(self) -> set[int]:
        """The same people, by number."""
        return {signup.person_id for signup in self.signups if signup.is_excused}

    @property
    def taken(self) -> int:
        """How many have a place, over all roles."""
        return len(self.going)

    @property
    def missing(self) -> int:
        """How many people are still needed, over all roles."""
        return sum(role.missing for role in self.roles)

    @property
    def free(self) -> int:
        """How many places are still free, over all roles."""
        return sum(role.free for role in self.roles)
