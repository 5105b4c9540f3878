"""One volunteer who is asked, and what they say."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.people.models import Person
from volunteer.teams.models import Team

if TYPE_CHECKING:
    from volunteer.help_requests.models.requests import HelpRequest


class OfferStatus(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    # Somebody else has it, or it is over.
    RELEASED = "released"
    # The resident would rather have somebody else come; the volunteer reads the same as above.
    TURNED_DOWN = "turned_down"


# Not needed, and it was not the volunteer who said so.
LET_GO = (OfferStatus.RELEASED, OfferStatus.TURNED_DOWN)


class HelpOffer(Model):
    """One volunteer is asked whether they can."""

    __tablename__ = "help_offers"
    __table_args__ = (UniqueConstraint("help_request_id", "person_id"),)

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    status: Mapped[OfferStatus] = mapped_column(Choice(OfferStatus), default=OfferStatus.ASKED)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    # Through which team they are asked, when it is not the one that has the request.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    # The other side's yes: the resident's, or a coordinator's for them (`welcomed_by_id` empty:
    # the resident, without an account). Before it the volunteer sees no name and no door.
    welcomed_at: Mapped[datetime | None]
    welcomed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    help_request: Mapped[HelpRequest] = relationship(back_populates="offers")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    # Of another team, when the request went one level up.
    through: Mapped[Team | None] = relationship()

    @property
    def is_waiting(self) -> bool:
        return self.status is OfferStatus.ASKED

    @property
    def team(self) -> Team | None:
        """The team through which they are asked."""
        return self.through or self.help_request.team

    @property
    def is_welcome(self) -> bool:
        """Both sides have said yes."""
        return self.status is OfferStatus.ACCEPTED and self.welcomed_at is not None


__all__ = ["LET_GO", "HelpOffer", "OfferStatus"]
