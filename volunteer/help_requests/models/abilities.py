"""What somebody can help with, in which language, and about where they live."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.network.models import Place
from volunteer.people.models import Person


class Skill(StrEnum):
    """What a neighbour may be good at."""

    SHOPPING = "shopping"
    CLINIC = "clinic"
    REPAIR = "repair"
    HAIRCUT = "haircut"
    COOKING = "cooking"
    TALK = "talk"
    SEWING = "sewing"
    PHONES = "phones"
    CARRYING = "carrying"


class Speech(StrEnum):
    """A language that one speaks well."""

    MANDARIN = "mandarin"
    SICHUANESE = "sichuanese"
    ENGLISH = "english"
    SIGN = "sign"


LONGEST_ESTATE, LONGEST_BUILDING = 40, 6


class Abilities(Model):
    """What one person has told of this. Who has told nothing has no row, and may be asked too.

    The home goes as far as the building, as lists show it: no unit and no door.
    """

    __tablename__ = "help_abilities"
    __table_args__ = (
        CheckConstraint("building = '' OR estate <> ''", name="building_of_an_estate"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    skills: Mapped[list[str]] = mapped_column(default=list)
    speeches: Mapped[list[str]] = mapped_column(default=list)
    # The community they live in.
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    estate: Mapped[str] = mapped_column(String(LONGEST_ESTATE), default="")
    building: Mapped[str] = mapped_column(String(LONGEST_BUILDING), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    place: Mapped[Place | None] = relationship()


__all__ = ["LONGEST_BUILDING", "LONGEST_ESTATE", "Abilities", "Skill", "Speech"]
