"""Places that somebody has every week, and the weeks in which they don't."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.activities import Activity
from volunteer.activities.models.occurrences import Occurrence
from volunteer.core import clock, zones
from volunteer.core.columns import one_only
from volunteer.core.database import Model
from volunteer.people.models import Person

A_WEEK = timedelta(weeks=1)


class Work(Protocol):
    """A role of an activity, or one of a plan for it; only a role that is there has a position."""

    @property
    def position(self) -> int | None: ...
    @property
    def name(self) -> str: ...


AnyWork = TypeVar("AnyWork", bound=Work)


class StandingPlace(Model):
    """Somebody comes every week, or every so many, for one kind of work.

    It becomes a sign-up on each date; hours come only from dates that took place.
    """

    __tablename__ = "standing_places"
    __table_args__ = (
        CheckConstraint("every_weeks BETWEEN 1 AND 8", name="weeks_are_few"),
        CheckConstraint("last_on IS NULL OR last_on >= first_on", name="ends_after_it_begins"),
        # One at a time for a person and activity.
        one_only("ix_standing_places_held", "activity_id", "person_id", where="ended_at IS NULL"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    # The role's position: it stays when the role is renamed, and dates have a role of their own.
    position: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    every_weeks: Mapped[int] = mapped_column(default=1)
    # Weeks are counted from the week of this day.
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    # Who entered it: the person, or a coordinator or companion for them.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Ended by somebody; `last_on` is the last day on which it held.
    ended_at: Mapped[datetime | None]

    activity: Mapped[Activity] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    pauses: Mapped[list[StandingPause]] = relationship(
        back_populates="standing", order_by="StandingPause.first_on"
    )

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None

    @property
    def was_entered_by_somebody_else(self) -> bool:
        return self.by_id != self.person_id

    @property
    def role_name(self) -> str:
        """What the work is called now; empty when the activity has it no more."""
        return next((r.name for r in self.activity.roles if r.position == self.position), "")

    def work_among(self, roles: Iterable[AnyWork]) -> AnyWork | None:
        """Their work among the roles of a changed plan: by its name, or else, renamed, by its
        position; None when it is done no more."""
        there = list(roles)
        named = [role for role in there if role.name == self.role_name]
        placed = [role for role in there if role.position == self.position]
        return next(iter([*named, *placed]), None)

    def means(self, day: date) -> bool:
        """Whether this day is one of theirs, pauses left aside."""
        if day < self.first_on or (self.last_on is not None and day > self.last_on):
            return False
        weeks = (zones.monday_of(day) - zones.monday_of(self.first_on)) // A_WEEK
        return weeks % self.every_weeks == 0

    def pause_on(self, day: date) -> StandingPause | None:
        return next((p for p in self.pauses if p.first_on <= day <= p.last_on), None)

    def comes_on(self, occurrence: Occurrence) -> bool:
        """Whether they come to this date: the week of the plan counts, wherever it was moved."""
        day = occurrence.planned_on
        return not self.has_ended and self.means(day) and self.pause_on(occurrence.day) is None


class StandingPause(Model):
    """From this day to that one they don't come, both included."""

    __tablename__ = "standing_pauses"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),)

    standing_id: Mapped[int] = mapped_column(ForeignKey("standing_places.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    standing: Mapped[StandingPlace] = relationship(back_populates="pauses")
