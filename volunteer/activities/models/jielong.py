"""What was pasted from the group, and what became of each line."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.occurrences import Occurrence
from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Fingerprint, Sealed
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.people.models import Person


class JielongOutcome(StrEnum):
    """What a line came to: a place (or one in the queue), only a name on the list, or nothing."""

    PLACED = "placed"
    NAMED = "named"
    WITHDRAWN = "withdrawn"
    LEFT_OUT = "left_out"


TEXT_MARK, NAME_MARK = Fingerprint("text"), Fingerprint("name")


class JielongPaste(Model):
    """A 接龙 that was accepted for one date. Its words are forgotten after thirty days."""

    __tablename__ = "jielong_pastes"
    __table_args__ = (UniqueConstraint("occurrence_id", "form_key"),)

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    pasted_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    text: Mapped[str | None] = mapped_column(Sealed())
    # By this the same text is known again; it stays when the text has gone.
    text_mark: Mapped[str | None] = mapped_column(TEXT_MARK)
    title: Mapped[str | None] = mapped_column(Sealed())
    example: Mapped[str | None] = mapped_column(Sealed())
    # Which page it was saved from: pressed twice, it is saved once.
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))

    occurrence: Mapped[Occurrence] = relationship()
    by: Mapped[Person] = relationship()
    lines: Mapped[list[JielongLine]] = relationship(
        back_populates="paste", order_by="JielongLine.position", cascade="all, delete-orphan"
    )


class JielongLine(Model):
    """One line of an accepted 接龙: whom it means, how many come, and what became of it."""

    __tablename__ = "jielong_lines"
    __table_args__ = (
        UniqueConstraint("paste_id", "position"),
        CheckConstraint("people BETWEEN 1 AND 99", name="people_are_counted"),
        CheckConstraint(
            "outcome <> 'placed' OR person_id IS NOT NULL", name="a_place_is_somebodys"
        ),
    )

    paste_id: Mapped[int] = mapped_column(ForeignKey("jielong_pastes.id"))
    # Its place in our list. Who stays though the text has lost them stands behind the others.
    position: Mapped[int]
    is_in_text: Mapped[bool] = mapped_column(default=True)
    name: Mapped[str | None] = mapped_column(Sealed())
    # By this a nickname is known again, whom it meant last time.
    name_mark: Mapped[str | None] = mapped_column(NAME_MARK, index=True)
    # What the line said, so that the next text can be compared; forgotten with the text.
    words: Mapped[str | None] = mapped_column(Sealed())
    # Its writer and whom they bring. Only the writer has a place (ADR 0014).
    people: Mapped[int]
    outcome: Mapped[JielongOutcome] = mapped_column(Choice(JielongOutcome))
    is_unsure: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)

    paste: Mapped[JielongPaste] = relationship(back_populates="lines")
    person: Mapped[Person | None] = relationship()

    @property
    def is_on_the_list(self) -> bool:
        return self.outcome in {JielongOutcome.PLACED, JielongOutcome.NAMED}
