"""The kinds of work: those that an activity plans, and those of each of its dates."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.activities import Activity
from volunteer.activities.models.needs import HasNeeds
from volunteer.activities.models.occurrences import Occurrence
from volunteer.activities.models.signups import Signup, SignupStatus
from volunteer.core.database import Model


class ActivityRole(HasNeeds, Model):
    """A kind of work that each new date of the activity will have."""

    __tablename__ = "activity_roles"
    __table_args__ = (
        CheckConstraint("minimum >= 0 AND maximum >= minimum AND maximum > 0", name="has_places"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    minimum: Mapped[int]
    maximum: Mapped[int]

    activity: Mapped[Activity] = relationship(back_populates="roles")


class OccurrenceRole(HasNeeds, Model):
    """A kind of work on one date: how many it needs at least, and takes at most."""

    __tablename__ = "occurrence_roles"
    __table_args__ = (
        CheckConstraint("minimum >= 0 AND maximum >= minimum AND maximum > 0", name="has_places"),
        UniqueConstraint("occurrence_id", "position"),
    )

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    minimum: Mapped[int]
    maximum: Mapped[int]
    # The plan has it no more: who has a place in it keeps that, and nobody else gets one.
    is_closed: Mapped[bool] = mapped_column(default=False, server_default=false())

    occurrence: Mapped[Occurrence] = relationship(back_populates="roles")

    def with_status(self, status: SignupStatus) -> list[Signup]:
        return [s for s in self.occurrence.signups if s.role_id == self.id and s.status is status]

    @property
    def going(self) -> list[Signup]:
        return sorted(self.with_status(SignupStatus.GOING), key=lambda s: (s.asked_at, s.id))

    @property
    def waiting(self) -> list[Signup]:
        """Those waiting for a place, longest first."""
        return sorted(self.with_status(SignupStatus.WAITING), key=lambda s: (s.asked_at, s.id))

    @property
    def held(self) -> list[Signup]:
        """Those who wait, are asked, and for whom a place is kept until they answer."""
        return [signup for signup in self.waiting if signup.is_asked]

    @property
    def is_full(self) -> bool:
        return not self.free

    @property
    def missing(self) -> int:
        return max(0, self.minimum - len(self.with_status(SignupStatus.GOING)))

    @property
    def free(self) -> int:
        if self.is_closed:
            return 0
        taken = sum(
            signup.role_id == self.id and (signup.is_going or signup.is_asked)
            for signup in self.occurrence.signups
        )
        return max(0, self.maximum - taken)
