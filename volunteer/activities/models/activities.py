"""What a team does again and again, and when one such activity rests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities import recurrence
from volunteer.activities.models.needs import DangerLevel, WaitingStyle
from volunteer.core import clock, zones
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.people.models import Person
from volunteer.teams.models import Team

if TYPE_CHECKING:
    from volunteer.activities.models.occurrences import Occurrence
    from volunteer.activities.models.roles import ActivityRole


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

    def has_leader_to_call(self, person: Person) -> bool:
        """Whether somebody else leads it, whom this person can reach by phone."""
        return bool(self.leader and self.leader.phone) and not self.is_led_by(person)


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
