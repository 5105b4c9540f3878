"""Activities, their dates, the roles on a date, and sign-ups."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock, zones
from volunteer.core.database import Model, WallTime, choice
from volunteer.core.encryption import Sealed
from volunteer.people.models import Person
from volunteer.teams.models import Team


class OccurrenceStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class SignupStatus(StrEnum):
    GOING = "going"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


class Excuse(StrEnum):
    """Why a place was given back. People choose one of the first three, or none."""

    ILLNESS = "illness"
    FAMILY = "family"
    OTHER = "other"
    # A pause or the end of coming every week freed it; the end of the pause takes it again.
    PAUSE = "pause"
    # Another date instead, changed with somebody.
    SWAP = "swap"


class Activity(Model):
    """Something a team does every week, on one weekday, by the clock of its zone."""

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint("ends > starts", name="ends_after_it_starts"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_is_a_day"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    summary: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(120))
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str] = mapped_column(String(60), default=zones.HOME_ZONE)
    first_on: Mapped[date]
    # The last day that may have a date; open end without one.
    last_on: Mapped[date | None]
    # Dates are on the calendar up to and including this day.
    planned_until: Mapped[date | None] = mapped_column(index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    # Recruiting must name the risks (志愿服务条例, article 12).
    risk_note: Mapped[str] = mapped_column(Text)
    protection_note: Mapped[str] = mapped_column(Text, default="")
    bring_note: Mapped[str] = mapped_column(String(200), default="")
    # Counts changes of the place and the end, so that only the newest of them is told.
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    leader: Mapped[Person | None] = relationship()
    roles: Mapped[list[ActivityRole]] = relationship(
        back_populates="activity", order_by="ActivityRole.position", cascade="all, delete-orphan"
    )
    occurrences: Mapped[list[Occurrence]] = relationship(back_populates="activity")

    def has_ended(self, today: date) -> bool:
        return self.last_on is not None and self.last_on < today

    def is_led_by(self, person: Person) -> bool:
        return self.leader_id == person.id


class ActivityRole(Model):
    """A kind of work that each new date of the activity will have."""

    __tablename__ = "activity_roles"
    __table_args__ = (
        CheckConstraint("minimum >= 0 AND maximum >= minimum AND maximum > 0", name="has_places"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    minimum: Mapped[int]
    maximum: Mapped[int]

    activity: Mapped[Activity] = relationship(back_populates="roles")


class Occurrence(Model):
    """One date of an activity. It keeps its own time and place, so a changed one stays changed."""

    __tablename__ = "occurrences"
    __table_args__ = (
        # The day of the rule that made it: made again, it is found, wherever it was moved.
        UniqueConstraint("activity_id", "planned_on"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    )

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    planned_on: Mapped[date]
    # What clocks on the wall show; the moments below follow from it and the activity's zone.
    wall_starts: Mapped[datetime] = mapped_column(WallTime)
    wall_ends: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(120))
    status: Mapped[OccurrenceStatus] = mapped_column(
        choice(OccurrenceStatus), default=OccurrenceStatus.PLANNED
    )
    # Moved or cancelled by hand; changes of the activity leave it alone.
    is_changed: Mapped[bool] = mapped_column(default=False)
    # Counts moves and cancellations, so that only the newest of them is told.
    revision: Mapped[int] = mapped_column(default=0)
    change_note: Mapped[str] = mapped_column(String(200), default="")

    activity: Mapped[Activity] = relationship(back_populates="occurrences")
    roles: Mapped[list[OccurrenceRole]] = relationship(
        back_populates="occurrence", order_by="OccurrenceRole.position"
    )
    signups: Mapped[list[Signup]] = relationship(back_populates="occurrence")

    @property
    def title(self) -> str:
        return self.activity.title

    @property
    def team(self) -> Team:
        return self.activity.team

    @property
    def day(self) -> date:
        return self.wall_starts.date()

    @property
    def for_the_trail(self) -> dict[str, Any]:
        """Which date it was, for an audit entry; a date may be moved later."""
        return {"activity": self.title, "date": self.day.isoformat()}

    @property
    def is_cancelled(self) -> bool:
        return self.status is OccurrenceStatus.CANCELLED

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_open(self, now: datetime) -> bool:
        """Whether places can still be taken and given back."""
        return not self.is_cancelled and not self.has_started(now)

    def signup_of(self, person: Person | None) -> Signup | None:
        """The person's place or place in the queue, or None."""
        return next(
            (s for s in self.signups if person and s.person_id == person.id and s.is_active), None
        )

    @property
    def active_signups(self) -> list[Signup]:
        """Those going and those waiting: whom a change concerns."""
        return [signup for signup in self.signups if signup.is_active]

    @property
    def going(self) -> list[Signup]:
        return [signup for signup in self.signups if signup.status is SignupStatus.GOING]

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    @property
    def excused(self) -> list[Signup]:
        """Who said that they can't come, in the order in which they said so."""
        found = [(s.excused_at, s.id, s) for s in self.signups if s.excused_at and s.is_excused]
        return [signup for _at, _id, signup in sorted(found)]

    @property
    def missing(self) -> int:
        """How many people are still needed, over all roles."""
        return sum(role.missing for role in self.roles)

    @property
    def free(self) -> int:
        """How many places are still free, over all roles."""
        return sum(role.free for role in self.roles)


