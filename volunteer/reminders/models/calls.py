"""Whom somebody is to call before a date, what they said, and how the calls are shared out."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.people.models import Person
from volunteer.teams.models import Team

# A share in which nobody has called for so long is the backup caller's as well.
BACKUP_AFTER = timedelta(hours=2)


class CallResult(StrEnum):
    """What came of a call. After the last three the person is still to be called."""

    COMES = "comes"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNCLEAR = "unclear"
    WAITING = "waiting"


class CallShare(Model):
    """The calls that one caller of a phone tree makes, and who makes them if they can't."""

    __tablename__ = "call_shares"
    __table_args__ = (CheckConstraint("caller_id <> backup_id", name="backup_is_another"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    caller_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    backup_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Since when the backup caller has it, because the caller said so.
    handed_on_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship()
    caller: Mapped[Person] = relationship(foreign_keys=[caller_id])
    backup: Mapped[Person] = relationship(foreign_keys=[backup_id])
    calls: Mapped[list[Call]] = relationship(back_populates="share")

    def is_with_backup(self, now: datetime) -> bool:
        """Handed on, or left alone too long."""
        if self.handed_on_at is not None:
            return True
        is_untouched = all(not call.tries for call in self.calls)
        return is_untouched and now >= self.made_at + BACKUP_AFTER

    def holders(self, now: datetime) -> set[int]:
        """Who may see these names and numbers now, besides coordinators."""
        if self.handed_on_at is not None:
            return {self.backup_id}
        return {self.caller_id, self.backup_id} if self.is_with_backup(now) else {self.caller_id}


class Call(Model):
    """A person who is to be asked by phone whether they come. A date that moves is asked anew."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "person_id", "starts_at"),
        CheckConstraint("(result = 'waiting') = (noted_by_id IS NULL)", name="somebody_noted_it"),
        CheckConstraint("tries >= 0", name="tries_are_counted"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # The beginning about which they are asked.
    starts_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    share_id: Mapped[int | None] = mapped_column(ForeignKey("call_shares.id"), index=True)
    result: Mapped[CallResult] = mapped_column(Choice(CallResult), default=CallResult.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    # What they said, in the caller's words.
    note: Mapped[str | None] = mapped_column(Sealed())
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship()
    occurrence: Mapped[Occurrence] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    noted_by: Mapped[Person | None] = relationship(foreign_keys=[noted_by_id])
    share: Mapped[CallShare | None] = relationship(back_populates="calls")

    @property
    def is_done(self) -> bool:
        return self.result in {CallResult.COMES, CallResult.DECLINED}
