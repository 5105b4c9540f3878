"""Nobody answers: one record from the first knock until somebody knows that all is well."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.elders.models.elders import Elder
from volunteer.people.models import Person
from volunteer.teams.models import Team


class Source(StrEnum):
    """What somebody had come for, or called about."""

    VISIT = "visit"
    CALL = "call"
    MEAL = "meal"


class StepKind(StrEnum):
    """What is done when nobody answers, in this order; danger at any moment."""

    KNOCK = "knock"
    CONTACT = "contact"
    NEIGHBOUR = "neighbour"
    COMMUNITY = "community"
    DANGER = "danger"


# How long after the first knock each step is done.
AFTER = {
    StepKind.KNOCK: timedelta(0),
    StepKind.CONTACT: timedelta(minutes=10),
    StepKind.NEIGHBOUR: timedelta(minutes=20),
    StepKind.COMMUNITY: timedelta(minutes=30),
}


class Ending(StrEnum):
    """Only by one of these two it is closed."""

    SPOKE = "spoke"
    HANDED_OVER = "handed_over"


class NoAnswer(Model):
    """An elder who did not answer, and what has been done since; one at a time for each."""

    __tablename__ = "no_answers"
    __table_args__ = (
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)", name="somebody_answers_for_the_end"
        ),
        CheckConstraint("closed_at IS NOT NULL OR ending IS NULL", name="ends_when_it_is_closed"),
        CheckConstraint(
            "ending <> 'handed_over' OR handed_to IS NOT NULL", name="handed_over_to_somebody"
        ),
        one_only("uq_no_answers_open", "elder_id", where="closed_at IS NULL"),
    )

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), index=True)
    source: Mapped[Source] = mapped_column(Choice(Source))
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    # None: from before this record was kept.
    began_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # None on a closed one: from before it was asked.
    ending: Mapped[Ending | None] = mapped_column(Choice(Ending))
    handed_to: Mapped[str | None] = mapped_column(Sealed())
    words: Mapped[str | None] = mapped_column(Sealed())

    elder: Mapped[Elder] = relationship(lazy="joined", innerjoin=True)
    began_by: Mapped[Person | None] = relationship(foreign_keys=[began_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    steps: Mapped[list[NoAnswerStep]] = relationship(
        back_populates="no_answer", order_by="NoAnswerStep.id", cascade="all, delete-orphan"
    )

    @property
    def team(self) -> Team:
        return self.elder.team

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def minutes(self, now: datetime) -> int:
        """How long nobody has known, in whole minutes."""
        return int(((self.closed_at or now) - self.began_at).total_seconds() // 60)

    def steps_of(self, kind: StepKind) -> list[NoAnswerStep]:
        return [step for step in self.steps if step.kind == kind]

    def next_step(self) -> StepKind | None:
        """The first of the steps that nobody has done yet."""
        return next((kind for kind in AFTER if not self.steps_of(kind)), None)


class NoAnswerStep(Model):
    """Something that was done: by whom, when, and what came of it."""

    __tablename__ = "no_answer_steps"

    no_answer_id: Mapped[int] = mapped_column(ForeignKey("no_answers.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(Choice(StepKind))
    # Whether whoever was called or asked answered.
    reached: Mapped[bool]
    words: Mapped[str | None] = mapped_column(Sealed())
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    no_answer: Mapped[NoAnswer] = relationship(back_populates="steps")
    by: Mapped[Person] = relationship()
