"""A deed, from when it is put down until somebody else has confirmed it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core.columns import Choice, WallTime
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.people.models import Person
from volunteer.teams.models import Team

# Nobody's hours of one day count beyond this.
MOST_MINUTES = 12 * 60


class DeedKind(StrEnum):
    VISIT = "visit"
    HELP = "help"


class Deed(Model):
    """What one volunteer did at one visit, or for one request. It counts once it is confirmed.

    It says nothing of whom it was done for: it stands on certificates and in files.
    """

    __tablename__ = "deeds"
    __table_args__ = (
        UniqueConstraint("visit_id", "person_id"),
        UniqueConstraint("help_request_id", "person_id"),
        # What waits in a team, and what stands on its certificates, is found by its day.
        Index("ix_deeds_team_id_wall_starts", "team_id", "wall_starts"),
        CheckConstraint("(visit_id IS NULL) <> (help_request_id IS NULL)", name="is_of_one_thing"),
        CheckConstraint(f"minutes BETWEEN 0 AND {MOST_MINUTES}", name="at_most_twelve_hours"),
        CheckConstraint("confirmed_by_id <> person_id", name="nobody_their_own"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_by_somebody"
        ),
        CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by_id IS NULL)", name="somebody_opens_it_again"
        ),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[DeedKind] = mapped_column(Choice(DeedKind))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    help_request_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"))
    # What the clock on the wall shows in the team's zone; the moment follows from it.
    wall_starts: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    # At first as it was put down; then what counts. Nought: it does not.
    minutes: Mapped[int]
    # Nobody has written down how long it took.
    is_guessed: Mapped[bool] = mapped_column(default=False)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    # When it was opened again to be corrected, the last time; the trail knows what counted before.
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reopened_at: Mapped[datetime | None]
    reopen_reason: Mapped[str] = mapped_column(Sealed(), default="")

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    reopened_by: Mapped[Person | None] = relationship(foreign_keys=[reopened_by_id])

    @property
    def is_visit(self) -> bool:
        return self.kind is DeedKind.VISIT

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def day(self) -> date:
        return self.wall_starts.date()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def wall_ends(self) -> datetime:
        return self.team.wall(self.ends_at)
