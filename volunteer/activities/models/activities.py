"""Activities, their dates, the roles on a date, and sign-ups."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities import recurrence
from volunteer.activities.models.needs import DangerLevel, HasNeeds, WaitingStyle
from volunteer.core import clock, zones
from volunteer.core.columns import Choice, WallTime
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.core.pressing import LONGEST_FORM_KEY
from volunteer.core.seen import mark_of
from volunteer.people.models import Person
from volunteer.teams.models import Team

if TYPE_CHECKING:
    from volunteer.activities.models.confirmations import Confirmation


class OccurrenceStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class HolidayAnswer(StrEnum):
    GOES_ON = "goes_on"
    MOVED = "moved"
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
    """Something a team does again and again, or once: by a rule, and by the clock of its zone.

    One whose `is_task` is true has a last day for each time and no hour: it is due in the last
    minute of that day, until which people take it on.
    """

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint("ends <> starts", name="takes_time"),
        CheckConstraint("answer_hours BETWEEN 1 AND 48", name="answer_hours_in_two_days"),
        CheckConstraint("cutoff_hours BETWEEN 0 AND 72", name="cutoff_hours_in_three_days"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    summary: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(120))
    # As recurrence.read understands it: RFC 5545, by the lunar calendar RFC 7529.
    rule: Mapped[str]
    # Days on top of the rule, and days of the rule without a date; as 2026-10-14.
    extra_days: Mapped[list[str]] = mapped_column(default=list)
    left_out_days: Mapped[list[str]] = mapped_column(default=list)
    is_task: Mapped[bool] = mapped_column(default=False)
    starts: Mapped[time]
    # Before it starts: on the next day.
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
    # Where people meet first, when that is not the place itself.
    meeting_point: Mapped[str] = mapped_column(String(120), default="")
    # In the open air: heat, frost and rain are asked about.
    is_outdoors: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Else its hours stand on no certificate (志愿服务记录与证明出具办法, article 19).
    is_service: Mapped[bool] = mapped_column(default=True, server_default=true())
    danger_level: Mapped[DangerLevel] = mapped_column(Choice(DangerLevel), default=DangerLevel.NONE)
    waiting_style: Mapped[WaitingStyle] = mapped_column(
        Choice(WaitingStyle), default=WaitingStyle.IN_LINE
    )
    # How long a place is held for who is asked, nights not counted.
    answer_hours: Mapped[int] = mapped_column(default=2)
    # So long before the beginning nobody moves up by themselves any more.
    cutoff_hours: Mapped[int] = mapped_column(default=0)
    # Counts changes of the place and the end, so that only the newest of them is told.
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    leader: Mapped[Person | None] = relationship()
    roles: Mapped[list[ActivityRole]] = relationship(
        back_populates="activity", order_by="ActivityRole.position", cascade="all, delete-orphan"
    )
    occurrences: Mapped[list[Occurrence]] = relationship(back_populates="activity")
    pauses: Mapped[list[ActivityPause]] = relationship(
        back_populates="activity", order_by="ActivityPause.first_on"
    )

    @property
    def series(self) -> recurrence.Series:
        """Which days its rule means, pauses or not."""
        return recurrence.Series(
            rule=recurrence.read(self.rule),
            first_on=self.first_on,
            last_on=self.last_on,
            extra=[date.fromisoformat(day) for day in self.extra_days],
            left_out=[date.fromisoformat(day) for day in self.left_out_days],
        )

    @property
    def series_without_pauses(self) -> recurrence.Series:
        """Which days are to be on the calendar."""
        pauses = [(pause.first_on, pause.last_on) for pause in self.pauses]
        return replace(self.series, pauses=pauses)

    def pause_on(self, day: date) -> ActivityPause | None:
        return next((p for p in self.pauses if p.first_on <= day <= p.last_on), None)

    def has_ended(self, today: date) -> bool:
        return self.last_on is not None and self.last_on < today

    def is_led_by(self, person: Person) -> bool:
        return self.leader_id == person.id


class ActivityPause(Model):
    """Days on which an activity rests, the first and the last included."""

    __tablename__ = "activity_pauses"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="ends_after_it_starts"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    # What people read: 春节.
    reason: Mapped[str] = mapped_column(String(60), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    activity: Mapped[Activity] = relationship(back_populates="pauses")


class DaysOff(Model):
    """Days on which dates of a team were called off together, the first and the last included."""

    __tablename__ = "days_off"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_it_starts"),
        UniqueConstraint("team_id", "form_key"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    # What people read: 下大雨.
    reason: Mapped[str] = mapped_column(String(200))
    called_off_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken_back_at: Mapped[datetime | None]
    # Which page it was sent from: pressed twice, it is done once.
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)


class ActivityRole(HasNeeds, Model):
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
        Choice(OccurrenceStatus), default=OccurrenceStatus.PLANNED
    )
    # Moved or cancelled by hand; changes of the activity leave it alone.
    is_changed: Mapped[bool] = mapped_column(default=False)
    # Counts moves and cancellations, so that only the newest of them is told.
    revision: Mapped[int] = mapped_column(default=0)
    change_note: Mapped[str] = mapped_column(String(200), default="")
    # What the team answered when this date fell on a public holiday.
    holiday_answer: Mapped[HolidayAnswer | None] = mapped_column(Choice(HolidayAnswer))
    # The pause that cancelled it; when the pause is taken back, it takes place again.
    pause_id: Mapped[int | None] = mapped_column(ForeignKey("activity_pauses.id"), index=True)
    # The same of the days off of its team.
    days_off_id: Mapped[int | None] = mapped_column(ForeignKey("days_off.id"), index=True)

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
    def is_task(self) -> bool:
        return self.activity.is_task

    @property
    def day(self) -> date:
        return self.wall_starts.date()

    @property
    def last_day(self) -> date:
        """The day on which it ends; what ends at midnight ends on its evening."""
        return max(self.day, (self.wall_ends - timedelta(seconds=1)).date())

    @property
    def time_mark(self) -> str:
        """From when until when, in one word: what somebody has seen, or said no to."""
        return f"{self.starts_at.timestamp():.0f}-{self.ends_at.timestamp():.0f}"

    @property
    def seen_mark(self) -> str:
        """The mark of when and where: what a page has shown to who answers on it."""
        return mark_of((self.time_mark, self.place))

    @property
    def for_the_trail(self) -> dict[str, Any]:
        """Which date it was, for an audit entry; a date may be moved later."""
        return {"activity": self.title, "date": self.day.isoformat()}

    @property
    def is_cancelled(self) -> bool:
        return self.status is OccurrenceStatus.CANCELLED

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def goes_on(self, now: datetime) -> bool:
        return not self.is_cancelled and self.starts_at <= now < self.ends_at

    def is_its_day(self, now: datetime) -> bool:
        """The day on which it begins; a night watch after midnight as well, until it is over."""
        return zones.day_in(self.activity.zone, now) == self.day or self.goes_on(now)

    def is_open(self, now: datetime) -> bool:
        """Whether places can still be taken and given back."""
        return not self.is_cancelled and not self.has_started(now)

    def takes_walk_ins(self, now: datetime) -> bool:
        """From the morning of its day until it ends, whoever stands at the door can be written
        down."""
        its_day_has_come = zones.day_in(self.activity.zone, now) >= self.day
        return not self.is_cancelled and its_day_has_come and now < self.ends_at

    @property
    def cutoff_at(self) -> datetime:
        """From this moment on nobody moves up by themselves."""
        return self.starts_at - timedelta(hours=self.activity.cutoff_hours)

    def signup_of(self, person: Person | None) -> Signup | None:
        """The person's place or place in the queue, or None."""
        return next(
            (s for s in self.signups if person and s.person_id == person.id and s.is_active), None
        )

    def row_of(self, person_id: int) -> Signup | None:
        """The person's row on this date, given back or not, or None."""
        return next((s for s in self.signups if s.person_id == person_id), None)

    @property
    def offered_roles(self) -> list[OccurrenceRole]:
        """The kinds of work that somebody can still sign up for, full or not."""
        return [role for role in self.roles if not role.is_closed]

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
    def taken(self) -> int:
        """How many have a place, over all roles."""
        return len(self.going)

    @property
    def missing(self) -> int:
        """How many people are still needed, over all roles."""
        return sum(role.missing for role in self.roles)

    @property
    def free(self) -> int:
        """How many places are still free, over all roles."""
        return sum(role.free for role in self.roles)


