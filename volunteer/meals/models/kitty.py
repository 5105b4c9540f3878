"""The group's own money for food: what came in and went out, and who keeps it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.frozen import freeze
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.people.models import Person
from volunteer.pictures.models import Picture
from volunteer.teams.models import Team

# A million yuan: more is a slip of the finger.
MOST_FEN = 100_000_000


class MoneyWay(StrEnum):
    IN = "in"
    OUT = "out"


class Kitty(Model):
    """One for a team, kept by one neighbour whom all trust."""

    __tablename__ = "kitties"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), unique=True)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)

    team: Mapped[Team] = relationship()
    keeper: Mapped[Person] = relationship(foreign_keys=[keeper_id], lazy="joined", innerjoin=True)


class KittyEntry(Model):
    """One line of the book, in whole fen. It is never changed: another line takes it back."""

    __tablename__ = "kitty_entries"
    __table_args__ = (
        UniqueConstraint("kitty_id", "form_key"),
        UniqueConstraint("reverses_id"),
        CheckConstraint(f"fen BETWEEN 1 AND {MOST_FEN}", name="an_amount_of_money"),
    )

    kitty_id: Mapped[int] = mapped_column(ForeignKey("kitties.id"), index=True)
    day: Mapped[date]
    way: Mapped[MoneyWay] = mapped_column(Choice(MoneyWay))
    fen: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(80))
    # Who kept the money then.
    keeper_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # For which lunch; what was spent on it is shared by those who eat.
    meal_id: Mapped[int | None] = mapped_column(ForeignKey("meals.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("kitty_entries.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))
    # The photo of the receipt.
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id"))

    keeper: Mapped[Person] = relationship(foreign_keys=[keeper_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    picture: Mapped[Picture | None] = relationship()

    @property
    def signed(self) -> int:
        """What it does to the balance."""
        return self.fen if self.way is MoneyWay.IN else -self.fen


freeze(
    KittyEntry,
    what="kitty",
    words="the book of the kitty is append-only",
    # The photo of a receipt is forgotten after years.
    but={"picture_id"},
)


class KittyHandover(Model):
    """The keeper has counted the money and gives it on; the other counts it, too, and confirms."""

    __tablename__ = "kitty_handovers"
    __table_args__ = (
        one_only("ix_kitty_handovers_open", "kitty_id", where="ended_at IS NULL"),
        CheckConstraint("giver_id <> taker_id", name="two_people"),
    )

    kitty_id: Mapped[int] = mapped_column(ForeignKey("kitties.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # What both have counted.
    fen: Mapped[int]
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    is_accepted: Mapped[bool] = mapped_column(default=False)

    giver: Mapped[Person] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Person] = relationship(foreign_keys=[taker_id])
