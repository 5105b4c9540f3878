"""Who eats with a team, and who does every week."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.core.homes import Home
from volunteer.meals.models.meals import MealPlan
from volunteer.people.models import Person
from volunteer.teams.models import Team

MOST_PORTIONS = 6


class MealWay(StrEnum):
    """Where somebody eats."""

    DINE_IN = "dine_in"
    DELIVERY = "delivery"


class Diner(Model):
    """A person who eats with a team: where they live, how they eat, whether somebody calls."""

    __tablename__ = "diners"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    address: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    # Tags and allergies, as meals.diets knows them; only while they agree.
    diet: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    # "yes" when they told us that they live alone: then somebody asks whether they came home.
    lives_alone: Mapped[str | None] = mapped_column(Sealed())
    # They agreed that a neighbour takes the meal when nobody opens.
    may_leave_with_neighbour: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    team: Mapped[Team] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)

    @property
    def home(self) -> Home:
        return Home.of(self.address)

    @property
    def is_alone(self) -> bool:
        return bool(self.lives_alone)


class StandingMeal(Model):
    """Somebody eats with us every week, until they say otherwise."""

    __tablename__ = "standing_meals"
    __table_args__ = (
        CheckConstraint(f"portions BETWEEN 1 AND {MOST_PORTIONS}", name="some_portions"),
        CheckConstraint("last_on IS NULL OR last_on >= first_on", name="ends_after_it_begins"),
        one_only("ix_standing_meals_held", "plan_id", "diner_id", where="ended_at IS NULL"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("meal_plans.id"))
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id"), index=True)
    way: Mapped[MealWay] = mapped_column(Choice(MealWay), default=MealWay.DINE_IN)
    portions: Mapped[int] = mapped_column(default=1)
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    plan: Mapped[MealPlan] = relationship()
    diner: Mapped[Diner] = relationship(lazy="joined", innerjoin=True)
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    pauses: Mapped[list[StandingMealPause]] = relationship(
        back_populates="standing", order_by="StandingMealPause.first_on"
    )

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None

    def means(self, day: date) -> bool:
        """Whether this day is one of theirs, pauses left aside."""
        return day >= self.first_on and (self.last_on is None or day <= self.last_on)

    def pause_on(self, day: date) -> StandingMealPause | None:
        return next((p for p in self.pauses if p.first_on <= day <= p.last_on), None)

    def pauses_over(self, first_on: date, last_on: date) -> list[StandingMealPause]:
        """Those from this very day until that one."""
        return [p for p in self.pauses if (p.first_on, p.last_on) == (first_on, last_on)]

    def current_pauses(self, today: date) -> list[StandingMealPause]:
        return [pause for pause in self.pauses if pause.last_on >= today]

    def eats_on(self, day: date) -> bool:
        return not self.has_ended and self.means(day) and self.pause_on(day) is None


class StandingMealPause(Model):
    """From this day to that one they don't eat with us, both included."""

    __tablename__ = "standing_meal_pauses"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),)

    standing_id: Mapped[int] = mapped_column(ForeignKey("standing_meals.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    standing: Mapped[StandingMeal] = relationship(back_populates="pauses")
