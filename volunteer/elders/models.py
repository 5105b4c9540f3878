"""Elders, their contacts and health, pairings and visits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.database import Choice, Model, WallTime
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.core.homes import Home
from volunteer.people.models import Person
from volunteer.teams.models import Team

# A visit is over about so long after its beginning, when nobody has said otherwise.
USUAL_LENGTH = timedelta(hours=1)


class Living(StrEnum):
    """With whom the elder lives."""

    ALONE = "alone"
    COUPLE = "couple"
    WITH_CHILDREN = "with_children"
    WITH_DISABLED_CHILD = "with_disabled_child"
    LEFT_BEHIND = "left_behind"


class Category(StrEnum):
    """What the state counts as a special difficulty (民发〔2022〕73号), and some more."""

    ADVANCED_AGE = "advanced_age"
    LIVING_ALONE = "living_alone"
    EMPTY_NEST = "empty_nest"
    LEFT_BEHIND = "left_behind"
    CARE_DEPENDENT = "care_dependent"
    PARTLY_DEPENDENT = "partly_dependent"
    DEMENTIA = "dementia"
    SEVERELY_DISABLED = "severely_disabled"
    SPECIAL_FAMILY = "special_family"
    LOW_INCOME = "low_income"
    EXTREME_POVERTY = "extreme_poverty"


class RiskLevel(StrEnum):
    """Set by a named human, never by the software."""

    HIGH = "high"
    KEY = "key"
    GENERAL = "general"


class ElderStatus(StrEnum):
    """prospective → active ⇄ suspended (in hospital, away) → ended (moved, declined, died)."""

    PROSPECTIVE = "prospective"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class EndReason(StrEnum):
    MOVED = "moved"
    DECLINED = "declined"
    DIED = "died"


class DietTag(StrEnum):
    """What a cook must know."""

    DIABETES = "diabetes"
    LOW_SALT = "low_salt"
    LOW_FAT = "low_fat"
    SOFT = "soft"
    HALAL = "halal"
    VEGETARIAN = "vegetarian"
    NOT_SPICY = "not_spicy"


class VisitChannel(StrEnum):
    HOME = "home"
    PHONE = "phone"
    VIDEO = "video"
    MET = "met"


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


class Elder(Model):
    """A person whom one team looks after."""

    __tablename__ = "elders"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id"),
        CheckConstraint("interval_days BETWEEN 1 AND 366", name="interval_is_a_span"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # How to call them: 王婆婆, 李大爷.
    preferred_name: Mapped[str] = mapped_column(String(30))
    birth_year: Mapped[int | None]
    address: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    landline: Mapped[str | None] = mapped_column(Sealed())
    living: Mapped[str | None] = mapped_column(Sealed())
    categories: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    # How to talk with them, and what a visitor should beware of: a dog, dark stairs.
    communication_note: Mapped[str | None] = mapped_column(Sealed())
    caution_note: Mapped[str | None] = mapped_column(Sealed())
    # Who has a spare key; never where it lies.
    key_holder: Mapped[str | None] = mapped_column(Sealed())
    note: Mapped[str | None] = mapped_column(Sealed())

    risk_level: Mapped[RiskLevel] = mapped_column(Choice(RiskLevel), default=RiskLevel.GENERAL)
    risk_reason: Mapped[str | None] = mapped_column(Sealed())
    risk_set_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    risk_set_on: Mapped[date]
    risk_review_on: Mapped[date]

    visit_channel: Mapped[VisitChannel] = mapped_column(
        Choice(VisitChannel), default=VisitChannel.HOME
    )
    interval_days: Mapped[int] = mapped_column(default=30)
    last_seen_on: Mapped[date | None]
    # The last day on which somebody should have seen them; nobody counts while they are away.
    due_on: Mapped[date | None] = mapped_column(index=True)

    status: Mapped[ElderStatus] = mapped_column(Choice(ElderStatus), default=ElderStatus.ACTIVE)
    status_note: Mapped[str | None] = mapped_column(Sealed())
    end_reason: Mapped[EndReason | None] = mapped_column(Choice(EndReason))
    since_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    risk_set_by: Mapped[Person] = relationship(foreign_keys=[risk_set_by_id])
    contacts: Mapped[list[EmergencyContact]] = relationship(
        order_by="EmergencyContact.position", cascade="all, delete-orphan"
    )
    pairings: Mapped[list[Pairing]] = relationship(back_populates="elder")

    @property
    def home(self) -> Home:
        return Home.of(self.address)

    @property
    def living_situation(self) -> Living | None:
        return Living(self.living) if self.living else None

    @property
    def special_categories(self) -> list[Category]:
        return [Category(value) for value in self.categories or []]

    @property
    def is_active(self) -> bool:
        return self.status is ElderStatus.ACTIVE

    @property
    def is_served(self) -> bool:
        """On the list of the elders: not one that moved, declined or died."""
        return self.status is not ElderStatus.ENDED

    def age(self, today: date) -> int | None:
        """About how old: only the year is known."""
        return today.year - self.birth_year if self.birth_year else None

    def is_overdue(self, today: date) -> bool:
        return self.is_active and self.due_on is not None and self.due_on < today

    def needs_review(self, today: date) -> bool:
        """Whether somebody should look again whether the risk level is still right."""
        return self.is_served and self.risk_review_on < today

    @property
    def paired(self) -> list[Pairing]:
        """The volunteers who look after them now, longest first."""
        now = [pairing for pairing in self.pairings if pairing.ended_on is None]
        return sorted(now, key=lambda pairing: (pairing.began_on, pairing.id))


class EmergencyContact(Model):
    """Whom to call when something has happened, in this order."""

    __tablename__ = "emergency_contacts"
    __table_args__ = (UniqueConstraint("elder_id", "position"),)

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Sealed())
    relation: Mapped[str | None] = mapped_column(Sealed())
    phone: Mapped[str] = mapped_column(Sealed())
    city: Mapped[str | None] = mapped_column(Sealed())
    has_key: Mapped[bool] = mapped_column(default=False)


class HealthRecord(Model):
    """What a visitor or cook must know of an elder's health. Only `elders/health.py` opens it."""

    __tablename__ = "elder_health"

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), unique=True)
    # Short: hard of hearing, falls easily, may lose the way.
    note: Mapped[str | None] = mapped_column(Sealed())
    diet_tags: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    allergies: Mapped[str | None] = mapped_column(Sealed())
    # A level that somebody trained has given, and who that was; we never score.
    ability_level: Mapped[str | None] = mapped_column(Sealed())
    ability_source: Mapped[str | None] = mapped_column(Sealed())
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class Pairing(Model):
    """A volunteer who looks after an elder (结对)."""

    __tablename__ = "pairings"

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    began_on: Mapped[date]
    ended_on: Mapped[date | None]

    elder: Mapped[Elder] = relationship(back_populates="pairings")
    person: Mapped[Person] = relationship()


