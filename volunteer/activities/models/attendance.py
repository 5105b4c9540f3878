"""Who came to a date, who closed its day, and what people say is wrong about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.occurrences import Occurrence
from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.deeds.models import MOST_MINUTES, Deed
from volunteer.people.models import Person
from volunteer.teams.models import Team


class AttendanceState(StrEnum):
    CAME = "came"
    NO_SHOW = "no_show"
    EXCUSED = "excused"


class AttendanceWay(StrEnum):
    """How we know it: from the person's own phone, from a coordinator's list, or from paper."""

    WALL = "wall"
    CODE = "code"
    COORDINATOR = "coordinator"
    WALK_IN = "walk_in"
    PAPER = "paper"


# A coordinator ticks a list when there is time for it: only these say at what hour somebody came.
WAYS_WITH_A_TIME = {AttendanceWay.WALL, AttendanceWay.CODE, AttendanceWay.PAPER}


class Attendance(Model):
    """That somebody came to a date, or did not. One row for a person and date.

    It counts once `confirmed_at` is set: somebody has looked it over and closed the day.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "person_id"),
        CheckConstraint("left_at >= arrived_at", name="leaves_after_arriving"),
        CheckConstraint(f"minutes BETWEEN 0 AND {MOST_MINUTES}", name="at_most_twelve_hours"),
        CheckConstraint(
            "confirmed_at IS NULL OR (state = 'came' AND minutes IS NOT NULL"
            " AND counted_from IS NOT NULL AND confirmed_by_id IS NOT NULL)",
            name="counts_only_who_came",
        ),
    )

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[AttendanceState] = mapped_column(Choice(AttendanceState))
    way: Mapped[AttendanceWay] = mapped_column(Choice(AttendanceWay))
    # Empty when nobody knows: who was noted after the end was there from its beginning.
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    # Nobody said when they left, so the end of the date was taken.
    is_left_by_rule: Mapped[bool] = mapped_column(default=False)
    # Who said so: the person, their companion, or a coordinator.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)
    # What counts: from when, and how long. Proposed by a rule, set by whoever closes the day.
    counted_from: Mapped[datetime | None]
    minutes: Mapped[int | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)

    occurrence: Mapped[Occurrence] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def has_come(self) -> bool:
        return self.state is AttendanceState.CAME

    @property
    def is_counted(self) -> bool:
        return self.confirmed_at is not None

    @property
    def was_noted_by_somebody_else(self) -> bool:
        return self.by_id != self.person_id


class Closing(Model):
    """A coordinator has looked a date over and closed it. Opened again, it stays as it was."""

    __tablename__ = "closings"
    __table_args__ = (
        # Two who close at once: one does.
        one_only("uq_closings_open", "occurrence_id", where="reopened_at IS NULL"),
        CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by_id IS NULL)", name="somebody_opens_it_again"
        ),
    )

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    # Who was in charge on the day. Nobody, where it was closed before that was asked.
    led_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # What was closed, by the person's number: the state, and the minutes. Kept after a correction.
    lines: Mapped[dict[str, Any]]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reopened_at: Mapped[datetime | None]
    reopen_reason: Mapped[str] = mapped_column(Sealed(), default="")

    occurrence: Mapped[Occurrence] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    led_by: Mapped[Person | None] = relationship(foreign_keys=[led_by_id])
    reopened_by: Mapped[Person | None] = relationship(foreign_keys=[reopened_by_id])

    @property
    def is_open_again(self) -> bool:
        return self.reopened_at is not None


class MistakeNote(Model):
    """A volunteer says that something about a date or a deed of theirs is noted wrongly."""

    __tablename__ = "mistake_notes"
    __table_args__ = (
        CheckConstraint("(occurrence_id IS NULL) <> (deed_id IS NULL)", name="about_one_thing"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"
        ),
    )

    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrences.id"), index=True)
    deed_id: Mapped[int | None] = mapped_column(ForeignKey("deeds.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    words: Mapped[str] = mapped_column(Sealed())
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    answer: Mapped[str] = mapped_column(Sealed(), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]

    occurrence: Mapped[Occurrence | None] = relationship()
    deed: Mapped[Deed | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def about(self) -> Occurrence | Deed:
        found = self.occurrence or self.deed
        if found is None:
            raise ValueError("A note is about a date or a deed.")
        return found

    @property
    def team(self) -> Team:
        return self.about.team
