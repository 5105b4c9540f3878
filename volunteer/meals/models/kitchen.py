"""Who cooks and who brings, and who has seen to an allergy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.people.models import Person


class MealCook(Model):
    """What is known of a cook at one meal: whether they eat along, and that they are well today."""

    __tablename__ = "meal_cooks"
    __table_args__ = (
        UniqueConstraint("meal_id", "person_id"),
        CheckConstraint("(well_at IS NULL) = (well_by_id IS NULL)", name="who_said_they_are_well"),
    )

    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    eats: Mapped[bool] = mapped_column(default=True)
    # No fever, no cough, no wounds, on the day itself. That somebody is not well is never kept.
    well_at: Mapped[datetime | None]
    well_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class ConflictTick(Model):
    """Somebody has seen to it that this person does not get what harms them."""

    __tablename__ = "conflict_ticks"
    __table_args__ = (UniqueConstraint("dish_id", "person_id"),)

    # With a dish that is taken off the menu goes what was done about it.
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    words: Mapped[str] = mapped_column(Sealed())
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    by: Mapped[Person] = relationship(foreign_keys=[by_id])


class MealDeliverer(Model):
    """Who brings the meals of a day to the doors."""

    __tablename__ = "meal_deliverers"
    __table_args__ = (UniqueConstraint("meal_id", "person_id"),)

    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
