"""How much may go as text messages in a day, for one person and for one team, and how much has.

A person's is counted in messages, for it is they who read them; a team's in what operators bill:
each part of a long one. The end of each day's ration is kept for what is urgent. Days are those of
the team's clock.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.notifications import outbox, quiet, sms
from volunteer.notifications.claiming import OF_THE_TEAM
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

# What people go by today: of no use tomorrow, so it goes before what is due as well.
CHANGES = {
    "date_cancelled", "date_moved", "date_restored", "activity_changed", "activity_moved",
    "activity_ended", "activity_paused", "dates_called_off", "dates_back_on",
    "visit_cancelled", "visit_moved", "meal_changed", "help_called_off",
}  # fmt: skip
SOON = timedelta(days=1)
# Under which name a message remembers that it is more than one part.
PARTS = "parts"

ZonesOf = Callable[[Collection[int]], Mapping[int, str]]


@dataclass(frozen=True)
class Share:
    """How much goes in a day, and how much of it only for what is urgent."""

    most: int
    kept: int

    def has_room(self, gone: int, more: int, *, is_urgent: bool) -> bool:
        """Whether so much more may go after this; what is urgent may while anything is left."""
        return gone < self.most if is_urgent else gone + more <= self.most - self.kept

    def is_near_its_end(self, gone: int) -> bool:
        """Whether soon, or already, only what is urgent goes."""
        return gone > 0 and gone >= self.most - max(2 * self.kept, 1)


@dataclass(frozen=True)
class Ration:
    """How many parts one person, and one team, may be sent in a day; and who signs each text."""

    person: int = 3
    team: int = 200
    signature: str = ""

    @property
    def of_person(self) -> Share:
        """The last one of the day is kept, where there are more."""
        return Share(self.person, kept=1 if self.person > 1 else 0)

    @property
    def of_team(self) -> Share:
        return Share(self.team, kept=self.team // 10)


def all_at_home(_teams: Collection[int]) -> Mapping[int, str]:
    return {}


class Usual:
    """What is true of this installation."""

    ration = Ration()
    # By which clocks teams live; they are known further up.
    zones_of: ZonesOf = staticmethod(all_at_home)


def use(ration: Ration) -> None:
    Usual.ration = ration


def days_by(zones_of: ZonesOf) -> None:
    """From now on a team's day is that of the zone that this answers."""
    Usual.zones_of = staticmethod(zones_of)


def parts_of(text: str) -> int:
    """How many parts this costs, with the name of who signs it in front."""
    return sms.count_parts(sms.signed(Usual.ration.signature, text))


def urgency(now: datetime) -> ColumnElement[int]:
    """What somebody waits for goes first, then what has changed for today, then all else."""
    is_change = OutboxMessage.kind.in_(CHANGES) & (OutboxMessage.expires_at <= now + SOON)
    return case((OutboxMessage.kind.in_(quiet.NEVER_WAITS), 0), (is_change, 1), else_=2)


def is_urgent(message: OutboxMessage, now: datetime) -> bool:
    """The same, of what may have the end of a ration; alarms have no need of it."""
    return message.kind in CHANGES and message.expires_at <= now + SOON


def day_of(zone: str, now: datetime) -> datetime:
    """When the day began that it is there."""
    return zones.at(zones.day_in(zone, now), time(0), zone)


def count_gone(
    column: InstrumentedAttribute[Any],
    numbers: Collection[int],
    what: ColumnElement[int],
    day: datetime,
    token: str = "",
) -> list[tuple[int, int]]:
    """What each of these has been sent since then, in messages or parts, or is being sent by
    somebody else: that has been counted, and let through."""
    if not numbers:
        return []
    rows = session.execute(
        select(column, what).where(column.in_(numbers), has_gone(day, token)).group_by(column)
    )
    return [(number, int(count)) for number, count in rows]


def parts_in_all() -> ColumnElement[int]:
    return func.sum(func.coalesce(OutboxMessage.about[PARTS].as_integer(), 1))


def has_gone(day: datetime, token: str) -> ColumnElement[bool]:
    sent = and_(OutboxMessage.status == MessageStatus.SENT, OutboxMessage.ended_at >= day)
    is_going = and_(
        OutboxMessage.status == MessageStatus.WAITING,
        OutboxMessage.lease_until > clock.now(),
        OutboxMessage.lease != token,
    )
    return and_(
        OutboxMessage.channel == Channel.SMS,
        OutboxMessage.kind.not_in(outbox.ASKED_FOR),
        or_(sent, is_going),
    )


@dataclass(frozen=True)
class Used:
    """How much of a team's ration has gone today, and how many messages became calls for want of
    it."""

    gone: int
    most: int
    kept: int
    to_call: int
    is_worth_saying: bool


def of_team_today(team_id: int, zone: str) -> Used:
    share, day = Usual.ration.of_team, day_of(zone, clock.now())
    gone = select(parts_in_all()).where(OutboxMessage.team_id == team_id, has_gone(day, ""))
    calls = select(func.count()).where(
        OutboxMessage.team_id == team_id,
        OutboxMessage.channel == Channel.CALL,
        OutboxMessage.status == MessageStatus.WAITING,
        OutboxMessage.problem == OF_THE_TEAM,
        OutboxMessage.next_try_at >= day,
    )
    found = session.execute(
        select(func.coalesce(gone.scalar_subquery(), 0), calls.scalar_subquery())
    ).one()
    parts, to_call = int(found[0]), int(found[1])
    is_worth_saying = bool(to_call) or share.is_near_its_end(parts)
    return Used(parts, share.most, share.kept, to_call, is_worth_saying)
