"""Elders, and whom to call for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.core.homes import Home
from volunteer.people.models import Person
from volunteer.teams.models import Team

if TYPE_CHECKING:
    from volunteer.elders.models.pairings import Pairing


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


# Of these one may speak only with consent to health being noted.
OF_HEALTH = frozenset(
    {
        Category.CARE_DEPENDENT,
        Category.PARTLY_DEPENDENT,
        Category.DEMENTIA,
        Category.SEVERELY_DISABLED,
    }
)


class RiskLevel(StrEnum):
    """Set by a named human, never by the software."""

    HIGH = "high"
    KEY = "key"
    GENERAL = "general"


class ElderStatus(StrEnum):
    """prospective → active ⇄ suspended (in hospital, away) → ended (moved, declined, died) →
    archived: a year later hardly more than the number is kept."""

    PROSPECTIVE = "prospective"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"
    ARCHIVED = "archived"


OVER = frozenset({ElderStatus.ENDED, ElderStatus.ARCHIVED})


class EndReason(StrEnum):
    MOVED = "moved"
    DECLINED = "declined"
    DIED = "died"


class MajorChange(StrEnum):
    """After one of these somebody sees them within a day."""

    FALL = "fall"
    DISCHARGE = "discharge"
    BEREAVEMENT = "bereavement"
    GAS_LEAK = "gas_leak"
    OTHER = "other"


# After these somebody looks with their own eyes: on the phone everybody says that all is well.
TO_BE_MET = frozenset({MajorChange.FALL, MajorChange.DISCHARGE})

# So soon somebody has seen them after a major change.
SEEN_WITHIN = timedelta(hours=24)


class VisitChannel(StrEnum):
    HOME = "home"
    PHONE = "phone"
    VIDEO = "video"
    MET = "met"


IN_PERSON = frozenset({VisitChannel.HOME, VisitChannel.MET})


class Elder(Model):
    """A person whom one team looks after."""

    __tablename__ = "elders"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id"),
        CheckConstraint("interval_days BETWEEN 1 AND 366", name="interval_is_a_span"),
        CheckConstraint("(change IS NULL) = (changed_at IS NULL)", name="change_has_a_moment"),
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
    # What has happened, and when we heard of it; empty again once somebody has seen them since.
    change: Mapped[MajorChange | None] = mapped_column(Choice(MajorChange))
    change_words: Mapped[str | None] = mapped_column(Sealed())
    changed_at: Mapped[datetime | None]
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
        return self.status not in OVER

    @property
    def see_by(self) -> datetime | None:
        """By when somebody sees them after a major change."""
        return self.changed_at + SEEN_WITHIN if self.changed_at else None

    @property
    def is_to_be_met(self) -> bool:
        """Whether something has happened after which no call is enough."""
        return self.change in TO_BE_MET

    def age(self, today: date) -> int | None:
        """About how old: only the year is known."""
        return today.year - self.birth_year if self.birth_year else None

    @property
    def is_due_despite_a_call(self) -> bool:
        """Whoever had news of them last only phoned: their visit is counted from one before."""
        if self.last_seen_on is None or self.due_on is None or self.change is not None:
            return False
        # Whoever is back from hospital is due at once, however lately they were seen before.
        if self.last_seen_on < self.since_on:
            return False
        return self.due_on < self.last_seen_on + timedelta(days=self.interval_days)

    def is_overdue(self, today: date) -> bool:
        return self.is_active and self.due_on is not None and self.due_on < today

    @property
    def is_visited_weekly(self) -> bool:
        """Who needs most care is visited at home and phoned in between: a call is no visit."""
        return self.risk_level is RiskLevel.HIGH and self.visit_channel is VisitChannel.HOME

    def needs_review(self, today: date) -> bool:
        """Whether somebody should look again whether the risk level is still right."""
        return self.is_served and self.risk_review_on <= today

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
