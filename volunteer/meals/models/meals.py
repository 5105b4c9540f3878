"""The lunch of an activity, its dates, and what is on the menu."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models import Activity, Occurrence
from volunteer.core import clock, zones
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.elders.models import DietTag
from volunteer.meals.models.allergens import Allergen
from volunteer.people.models import Person
from volunteer.teams.models import Team

MOST_SEATS = 500
# Ingredients are written down for so many.
PORTIONS_OF_A_RECIPE = 10
A_DAY = timedelta(days=1)


class MealState(StrEnum):
    """booking → closed → served; or cancelled with its date."""

    BOOKING = "booking"
    CLOSED = "closed"
    SERVED = "served"
    CANCELLED = "cancelled"


class Unit(StrEnum):
    """In what an ingredient is counted: whole grams, millilitres, pieces."""

    GRAM = "gram"
    MILLILITRE = "millilitre"
    PIECE = "piece"
    BUNCH = "bunch"
    BLOCK = "block"
    PACK = "pack"


class MealPlan(Model):
    """An activity that is a shared lunch: what holds for its dates unless said otherwise."""

    __tablename__ = "meal_plans"
    __table_args__ = (
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_SEATS}", name="has_portions"),
        CheckConstraint("deadline_days BETWEEN 0 AND 14", name="deadline_is_near"),
        CheckConstraint("sample_grams BETWEEN 1 AND 1000", name="sample_is_a_portion"),
        CheckConstraint("sample_hours BETWEEN 1 AND 240", name="sample_is_kept_for_days"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), unique=True)
    capacity: Mapped[int]
    # Booking closes so many days before, at this time on the wall.
    deadline_days: Mapped[int] = mapped_column(default=1)
    deadline_time: Mapped[time] = mapped_column(default=time(16))
    # Whose work on the date is cooking: positions of roles; all of them, when it is empty.
    cooking: Mapped[list[int]] = mapped_column(default=list)
    sample_grams: Mapped[int] = mapped_column(default=125)
    sample_hours: Mapped[int] = mapped_column(default=48)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    activity: Mapped[Activity] = relationship(lazy="joined", innerjoin=True)

    @property
    def team(self) -> Team:
        return self.activity.team

    def is_cooking(self, position: int) -> bool:
        return not self.cooking or position in self.cooking


class Meal(Model):
    """The lunch of one date. When and where stand on the date, so a moved one moves along."""

    __tablename__ = "meals"
    __table_args__ = (
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_SEATS}", name="has_portions"),
        CheckConstraint("deadline_days BETWEEN 0 AND 14", name="deadline_is_near"),
        CheckConstraint("(sample_at IS NULL) = (sample_by_id IS NULL)", name="who_kept_a_sample"),
        CheckConstraint("(checked_at IS NULL) = (checked_by_id IS NULL)", name="who_checked"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("meal_plans.id"), index=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), unique=True)
    capacity: Mapped[int]
    deadline_days: Mapped[int]
    deadline_time: Mapped[time]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    # The kitchen sheet was gone through: who, when. It holds while no allergy is open.
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # Some of each dish is kept in the fridge, in case somebody falls ill.
    sample_at: Mapped[datetime | None]
    sample_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # The coordinators were told whom to call, who is home and has not said so.
    home_told_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    plan: Mapped[MealPlan] = relationship(lazy="joined", innerjoin=True)
    occurrence: Mapped[Occurrence] = relationship(lazy="joined", innerjoin=True)
    lead: Mapped[Person | None] = relationship(foreign_keys=[lead_id])
    checked_by: Mapped[Person | None] = relationship(foreign_keys=[checked_by_id])
    sample_by: Mapped[Person | None] = relationship(foreign_keys=[sample_by_id])
    dishes: Mapped[list[Dish]] = relationship(
        back_populates="meal", order_by="Dish.position", cascade="all, delete-orphan"
    )

    @property
    def team(self) -> Team:
        return self.occurrence.activity.team

    @property
    def day(self) -> date:
        return self.occurrence.day

    @property
    def deadline_wall(self) -> datetime:
        """What the clock on the wall shows when booking closes."""
        return datetime.combine(self.day - self.deadline_days * A_DAY, self.deadline_time)

    @property
    def deadline_at(self) -> datetime:
        return zones.to_moment(self.deadline_wall, self.team.zone)

    @property
    def sample_until(self) -> datetime | None:
        hours = timedelta(hours=self.plan.sample_hours)
        return self.sample_at + hours if self.sample_at else None

    def state(self, now: datetime) -> MealState:
        if self.occurrence.is_cancelled:
            return MealState.CANCELLED
        if self.occurrence.is_over(now):
            return MealState.SERVED
        return MealState.BOOKING if now < self.deadline_at else MealState.CLOSED

    def is_today(self, now: datetime) -> bool:
        return self.team.today(now) == self.day

    def is_near(self, now: datetime) -> bool:
        """From the day before until the day after: whoever brings meals may see to whom."""
        return abs(self.team.today(now) - self.day) <= A_DAY


class Dish(Model):
    """One dish of a meal: for whom it suits, what may harm somebody, what goes into it."""

    __tablename__ = "dishes"
    __table_args__ = (UniqueConstraint("meal_id", "position"),)

    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    tags: Mapped[list[str]] = mapped_column(default=list)
    allergens: Mapped[list[str]] = mapped_column(default=list)

    meal: Mapped[Meal] = relationship(back_populates="dishes")
    ingredients: Mapped[list[Ingredient]] = relationship(
        order_by="Ingredient.position", cascade="all, delete-orphan"
    )

    @property
    def diet_tags(self) -> list[DietTag]:
        return [DietTag(value) for value in self.tags]

    @property
    def known_allergens(self) -> list[Allergen]:
        return [Allergen(value) for value in self.allergens]


class Ingredient(Model):
    """What goes into a dish for ten."""

    __tablename__ = "ingredients"
    __table_args__ = (
        UniqueConstraint("dish_id", "position"),
        CheckConstraint("for_ten > 0", name="some_of_it"),
    )

    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    for_ten: Mapped[int]
    unit: Mapped[Unit] = mapped_column(Choice(Unit))


def scaled(for_ten: int, portions: int) -> int:
    """How much for so many portions: never too little, never a whole unit too much."""
    return math.ceil(for_ten * portions / PORTIONS_OF_A_RECIPE)
