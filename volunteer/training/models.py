"""A team's trainings, and who has passed them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.people.models import Person
from volunteer.teams.models import Team

MOST_HOURS = 500


class Training(Model):
    """Something one has to have learned before doing some work: first aid, kitchen hygiene."""

    __tablename__ = "trainings"
    __table_args__ = (
        UniqueConstraint("team_id", "name"),
        CheckConstraint(f"hours BETWEEN 1 AND {MOST_HOURS}", name="hours_of_learning"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    name: Mapped[str] = mapped_column(String(30))
    # How long one learns; it never counts as service (志愿服务记录与证明出具办法, article 8).
    hours: Mapped[int | None]

    team: Mapped[Team] = relationship()


class Qualification(Model):
    """A person has passed a training, until a day or for good."""

    __tablename__ = "qualifications"
    __table_args__ = (UniqueConstraint("training_id", "person_id"),)

    training_id: Mapped[int] = mapped_column(ForeignKey("trainings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # The last day on which it is good; without one it does not end.
    good_until: Mapped[date | None]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)

    training: Mapped[Training] = relationship()
    noted_by: Mapped[Person] = relationship(foreign_keys=[noted_by_id])

    def holds(self, day: date) -> bool:
        return self.good_until is None or day <= self.good_until
