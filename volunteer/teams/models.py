"""A team, its memberships, handing it over, and lists that were read in from a file."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock, zones
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.network.models import Place
from volunteer.people.models import Person

SUNDAY = 6
# For so long it is known what somebody did for their neighbours (GB/T 40143, 5.2.2).
SERVICE_KEPT = timedelta(days=3653)


class Rounding(StrEnum):
    """How the sum of a certificate is rounded: always down, or not at all."""

    HALF_HOUR = "half_hour"
    HOUR = "hour"
    MINUTE = "minute"


# From so many hours on one may be given a star, the second, and so on: as provinces have it.
STAR_HOURS = (100, 300, 600, 1000, 1500)


class Quality(StrEnum):
    """How well somebody served, as the coordinators see it, when they are given a star."""

    GOOD = "good"
    VERY_GOOD = "very_good"
    EXCELLENT = "excellent"


class TeamRole(StrEnum):
    MEMBER = "member"
    COORDINATOR = "coordinator"


class MembershipStatus(StrEnum):
    """applied → active ⇄ paused → left; or rejected."""

    APPLIED = "applied"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"
    REJECTED = "rejected"


def new_join_code() -> str:
    """What makes the open link hard to guess; it lets people ask, not enter."""
    return secrets.token_urlsafe(9)


class Team(Model):
    """Neighbours who do something together, in one community, by the clock of one zone."""

    __tablename__ = "teams"
    __table_args__ = (
        CheckConstraint("reminder_weekday BETWEEN 0 AND 6", name="reminder_weekday_is_a_day"),
        CheckConstraint("notice_hours BETWEEN 0 AND 168", name="notice_is_within_a_week"),
        CheckConstraint("most_a_week > 0", name="most_a_week_is_some"),
        CheckConstraint("publicity_days BETWEEN 0 AND 60", name="publicity_has_an_end"),
    )

    name: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(200), default="")
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    zone: Mapped[str] = mapped_column(String(60), default=zones.HOME_ZONE)
    # The number people may call; often a neighbour's landline.
    phone: Mapped[str | None] = mapped_column(String(20))
    join_code: Mapped[str] = mapped_column(String(24), unique=True, default=new_join_code)
    # When the weekly message goes out: 0 is Monday, 6 Sunday; wall time in the team's zone.
    reminder_weekday: Mapped[int] = mapped_column(default=SUNDAY)
    reminder_time: Mapped[time] = mapped_column(default=time(18, 0))
    # A later time counts from here on: changing it must not send last Sunday's message again.
    reminder_set_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Who says later than this before a date that they can't come says it late.
    notice_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    # On how many dates of the team a member may come in one week; without one, on any number.
    most_a_week: Mapped[int | None]
    hours_rounding: Mapped[Rounding] = mapped_column(
        Choice(Rounding), default=Rounding.HALF_HOUR, server_default=Rounding.HALF_HOUR.value
    )
    # For so many days the members see a certificate before it is issued; 0: they do not.
    publicity_days: Mapped[int] = mapped_column(default=0, server_default="0")
    star_hours: Mapped[list[int]] = mapped_column(
        default=lambda: list(STAR_HOURS), server_default=f"{list(STAR_HOURS)}"
    )
    # Stands at the end of what members read, in the team's own words.
    own_line: Mapped[str] = mapped_column(String(60), default="", server_default="")
    # Everybody may start a team and name any community. So a team is shown what residents ask for,
    # with name and address, only since an operator has made sure who it is; by nobody, when it was
    # there before that was asked.
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=True)
    memberships: Mapped[list[Membership]] = relationship(back_populates="team")

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    def today(self, now: datetime) -> date:
        """The date in the team's zone at this moment."""
        return zones.day_in(self.zone, now)

    def wall(self, moment: datetime) -> datetime:
        """What the team's clock shows at this moment."""
        return zones.to_wall(moment, self.zone)


class Membership(Model):
    """A person in a team: how they came, what they are, whether they are here now."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[TeamRole] = mapped_column(Choice(TeamRole), default=TeamRole.MEMBER)
    status: Mapped[MembershipStatus] = mapped_column(
        Choice(MembershipStatus), default=MembershipStatus.ACTIVE
    )
    # The coordinators' own remark: which of two 王秀英 this is, what she likes to do.
    note: Mapped[str] = mapped_column(Sealed(), default="")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Since when they are in; the weekly message of before does not concern them.
    joined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship(back_populates="memberships")
    person: Mapped[Person] = relationship()

    @property
    def is_active(self) -> bool:
        return self.status is MembershipStatus.ACTIVE

    @property
    def is_in_team(self) -> bool:
        """Active or pausing: on the list of members."""
        return self.status in {MembershipStatus.ACTIVE, MembershipStatus.PAUSED}

    @property
    def was_told_no(self) -> bool:
        return self.status is MembershipStatus.REJECTED

    @property
    def is_coordinator(self) -> bool:
        return self.role is TeamRole.COORDINATOR and self.is_in_team


class StarAward(Model):
    """A star that a team has given to somebody for what they did for it."""

    __tablename__ = "star_awards"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id", "level"),
        CheckConstraint("level BETWEEN 1 AND 5", name="one_to_five"),
        CheckConstraint("by_id <> person_id", name="nobody_their_own"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    level: Mapped[int]
    quality: Mapped[Quality] = mapped_column(Choice(Quality))
    # In words that they read.
    words: Mapped[str] = mapped_column(Sealed(), default="")
    # How much counted on that day.
    minutes: Mapped[int]
    given_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    team: Mapped[Team] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])


class Handover(Model):
    """A coordinator offers the team to a member, who accepts or not."""

    __tablename__ = "handovers"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    is_accepted: Mapped[bool] = mapped_column(default=False)

    team: Mapped[Team] = relationship()
    giver: Mapped[Membership] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Membership] = relationship(foreign_keys=[taker_id])


class ImportKind(StrEnum):
    MEMBERS = "members"
    ELDERS = "elders"


# For so long a list that was read in can be taken back as a whole.
UNDO_WITHIN = timedelta(days=7)


class Import(Model):
    """A list that was pasted or read in from a file: what it made, so that it can be taken back."""

    __tablename__ = "imports"
    __table_args__ = (UniqueConstraint("team_id", "form_key"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    kind: Mapped[ImportKind] = mapped_column(Choice(ImportKind))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    # The numbers of the memberships or elders that it made.
    made: Mapped[list[int]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]
    # Which page it was saved from: pressed twice, it is saved once.
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))

    team: Mapped[Team] = relationship()
    by: Mapped[Person] = relationship()

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now - self.at < UNDO_WITHIN