class Visit(Model):
    """One time that volunteers go to an elder, phone, or meet them."""

    __tablename__ = "visits"

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), index=True)
    channel: Mapped[VisitChannel] = mapped_column(Choice(VisitChannel), default=VisitChannel.HOME)
    status: Mapped[VisitStatus] = mapped_column(Choice(VisitStatus), default=VisitStatus.PLANNED)
    # What the clock on the wall shows in the team's zone; the moment follows from it.
    wall_starts: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime] = mapped_column(index=True)
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
    # After nobody answered: who has made sure that the elder is safe, and how.
    safe_at: Mapped[datetime | None]
    safe_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    safe_words: Mapped[str | None] = mapped_column(Sealed())
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    elder: Mapped[Elder] = relationship(lazy="joined", innerjoin=True)
    parts: Mapped[list[VisitPart]] = relationship(
        back_populates="visit", order_by="VisitPart.id", cascade="all, delete-orphan"
    )
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    safe_by: Mapped[Person | None] = relationship(foreign_keys=[safe_by_id])

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
    def is_open_alarm(self) -> bool:
        """Nobody answered, and nobody has made sure yet that the elder is safe."""
        return self.status is VisitStatus.NO_ANSWER and self.safe_at is None

    @property
    def going(self) -> list[Person]:
        """Who goes, in the order in which they were asked."""
        return [part.person for part in self.parts if part.withdrew_at is None]

    def has(self, person: Person | None) -> bool:
        return person is not None and any(person.id == other.id for other in self.going)

    @property
    def missing(self) -> int:
        """How many visitors are still needed: two for a home, unless an exception was allowed."""
        needed = 2 if self.channel is VisitChannel.HOME and self.allowed_by_id is None else 1
        return max(0, needed - len(self.going)) if self.is_planned else 0

    def is_near(self, now: datetime) -> bool:
        """Whether its visitors may see whom they visit: from a day before it begins until a day
        after it is over; never when it was cancelled, for then they need not know."""
        day = timedelta(days=1)
        is_in_time = self.starts_at - day <= now <= self.starts_at + USUAL_LENGTH + day
        return is_in_time and self.status is not VisitStatus.CANCELLED


class VisitPart(Model):
    """A volunteer's part in a visit."""

    __tablename__ = "visit_parts"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    withdrew_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(back_populates="parts")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
