"""One diner's portions at one meal, and what became of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.elders.models import NoAnswer
from volunteer.meals.models.diners import MOST_PORTIONS, Diner, MealWay
from volunteer.meals.models.meals import Meal
from volunteer.people.models import Person


class BookingStatus(StrEnum):
    BOOKED = "booked"
    # No portion was left: theirs is the next that comes free, in the order in which they asked.
    WAITING = "waiting"
    CANCELLED = "cancelled"


class DeliveryResult(StrEnum):
    HANDED_OVER = "handed_over"
    NO_ANSWER = "no_answer"
    AT_NEIGHBOUR = "at_neighbour"


class MealBooking(Model):
    """A diner's portions at a meal. One row for a diner and meal."""

    __tablename__ = "meal_bookings"
    __table_args__ = (
        UniqueConstraint("meal_id", "diner_id"),
        UniqueConstraint("meal_id", "form_key"),
        CheckConstraint(f"portions BETWEEN 1 AND {MOST_PORTIONS}", name="some_portions"),
        CheckConstraint("NOT (is_walk_in AND is_no_show)", name="who_walked_in_was_there"),
        CheckConstraint("result IS NULL OR way = 'delivery'", name="only_deliveries_have_results"),
        CheckConstraint("(result IS NULL) = (result_at IS NULL)", name="when_the_result_was"),
        CheckConstraint("safe_at IS NULL OR result = 'no_answer'", name="only_an_alarm_is_closed"),
    )

    meal_id: Mapped[int] = mapped_column(ForeignKey("meals.id"))
    diner_id: Mapped[int] = mapped_column(ForeignKey("diners.id"), index=True)
    way: Mapped[MealWay] = mapped_column(Choice(MealWay), default=MealWay.DINE_IN)
    portions: Mapped[int] = mapped_column(default=1)
    status: Mapped[BookingStatus] = mapped_column(
        Choice(BookingStatus), default=BookingStatus.BOOKED
    )
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    is_no_show: Mapped[bool] = mapped_column(default=False)
    # Cancelled by a pause or the end of every week, not for this date alone: the end of the pause
    # books it again, and so does who begins anew.
    is_paused: Mapped[bool] = mapped_column(default=False)
    guest_of_id: Mapped[int | None] = mapped_column(ForeignKey("diners.id"))
    standing_id: Mapped[int | None] = mapped_column(ForeignKey("standing_meals.id"), index=True)
    # As it was known when they booked; without consent it is neither kept nor shown.
    diet: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    # Who asked: the diner, a companion, or a coordinator for them.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    booked_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # Which page somebody new was written down from: pressed twice, they are one person.
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))

    result: Mapped[DeliveryResult | None] = mapped_column(Choice(DeliveryResult))
    result_at: Mapped[datetime | None]
    result_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # Nobody had answered: of an elder of the team this record follows the steps; of anybody else
    # it stands here who has made sure that they are safe, and how.
    no_answer_id: Mapped[int | None] = mapped_column(ForeignKey("no_answers.id"))
    safe_at: Mapped[datetime | None]
    safe_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    safe_words: Mapped[str | None] = mapped_column(Sealed())
    # They said that they came home (到家报平安), or somebody called and heard it.
    home_at: Mapped[datetime | None]
    home_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    meal: Mapped[Meal] = relationship()
    diner: Mapped[Diner] = relationship(foreign_keys=[diner_id], lazy="joined", innerjoin=True)
    guest_of: Mapped[Diner | None] = relationship(foreign_keys=[guest_of_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    no_answer: Mapped[NoAnswer | None] = relationship()

    @property
    def person(self) -> Person:
        return self.diner.person

    @property
    def is_booked(self) -> bool:
        return self.status is BookingStatus.BOOKED

    @property
    def is_waiting(self) -> bool:
        return self.status is BookingStatus.WAITING

    @property
    def is_wanted(self) -> bool:
        """Booked, or on the waiting list: there is something to take back."""
        return self.is_booked or self.is_waiting

    @property
    def eats(self) -> bool:
        """Whether their portions are cooked: booked or walked in, and not known to stay away."""
        return self.is_booked and not self.is_no_show

    @property
    def is_delivery(self) -> bool:
        return self.way is MealWay.DELIVERY

    @property
    def was_entered_by_somebody_else(self) -> bool:
        return self.by_id != self.diner.person_id

    @property
    def is_open_alarm(self) -> bool:
        """Nobody answered at the door, and nobody has made sure yet that they are safe."""
        if self.result is not DeliveryResult.NO_ANSWER:
            return False
        return self.no_answer.is_open if self.no_answer else self.safe_at is None

    @property
    def should_say_home(self) -> bool:
        """Ate with us, lives alone, and walks home."""
        return self.eats and not self.is_delivery and self.diner.is_alone
