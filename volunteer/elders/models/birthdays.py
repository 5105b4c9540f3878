"""The birthday of an elder who wants to be greeted; without the wish there is no row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.elders.models.elders import Elder


class Birthday(Model):
    """Month and day, in the lunar or the solar calendar; the year stands in the elder's file."""

    __tablename__ = "elder_birthdays"

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), unique=True)
    # lunar-8-3, solar-10-14: sealed whole, for part of a birth date is one.
    day: Mapped[str] = mapped_column(Sealed())
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)

    elder: Mapped[Elder] = relationship(lazy="joined", innerjoin=True)
