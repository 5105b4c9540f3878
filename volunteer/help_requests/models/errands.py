"""The money of an errand: what was given, spent and brought back, to the fen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.help_requests.models.requests import HelpRequest
from volunteer.pictures.models import Picture


class SignedHow(StrEnum):
    """How whoever the money belongs to has said that it is right."""

    FINGER = "finger"
    PAPER = "paper"


class Errand(Model):
    """Money that a neighbour gave a volunteer for one request; whole fen, never fractions.

    What is missing of it has a sentence that says why: the table itself insists.
    """

    __tablename__ = "errands"
    __table_args__ = (
        CheckConstraint("given_fen > 0", name="something_was_given"),
        CheckConstraint("spent_fen >= 0 AND returned_fen >= 0", name="amounts_are_not_below_zero"),
        CheckConstraint(
            "(spent_fen IS NULL) = (returned_fen IS NULL)", name="counted_both_or_neither"
        ),
        CheckConstraint(
            "spent_fen IS NULL OR given_fen - spent_fen = returned_fen OR explanation IS NOT NULL",
            name="difference_is_explained",
        ),
        CheckConstraint("(signed_how IS NULL) = (signed_at IS NULL)", name="signed_how_and_when"),
        CheckConstraint("signed_at IS NULL OR spent_fen IS NOT NULL", name="counted_then_signed"),
    )

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), index=True)
    given_fen: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    given_noted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    spent_fen: Mapped[int | None]
    returned_fen: Mapped[int | None]
    explanation: Mapped[str | None] = mapped_column(Sealed())
    counted_at: Mapped[datetime | None]
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signed_how: Mapped[SignedHow | None] = mapped_column(Choice(SignedHow))
    signed_at: Mapped[datetime | None]
    # Whose hand held the phone, or who saw the signature on paper.
    signed_before_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id"))

    help_request: Mapped[HelpRequest] = relationship()
    receipt: Mapped[Picture | None] = relationship(foreign_keys=[receipt_id])
    signature: Mapped[Picture | None] = relationship(foreign_keys=[signature_id])

    @property
    def is_counted(self) -> bool:
        return self.spent_fen is not None

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def change_due_fen(self) -> int:
        """What should come back; below nothing, when the volunteer laid money out."""
        return self.given_fen - (self.spent_fen or 0)

    @property
    def missing_fen(self) -> int:
        """What should have come back and did not; below nothing, when it was too much."""
        return self.change_due_fen - (self.returned_fen or 0) if self.is_counted else 0


__all__ = ["Errand", "SignedHow"]
