"""Sign-ups: who has a place on a date, waits for one, or gave it back, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.people.models import Person

if TYPE_CHECKING:
    from volunteer.activities.models.confirmations import Confirmation
    from volunteer.activities.models.occurrences import Occurrence
    from volunteer.activities.models.roles import OccurrenceRole


class SignupStatus(StrEnum):
    GOING = "going"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


class Excuse(StrEnum):
    """Why a place was given back. People choose one of the first three, or none."""

    ILLNESS = "illness"
    FAMILY = "family"
    OTHER = "other"
    # A pause or the end of coming every week freed it; the end of the pause takes it again.
    PAUSE = "pause"
    # Another date instead, changed with somebody.
    SWAP = "swap"


class Signup(Model):
    """A person's place on one date, or place in the queue. One row for a person and date."""

    __tablename__ = "signups"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "person_id"),
        UniqueConstraint("occurrence_id", "form_key"),
        CheckConstraint("answer_by IS NULL OR status = 'waiting'", name="only_who_waits_is_asked"),
        # Every list of dates counts who has a place and for whom one is kept: from here alone.
        Index("ix_signups_role", "role_id", "status", "answer_by"),
    )

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("occurrence_roles.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    status: Mapped[SignupStatus] = mapped_column(Choice(SignupStatus))
    # The queue follows this; coming back after withdrawing means its end.
    asked_at: Mapped[datetime]
    # Who asked: the person, or a coordinator for them.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # When they said that they can't come; who looks for a stand-in still has the place.
    excused_at: Mapped[datetime | None]
    # Said within the team's notice. Not coming without a word is another thing.
    is_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    excuse: Mapped[Excuse | None] = mapped_column(Choice(Excuse))
    # In their own words, for coordinators only: it may speak of an illness.
    excuse_note: Mapped[str | None] = mapped_column(Sealed())
    # A place is held for them until this moment, and they are asked whether they want it.
    answer_by: Mapped[datetime | None] = mapped_column(index=True)
    # They were asked and did not answer in time; they wait on, and are not asked again.
    passed_at: Mapped[datetime | None]
    # They stood at the door.
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    # Which page somebody new was written down from: pressed twice, they are one person.
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))

    occurrence: Mapped[Occurrence] = relationship(back_populates="signups")
    role: Mapped[OccurrenceRole] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    confirmation: Mapped[Confirmation | None] = relationship(back_populates="signup")

    @property
    def is_active(self) -> bool:
        return self.status is not SignupStatus.WITHDRAWN

    @property
    def is_going(self) -> bool:
        return self.status is SignupStatus.GOING

    @property
    def is_waiting(self) -> bool:
        return self.status is SignupStatus.WAITING

    @property
    def is_looking(self) -> bool:
        """Whether they can't come, and keep the place until somebody comes instead."""
        return self.excused_at is not None and self.is_going

    @property
    def is_excused(self) -> bool:
        """Whether they said that they can't come, early or late, and have given the place back."""
        return self.excused_at is not None and not self.is_active

    @property
    def was_excused_after_the_start(self) -> bool:
        """Could not come, and said so when it had begun: neither late nor not coming silently."""
        return self.excused_at is not None and self.occurrence.has_started(self.excused_at)

    @property
    def said(self) -> Confirmation | None:
        """What they have said again of this place, if it still counts: see
        confirmation_queries.is_good."""
        word = self.confirmation
        if word is None or not self.is_going or word.at < self.asked_at:
            return None
        return word if word.starts_at == self.occurrence.starts_at else None

    @property
    def is_asked(self) -> bool:
        """Whether a place is held for them until they answer."""
        return self.is_waiting and self.answer_by is not None

    @property
    def was_entered_by_somebody_else(self) -> bool:
        return self.by_id != self.person_id

    @property
    def place_in_queue(self) -> int:
        """1 for who gets the next free place."""
        return self.role.waiting.index(self) + 1
