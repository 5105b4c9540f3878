"""Visits: who goes when, and what they found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, WallTime
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.elders.models.elders import IN_PERSON, Elder, VisitChannel
from volunteer.elders.models.no_answers import NoAnswer
from volunteer.people.models import Person
from volunteer.teams.models import Team


class VisitStatus(StrEnum):
    """planned → done, no_answer, declined, postponed or cancelled."""

    PLANNED = "planned"
    DONE = "done"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Check(StrEnum):
    """The five things a visitor looks at."""

    BODY = "body"
    FOOD = "food"
    MOOD = "mood"
    HOME = "home"
    FAMILY = "family"


class Finding(StrEnum):
    FINE = "fine"
    WATCH = "watch"
    ACT = "act"


class Visit(Model):
    """One time that volunteers go to an elder, phone, or meet them."""

    __tablename__ = "visits"
    __table_args__ = (CheckConstraint("minutes BETWEEN 10 AND 480", name="takes_some_time"),)

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), index=True)
    channel: Mapped[VisitChannel] = mapped_column(Choice(VisitChannel), default=VisitChannel.HOME)
    status: Mapped[VisitStatus] = mapped_column(Choice(VisitStatus), default=VisitStatus.PLANNED)
    # What the clock on the wall shows in the team's zone; the moment follows from it.
    wall_starts: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int] = mapped_column(default=60)
    # Two adults go to a home; an exception has a reason, and a coordinator who allowed it.
    alone_reason: Mapped[str | None] = mapped_column(Sealed())
    allowed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # By each check: what was found, and in which words.
    findings: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    note: Mapped[str | None] = mapped_column(Sealed())
    wall_left: Mapped[datetime | None] = mapped_column(WallTime)
    told_family: Mapped[bool] = mapped_column(default=False)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime | None]
    # Nobody answered at first; it may be one that a call or a meal had begun.
    no_answer_id: Mapped[int | None] = mapped_column(ForeignKey("no_answers.id"), index=True)
    # When the visitors came to the home, and when they had left it safely.
    arrived_at: Mapped[datetime | None]
    safe_out_at: Mapped[datetime | None]
    safe_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # What a phone calls its own record, so that one sent twice is taken once.
    record_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Counts what calendars have to learn: another time, another state, somebody there again.
    revision: Mapped[int] = mapped_column(default=0, server_default="0")

    elder: Mapped[Elder] = relationship(lazy="joined", innerjoin=True)
    parts: Mapped[list[VisitPart]] = relationship(
        back_populates="visit", order_by="VisitPart.id", cascade="all, delete-orphan"
    )
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    no_answer: Mapped[NoAnswer | None] = relationship()

    @property
    def team(self) -> Team:
        return self.elder.team

    @property
    def day(self) -> date:
        return self.wall_starts.date()

    @property
    def is_planned(self) -> bool:
        return self.status is VisitStatus.PLANNED

    @property
    def is_cancelled(self) -> bool:
        return self.status is VisitStatus.CANCELLED

    @property
    def is_open_alarm(self) -> bool:
        """Nobody answers, and nobody has made sure yet that the elder is safe."""
        return self.no_answer is not None and self.no_answer.is_open

    @property
    def going(self) -> list[Person]:
        """Who goes, in the order in which they were asked."""
        return [part.person for part in self.parts if part.withdrew_at is None]

    @property
    def ends_at(self) -> datetime:
        """When it is over, as planned."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_at_home(self) -> bool:
        return self.channel is VisitChannel.HOME

    @property
    def is_in_person(self) -> bool:
        return self.channel in IN_PERSON

    def has(self, person: Person | None) -> bool:
        return person is not None and any(person.id == other.id for other in self.going)

    @property
    def missing(self) -> int:
        """How many visitors are still needed: two grown-ups for a home, unless an exception was
        allowed; who is younger comes along."""
        needed = 2 if self.is_at_home and self.allowed_by_id is None else 1
        there = grown_ups(self.going, self.day) if self.is_at_home else self.going
        return max(0, needed - len(there)) if self.is_planned else 0

    def is_near(self, now: datetime) -> bool:
        """Whether its visitors may see whom they visit: from a day before it begins until a day
        after it is over; never when it was cancelled, for then they need not know."""
        day = timedelta(days=1)
        is_in_time = self.starts_at - day <= now <= self.ends_at + day
        return is_in_time and self.status is not VisitStatus.CANCELLED


def grown_ups(people: Iterable[Person], day: date) -> list[Person]:
    return [person for person in people if not person.is_young_on(day)]


class VisitPart(Model):
    """A volunteer's part in a visit."""

    __tablename__ = "visit_parts"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    withdrew_at: Mapped[datetime | None]
    # Before the first time that they go: when they had read what to beware of.
    read_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(back_populates="parts")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
