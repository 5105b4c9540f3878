"""Concerns (关切): what somebody saw that may harm an elder, and who alone reads it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.elders.models.elders import Elder
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams.models import Team


class ConcernKind(StrEnum):
    ABUSE = "abuse"
    NEGLECT = "neglect"
    MONEY = "money"
    SELF_HARM = "self_harm"
    DECLINE = "decline"
    LOST = "lost"
    MISCONDUCT = "misconduct"


class ConcernStatus(StrEnum):
    """open → acted on → closed; each step by a named human, who says what was done."""

    OPEN = "open"
    ACTED_ON = "acted_on"
    CLOSED = "closed"


class TeamReaders(Model):
    """Who reads the concerns of a team: one person, and one deputy."""

    __tablename__ = "concern_team_readers"
    __table_args__ = (CheckConstraint("lead_id <> deputy_id", name="deputy_is_another"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), unique=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    named_at: Mapped[datetime] = mapped_column(default=clock.now)

    lead: Mapped[Person] = relationship(foreign_keys=[lead_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])


class PlaceReader(Model):
    """Who reads, in a community, the concerns that are about a team's own readers."""

    __tablename__ = "concern_place_readers"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    named_at: Mapped[datetime] = mapped_column(default=clock.now)

    place: Mapped[Place] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Concern(Model):
    """What somebody saw or heard, in their own words. Only `concerns.py` opens it."""

    __tablename__ = "concerns"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    # The team's community, whose reader has it when the team's must not.
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    is_for_community: Mapped[bool] = mapped_column(default=False)
    elder_id: Mapped[int | None] = mapped_column(ForeignKey("elders.id"), index=True)
    # One of those who run the team or read its concerns: whoever it is about never sees it.
    about_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(Sealed())
    # Whom it is about, when that is not an elder of ours.
    whom: Mapped[str | None] = mapped_column(Sealed())
    words: Mapped[str] = mapped_column(Sealed())
    seen_when: Mapped[str | None] = mapped_column(Sealed())
    seen_by: Mapped[str | None] = mapped_column(Sealed())
    told: Mapped[str | None] = mapped_column(Sealed())
    is_immediate: Mapped[bool] = mapped_column(default=False)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    reported_at: Mapped[datetime] = mapped_column(default=clock.now)
    status: Mapped[ConcernStatus] = mapped_column(Choice(ConcernStatus), default=ConcernStatus.OPEN)

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    elder: Mapped[Elder | None] = relationship()
    about: Mapped[Person | None] = relationship(foreign_keys=[about_id])
    reporter: Mapped[Person] = relationship(foreign_keys=[reporter_id])
    steps: Mapped[list[ConcernStep]] = relationship(
        back_populates="concern", order_by="ConcernStep.id"
    )

    @property
    def what(self) -> ConcernKind:
        return ConcernKind(self.kind)

    @property
    def is_closed(self) -> bool:
        return self.status is ConcernStatus.CLOSED


class ConcernStep(Model):
    """What a reader has done about a concern; closing it is the last one."""

    __tablename__ = "concern_steps"

    concern_id: Mapped[int] = mapped_column(ForeignKey("concerns.id"), index=True)
    status: Mapped[ConcernStatus] = mapped_column(Choice(ConcernStatus))
    words: Mapped[str] = mapped_column(Sealed())
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    concern: Mapped[Concern] = relationship(back_populates="steps")
    by: Mapped[Person] = relationship()
