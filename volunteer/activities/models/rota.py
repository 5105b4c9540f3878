"""The rota of a month as it is being made: its seats, their reasons, and members' wishes for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.occurrences import Occurrence
from volunteer.activities.models.roles import OccurrenceRole
from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team

LARGEST_MOST = 31
LARGEST_REST = 6


class RotaWish(Model):
    """What a member wishes for the rota of a team: how often, which work, beside whom."""

    __tablename__ = "rota_wishes"
    __table_args__ = (
        UniqueConstraint("membership_id"),
        CheckConstraint(
            f"most_a_month BETWEEN 0 AND {LARGEST_MOST}", name="most_is_a_number_of_days"
        ),
    )

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    # The most dates a month; nobody has said, when it is empty.
    most_a_month: Mapped[int | None]
    # Names of kinds of work, as the team's activities call them.
    works: Mapped[list[str]] = mapped_column(default=list)
    # Numbers of people.
    beside: Mapped[list[int]] = mapped_column(default=list)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    membership: Mapped[Membership] = relationship()


class RotaDraft(Model):
    """A team's rota for one month. Nobody is invited before a coordinator publishes it."""

    __tablename__ = "rota_drafts"
    __table_args__ = (
        UniqueConstraint("team_id", "month"),
        CheckConstraint(
            f"most_a_month BETWEEN 1 AND {LARGEST_MOST}", name="most_is_a_number_of_days"
        ),
        CheckConstraint(f"rest_days BETWEEN 0 AND {LARGEST_REST}", name="rest_is_less_than_a_week"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    # Its first day.
    month: Mapped[date]
    most_a_month: Mapped[int]
    rest_days: Mapped[int]
    up_to_most: Mapped[bool] = mapped_column(default=False)
    # Counts proposals and changes by hand, so that none of them is lost under another.
    revision: Mapped[int] = mapped_column(default=0)
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship()
    seats: Mapped[list[RotaSeat]] = relationship(
        back_populates="draft", order_by="RotaSeat.id", cascade="all, delete-orphan"
    )

    @property
    def to_invite(self) -> list[RotaSeat]:
        """The seats of people who have not been invited yet."""
        return [seat for seat in self.seats if seat.person_id and seat.invited_at is None]


class RotaSeat(Model):
    """One seat of a draft: who could be invited, or that it stays empty, and why."""

    __tablename__ = "rota_seats"
    __table_args__ = (
        UniqueConstraint("draft_id", "occurrence_id", "person_id"),
        CheckConstraint("invited_at IS NULL OR person_id IS NOT NULL", name="who_is_invited"),
    )

    draft_id: Mapped[int] = mapped_column(ForeignKey("rota_drafts.id"))
    # With a date or a kind of work that is taken off the calendar goes what was proposed for it.
    occurrence_id: Mapped[int] = mapped_column(
        ForeignKey("occurrences.id", ondelete="CASCADE"), index=True
    )
    role_id: Mapped[int] = mapped_column(
        ForeignKey("occurrence_roles.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    # Set by hand; proposing again leaves it alone, an empty one too.
    is_pinned: Mapped[bool] = mapped_column(default=False)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    invited_at: Mapped[datetime | None]

    draft: Mapped[RotaDraft] = relationship(back_populates="seats")
    occurrence: Mapped[Occurrence] = relationship()
    role: Mapped[OccurrenceRole] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def is_gap(self) -> bool:
        """Empty, and the next proposal may fill it."""
        return self.person_id is None and not self.is_pinned


__all__ = ["LARGEST_MOST", "LARGEST_REST", "RotaDraft", "RotaSeat", "RotaWish"]
