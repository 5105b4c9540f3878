"""The outbox."""

import random
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from volunteer.core import clock
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Fingerprint, Sealed
from volunteer.people.models import Person


class Channel(StrEnum):
    """How a message leaves. A call is made by a human, who ticks it; to a group a robot speaks;
    a notice appears on somebody's devices."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    CALL = "call"
    GROUP = "group"


class MessageStatus(StrEnum):
    """Every message ends in one of the last four."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    # Nobody would be helped by it any more: its time is over.
    EXPIRED = "expired"
    # It stopped being true before it went: a date cancelled, a place given back.
    DROPPED = "dropped"


# How long a message waits after each failure, and up to a quarter longer: those that failed
# together are not to knock together again.
RETRY_AFTER = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
)
JITTER = 0.25


def pause_after(failures: int) -> timedelta:
    return RETRY_AFTER[failures] * random.uniform(1, 1 + JITTER)  # noqa: S311 - only to spread


def new_message_id() -> str:
    return secrets.token_hex(16)


class OutboxMessage(Model):
    """One message to one person by one channel. The key makes a second one impossible."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index("ix_outbox_messages_due", "status", "channel", "next_try_at"),
        Index("ix_outbox_messages_team", "team_id", "due_at"),
        Index("ix_outbox_messages_ended", "ended_at"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    # What the letter is about, as numbers; its sentences are written when it is sent.
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[MessageStatus] = mapped_column(
        Choice(MessageStatus), default=MessageStatus.WAITING
    )
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    # Stays the same at every attempt, so that a repeated mail can be recognised.
    message_id: Mapped[str] = mapped_column(String(64), default=new_message_id)
    ended_at: Mapped[datetime | None]
    # Who ticked it, when it was a call.
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    problem: Mapped[str | None] = mapped_column(String(200))
    # Only in the demo, where no message leaves: what would have gone out.
    kept_subject: Mapped[str | None] = mapped_column(Sealed())
    kept_text: Mapped[str | None] = mapped_column(Sealed())
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def is_over(self) -> bool:
        return self.status is not MessageStatus.WAITING

    @property
    def has_tries_left(self) -> bool:
        return self.attempts < len(RETRY_AFTER)

    @property
    def can_be_called(self) -> bool:
        """Whether it failed, and somebody can be told on the phone: nobody who has died, and no
        group."""
        return self.has_failed and self.channel is not Channel.GROUP

    @property
    def has_failed(self) -> bool:
        """Whether it did not arrive, and somebody is there to hear it; a group always is."""
        is_there = self.channel is Channel.GROUP or self.person.died_on is None
        return self.status is MessageStatus.FAILED and is_there

    def can_go_again(self, now: datetime) -> bool:
        """Whether it failed, and would still be of use."""
        return self.has_failed and self.channel is not Channel.CALL and self.expires_at > now

    def end(self, status: MessageStatus, now: datetime, problem: str | None = None) -> None:
        self.status = status
        self.ended_at = now
        self.lease = self.lease_until = None
        self.problem = problem[:200] if problem else None

    def go_by(self, channel: Channel) -> None:
        """From now on it waits to go by this channel; whoever was about to send it does not."""
        self.channel, self.attempts, self.problem = channel, 0, None
        self.lease = self.lease_until = None

    def postpone(self, now: datetime, problem: str) -> None:
        """Try again later, each time after a longer pause; give up after the last one."""
        self.problem = problem[:200]
        self.lease = self.lease_until = None
        if not self.has_tries_left:
            self.end(MessageStatus.FAILED, now, problem)
            return
        self.next_try_at = now + pause_after(self.attempts)
        self.attempts += 1


ADDRESS_MARK = Fingerprint("address")


class RobotKind(StrEnum):
    """Whose group the robot sits in."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    # Any other, by an address of Apprise.
    OTHER = "other"


class GroupRobot(Model):
    """A robot that may write into a team's group. Whoever knows its address may too, so it is
    sealed."""

    __tablename__ = "group_robots"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    kind: Mapped[RobotKind] = mapped_column(Choice(RobotKind))
    # By which coordinators tell one group from another.
    name: Mapped[str] = mapped_column(Sealed())
    url: Mapped[str] = mapped_column(Sealed())
    # Signs each message, where the group asks for it.
    secret: Mapped[str | None] = mapped_column(Sealed())
    # When it spoke within the last minute, in seconds since 1970.
    said_at: Mapped[list[Any]] = mapped_column(JSON, default=list)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    made_by: Mapped[Person] = relationship()


class Device(Model):
    """A browser that shows notices to its person, also while no page of ours is open.

    Its address at the push service and its two keys are all that is needed to write to it, so
    they are sealed. A shared phone may show notices to each of its people.
    """

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("person_id", "address_mark"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # By which people tell one from another: the browser, and on what it runs.
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(Sealed())
    address_mark: Mapped[str] = mapped_column(ADDRESS_MARK)
    key: Mapped[str] = mapped_column(Sealed())
    secret: Mapped[str] = mapped_column(Sealed())
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    @validates("address")
    def _mark_address(self, _key: str, address: str) -> str:
        self.address_mark = ADDRESS_MARK.of_text(address) or ""
        return address