class OccurrenceRole(Model):
    """A kind of work on one date: how many it needs at least, and takes at most."""

    __tablename__ = "occurrence_roles"
    __table_args__ = (
        CheckConstraint("minimum >= 0 AND maximum >= minimum AND maximum > 0", name="has_places"),
        UniqueConstraint("occurrence_id", "position"),
    )

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(30))
    minimum: Mapped[int]
    maximum: Mapped[int]

    occurrence: Mapped[Occurrence] = relationship(back_populates="roles")

    def with_status(self, status: SignupStatus) -> list[Signup]:
        return [s for s in self.occurrence.signups if s.role_id == self.id and s.status is status]

    @property
    def going(self) -> list[Signup]:
        return sorted(self.with_status(SignupStatus.GOING), key=lambda s: (s.asked_at, s.id))

    @property
    def waiting(self) -> list[Signup]:
        """Those waiting for a place, longest first."""
        return sorted(self.with_status(SignupStatus.WAITING), key=lambda s: (s.asked_at, s.id))

    @property
    def is_full(self) -> bool:
        return len(self.with_status(SignupStatus.GOING)) >= self.maximum

    @property
    def missing(self) -> int:
        return max(0, self.minimum - len(self.with_status(SignupStatus.GOING)))

    @property
    def free(self) -> int:
        return max(0, self.maximum - len(self.with_status(SignupStatus.GOING)))


class Signup(Model):
    """A person's place on one date, or place in the queue. One row for a person and date."""

    __tablename__ = "signups"
    __table_args__ = (UniqueConstraint("occurrence_id", "person_id"),)

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("occurrence_roles.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    status: Mapped[SignupStatus] = mapped_column(choice(SignupStatus))
    # The queue follows this; coming back after withdrawing means its end.
    asked_at: Mapped[datetime]
    # Who asked: the person, or a coordinator for them.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # When they said that they can't come; who looks for a stand-in still has the place.
    excused_at: Mapped[datetime | None]
    # Said within the team's notice. Not coming without a word is another thing.
    is_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    excuse: Mapped[Excuse | None] = mapped_column(choice(Excuse))
    # In their own words, for coordinators only: it may speak of an illness.
    excuse_note: Mapped[str | None] = mapped_column(Sealed())

    occurrence: Mapped[Occurrence] = relationship(back_populates="signups")
    role: Mapped[OccurrenceRole] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])

    @property
    def is_active(self) -> bool:
        return self.status is not SignupStatus.WITHDRAWN

    @property
    def is_going(self) -> bool:
        return self.status is SignupStatus.GOING

    @property
    def is_waiting(self) -> bool:
        return self.status is SignupStatus.WAITING

    @property
    def is_looking(self) -> bool:
        """Whether they can't come, and keep the place until somebody comes instead."""
        return self.excused_at is not None and self.is_going

    @property
    def is_excused(self) -> bool:
        """Whether they said that they can't come, early or late, and have given the place back."""
        return self.excused_at is not None and not self.is_active

    @property
    def was_excused_after_the_start(self) -> bool:
        """Could not come, and said so when it had begun: neither late nor not coming silently."""
        return self.excused_at is not None and self.occurrence.has_started(self.excused_at)

    @property
    def was_entered_by_somebody_else(self) -> bool:
        return self.by_id != self.person_id

    @property
    def place_in_queue(self) -> int:
        """1 for who gets the next free place."""
        return self.role.waiting.index(self) + 1
