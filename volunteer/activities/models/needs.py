"""What a kind of work asks of people, and how dangerous an activity may be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from volunteer.training.models import Training


class DangerLevel(StrEnum):
    """Whether somebody could come to harm: then there must be insurance (志愿服务条例, 17)."""

    NONE = "none"
    POSSIBLE = "possible"


class WaitingStyle(StrEnum):
    """How a place that comes free finds somebody among those waiting."""

    IN_LINE = "in_line"
    ASK = "ask"
    FIRST_TO_ANSWER = "first_to_answer"


@dataclass(frozen=True)
class RoleNeeds:
    """What a kind of work asks of who does it; nothing, when nothing is said."""

    least_age: int | None = None
    most_age: int | None = None
    training_id: int | None = None
    own_tool: str = ""


class HasNeeds:
    """The columns of a role's needs: those of the plan, and those of each date."""

    least_age: Mapped[int | None]
    most_age: Mapped[int | None]
    training_id: Mapped[int | None] = mapped_column(ForeignKey("trainings.id"))
    # What people bring from home for this work.
    own_tool: Mapped[str] = mapped_column(String(40), default="")

    @declared_attr
    def training(self) -> Mapped[Training | None]:
        return relationship(Training, lazy="joined")

    @property
    def needs(self) -> RoleNeeds:
        return RoleNeeds(self.least_age, self.most_age, self.training_id, self.own_tool or "")

    @needs.setter
    def needs(self, needs: RoleNeeds) -> None:
        self.least_age, self.most_age = needs.least_age, needs.most_age
        self.training_id, self.own_tool = needs.training_id, needs.own_tool