class OccurrenceRole(HasNeeds, Model):
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
    # The plan has it no more: who has a place in it keeps that, and nobody else gets one.
    is_closed: Mapped[bool] = mapped_column(default=False, server_default=false())

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
    def held(self) -> list[Signup]:
        """Those who wait, are asked, and for whom a place is kept until they answer."""
        return [signup for signup in self.waiting if signup.is_asked]

    @property
    def is_full(self) -> bool:
        return not self.free

    @property
    def missing(self) -> int:
        return max(0, self.minimum - len(self.with_status(SignupStatus.GOING)))

    @property
    def free(self) -> int:
        if self.is_closed:
            return 0
        taken = sum(
            signup.role_id == self.id and (signup.is_going or signup.is_asked)
            for signup in self.occurrence.signups
        )
        return max(0, self.maximum - taken)


class Signup(Model):
    """A person's place on one date, or place in the queue. One row for a person and date."""

    __tablename__ = "signups"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "person_id"),
        UniqueConstraint("occurrence_id", "form_key"),
        CheckConstraint("answer_by IS NULL OR status = 'waiting'", name="only_who_waits_is_asked"),
        # Every list of dates counts who has a place and for whom one is kept: from here alone.
        Index("ix_signups_role", "role_id", "status", "answer_by"),
    )

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("occurrence_roles.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    status: Mapped[SignupStatus] = mapped_column(Choice(SignupStatus))
    # The queue follows this; coming back after withdrawing means its end.
    asked_at: Mapped[datetime]
    # Who asked: the person, or a coordinator for them.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # When they said that they can't come; who looks for a stand-in still has the place.
    excused_at: Mapped[datetime | None]
    # Said within the team's notice. Not coming without a word is another thing.
    is_late: Mapped[bool] = mapped_column(default=False, server_default=false())
    excuse: Mapped[Excuse | None] = mapped_column(Choice(Excuse))
    # In their own words, for coordinators only: it may speak of an illness.
    excuse_note: Mapped[str | None] = mapped_column(Sealed())
    # A place is held for them until this moment, and they are asked whether they want it.
    answer_by: Mapped[datetime | None] = mapped_column(index=True)
    # They were asked and did not answer in time; they wait on, and are not asked again.
    passed_at: Mapped[datetime | None]
    # They stood at the door.
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    # Which page somebody new was written down from: pressed twice, they are one person.
    form_key: Mapped[str | None] = mapped_column(String(LONGEST_FORM_KEY))

    occurrence: Mapped[Occurrence] = relationship(back_populates="signups")
    role: Mapped[OccurrenceRole] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    confirmation: Mapped[Confirmation | None] = relationship(back_populates="signup")

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
    def said(self) -> Confirmation | None:
        """What they have said again of this place, if it still counts: see
        confirmation_queries.is_good."""
        word = self.confirmation
        if word is None or not self.is_going or word.at < self.asked_at:
            return None
        return word if word.starts_at == self.occurrence.starts_at else None

    @property
    def is_asked(self) -> bool:
        """Whether a place is held for them until they answer."""
        return self.is_waiting and self.answer_by is not None

    @property
    def was_entered_by_somebody_else(self) -> bool:
        return self.by_id != self.person_id

    @property
    def place_in_queue(self) -> int:
        """1 for who gets the next free place."""
        return self.role.waiting.index(self) + 1
