"""Who lives with whom, and who looks after a child: as one team's coordinators wrote it down."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.people.models import Person


class Household(Model):
    """People of one team who live together and may sign one another up."""

    __tablename__ = "households"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    mates: Mapped[list["Housemate"]] = relationship(
        back_populates="household", cascade="all, delete-orphan", order_by="Housemate.id"
    )


class Housemate(Model):
    """Somebody of a household; in one team everybody lives in one at most."""

    __tablename__ = "housemates"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)

    household: Mapped[Household] = relationship(back_populates="mates")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Guardian(Model):
    """The grown-up who answers for a child in a team."""

    __tablename__ = "guardians"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)

    guardian: Mapped[Person] = relationship(foreign_keys=[guardian_id])
