"""Which volunteers look after which elder (结对)."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core.database import Model
from volunteer.elders.models.elders import Elder
from volunteer.people.models import Person


class Pairing(Model):
    """A volunteer who looks after an elder (结对)."""

    __tablename__ = "pairings"

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    began_on: Mapped[date]
    ended_on: Mapped[date | None]

    elder: Mapped[Elder] = relationship(back_populates="pairings")
    person: Mapped[Person] = relationship()
