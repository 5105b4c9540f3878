"""A round of calls in heat or cold (高温或寒潮电话), and the calls that it is made of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed, SealedJson
from volunteer.elders.models.elders import Elder
from volunteer.elders.models.visits import Visit
from volunteer.people.models import Person
from volunteer.teams.models import Team

# What was noted on paper is typed in by a coordinator for so long after a round.
TYPED_IN_WITHIN = timedelta(days=3)


class WeatherKind(StrEnum):
    """Which warning it is: heat by its colour, or a cold wave."""

    HEAT_YELLOW = "heat_yellow"
    HEAT_ORANGE = "heat_orange"
    HEAT_RED = "heat_red"
    COLD = "cold"


class Outcome(StrEnum):
    """What came of a call. After a no answer it stays open until they are known to be safe."""

    WAITING = "waiting"
    FINE = "fine"
    NEEDS_HELP = "needs_help"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"


class WeatherRound(Model):
    """Everybody who needs it is called once; a team has one round at a time."""

    __tablename__ = "weather_rounds"
    __table_args__ = (
        CheckConstraint("ends_at > began_at", name="ends_after_it_began"),
        one_only("uq_weather_rounds_running", "team_id", where="ended_at IS NULL"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    kind: Mapped[WeatherKind] = mapped_column(Choice(WeatherKind))
    # What callers are to ask.
    words: Mapped[str] = mapped_column(Sealed())
    began_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When it ends by itself.
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # Somebody has said that what takes place outdoors goes on.
    dates_go_on: Mapped[bool] = mapped_column(default=False, server_default=false())

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    began_by: Mapped[Person] = relationship()

    def is_running(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.ends_at

    def takes_results(self, now: datetime) -> bool:
        """Whether what came of a call may still be written down: paper comes later."""
        return now < (self.ended_at or self.ends_at) + TYPED_IN_WITHIN

    def last_call_at(self, now: datetime) -> datetime | None:
        """When somebody called at the latest, now that nobody calls any more; None while they
        do."""
        return None if self.is_running(now) else self.ended_at or self.ends_at


class WeatherCall(Model):
    """One elder in a round: who calls, and what came of it."""

    __tablename__ = "weather_calls"
    __table_args__ = (
        UniqueConstraint("round_id", "elder_id"),
        CheckConstraint("(outcome = 'waiting') = (noted_by_id IS NULL)", name="somebody_noted_it"),
        CheckConstraint("(outcome = 'waiting') = (visit_id IS NULL)", name="what_came_is_a_visit"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("weather_rounds.id"))
    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), index=True)
    # Nobody: the coordinators see to it.
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome), default=Outcome.WAITING)
    note: Mapped[str | None] = mapped_column(Sealed())
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime | None]
    # The call is a visit by phone; in the elder's file it stands among the others.
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    # When they had been seen last before this call, should it be undone.
    seen_before: Mapped[date | None]
    # What had happened to them, where the call ended that somebody is to see them within a day.
    change_before: Mapped[Any] = mapped_column(SealedJson(), nullable=True)

    round: Mapped[WeatherRound] = relationship(lazy="joined", innerjoin=True)
    elder: Mapped[Elder] = relationship()
    caller: Mapped[Person | None] = relationship(foreign_keys=[caller_id])
    noted_by: Mapped[Person | None] = relationship(foreign_keys=[noted_by_id])
    visit: Mapped[Visit | None] = relationship()

    @property
    def team(self) -> Team:
        return self.round.team

    @property
    def is_noted(self) -> bool:
        return self.outcome is not Outcome.WAITING

    @property
    def is_open_alarm(self) -> bool:
        """Nobody answered, and nobody has made sure yet that they are safe."""
        return self.visit is not None and self.visit.is_open_alarm

    @property
    def is_reached(self) -> bool:
        """Somebody knows how they are."""
        return self.is_noted and not self.is_open_alarm

    @property
    def can_be_undone(self) -> bool:
        """A help request and an alarm are with others by now, and are ended there."""
        return self.outcome in {Outcome.FINE, Outcome.REFUSED}
