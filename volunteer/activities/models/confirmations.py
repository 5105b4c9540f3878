"""That somebody who has a place said again, shortly before, that they come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.signups import Signup
from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.people.models import Person


class Coming(StrEnum):
    """What they said. Who does not come gives the place back, and has no such row."""

    ON_TIME = "on_time"
    LATER = "later"


class Confirmation(Model):
    """The last word of a person about their place. It is of one beginning: a date that moves is
    asked about again, and so is a place that was taken anew."""

    __tablename__ = "confirmations"

    signup_id: Mapped[int] = mapped_column(ForeignKey("signups.id"), unique=True)
    coming: Mapped[Coming] = mapped_column(Choice(Coming))
    # Of which beginning they spoke.
    starts_at: Mapped[datetime]
    # Who said so: the person, their companion, or who had them on the phone.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    signup: Mapped[Signup] = relationship(back_populates="confirmation")
    by: Mapped[Person] = relationship()
