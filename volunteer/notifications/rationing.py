"""Text messages are rationed: so many for one person and day, so many for one team and day.

Each of them costs, and whoever gets ten a day reads none. What is over the limit is not lost: it
goes by mail, or onto the coordinators' call list, and says why. Days are those of the team's clock.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.core import clock, zones
from volunteer.core.database import on_trial, session, take_turns, transaction
from volunteer.notifications import claiming, letters, outbox, quiet
from volunteer.notifications.claiming import OF_THE_PERSON, OF_THE_TEAM
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

log = logging.getLogger(__name__)

# What people go by today: of no use tomorrow, so it goes before what is due as well.
CHANGES = {
    "date_cancelled", "date_moved", "date_restored", "activity_moved", "activity_ended",
    "activity_paused", "dates_called_off", "dates_back_on", "visit_cancelled", "visit_moved",
    "meal_changed", "help_called_off",
}  # fmt: skip
SOON = timedelta(days=1)
# Whose turn it is to count, among all senders.
TURN = "text messages"

ZonesOf = Callable[[Collection[int]], Mapping[int, str]]


@dataclass(frozen=True)
class Ration:
    """How many text messages one person, and one team, may be sent in a day."""

    person: int = 3
    team: int = 200


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


def claim(token: str, channel: Channel, *, lease: timedelta, at_most: int) -> list[int]:
    """The same as claiming.claim(); of text messages only those within the limits, urgent ones
    first. What is over them goes another way at once."""
    if channel is not Channel.SMS:
        return claiming.claim(token, channel, lease=lease, at_most=at_most)
    while True:
        with transaction():
            # Two senders that count side by side would both find room for the last one.
            take_turns(TURN)
            order = [urgency(clock.now())]
            claimed = claiming.claim(token, channel, lease=lease, at_most=at_most, order=order)
            granted = share_out(claimed, token)
        if granted or not claimed:
            return granted


def urgency(now: datetime) -> ColumnElement[int]:
    """What somebody waits for goes first, then what has changed for today, then all else."""
    is_change = OutboxMessage.kind.in_(CHANGES) & (OutboxMessage.expires_at <= now + SOON)
    return case((OutboxMessage.kind.in_(quiet.NEVER_WAITS), 0), (is_change, 1), else_=2)


def share_out(claimed: list[int], token: str) -> list[int]:
    """Those of them that are within the limits, in this order."""
    messages = claiming.load(claimed, token)
    over = over_limits(messages, token)
    if over:
        # What is no longer true is not sent, and must not take the place of what is.
        messages = still_true(messages, token)
        over = over_limits(messages, token)
    for message in messages:
        if message.id in over:
            send_otherwise(message, token, over[message.id])
    return [message.id for message in messages if message.id not in over]


def over_limits(messages: Collection[OutboxMessage], token: str) -> dict[int, str]:
    """Which of them are over which limit, when those before them go."""
    left = Left.of(messages, token)
    found = {message.id: left.take(message) for message in messages}
    return {number: over for number, over in found.items() if over is not None}


def still_true(messages: Sequence[OutboxMessage], token: str) -> list[OutboxMessage]:
    """Those of which there is something to say; the others are dropped, as when their turn comes.

    When one can't be written, nothing is known of any of them: the sender finds out which.
    """
    numbers = [message.id for message in messages]
    try:
        # Neither links that nobody gets stay, nor a fault of the database, which would undo that
        # the messages are ours.
        with on_trial():
            written = set(letters.drafts(messages))
    except Exception:
        log.warning("letters could not be written before they were counted", exc_info=True)
        written = set(numbers)
    if untrue := [number for number in numbers if number not in written]:
        claiming.drop(untrue, token)
    return claiming.load([number for number in numbers if number in written], token)


def send_otherwise(message: OutboxMessage, token: str, over: str) -> None:
    """By mail, else by a coordinator who calls; where there is neither, it fails and says why."""
    way = Channel.EMAIL if message.person.is_reachable_by_mail else Channel.CALL
    is_lost = outbox.is_never_called(message.kind, way) or (
        way is Channel.CALL and message.team_id is None
    )
    if is_lost:
        claiming.note(message, token, MessageStatus.FAILED, problem=over)
    else:
        claiming.send_otherwise(message, token, way, problem=over)


@dataclass
class Left:
    """What has gone of each ration on its day, as far as these messages ask."""

    of_people: Counter[tuple[datetime, int]] = field(default_factory=Counter)
    of_teams: Counter[tuple[datetime, int]] = field(default_factory=Counter)
    day_of: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, messages: Collection[OutboxMessage], token: str) -> "Left":
        left = cls(day_of=days_of(messages))
        people = {message.person_id for message in messages}
        teams = {message.team_id for message in messages if message.team_id is not None}
        for day in set(left.day_of.values()):
            for where, column, numbers in (
                (left.of_people, OutboxMessage.person_id, people),
                (left.of_teams, OutboxMessage.team_id, teams),
            ):
                gone = count_gone(column, numbers, day, token)
                where.update({(day, number): count for number, count in gone})
        return left

    def take(self, message: OutboxMessage) -> str | None:
        """Count this one; answers over which limit it is, or None when it may go."""
        # Codes are limited where they are asked for, by the phone.
        if message.kind in outbox.ASKED_FOR:
            return None
        day = self.day_of[message.id]
        person, team = (day, message.person_id), (day, message.team_id or 0)
        # Somebody may be lying on the floor.
        if message.kind not in quiet.NEVER_WAITS:
            if self.of_people[person] >= Usual.ration.person:
                return OF_THE_PERSON
            if message.team_id is not None and self.of_teams[team] >= Usual.ration.team:
                return OF_THE_TEAM
        # All these days are today, by one clock or another.
        for begun in set(self.day_of.values()):
            self.of_people[begun, message.person_id] += 1
            self.of_teams[begun, message.team_id or 0] += 1
        return None


def days_of(messages: Iterable[OutboxMessage]) -> dict[int, datetime]:
    """When the day began that is today where each of these messages comes from."""
    messages = list(messages)
    known = Usual.zones_of({m.team_id for m in messages if m.team_id is not None})
    now = clock.now()
    return {
        message.id: beginning_of_day(known.get(message.team_id or 0, zones.HOME_ZONE), now)
        for message in messages
    }


def beginning_of_day(zone: str, now: datetime) -> datetime:
    return zones.at(zones.day_in(zone, now), time(0), zone)


def count_gone(
    column: InstrumentedAttribute[Any], numbers: Collection[int], day: datetime, token: str
) -> list[tuple[int, int]]:
    """How many each of these has been sent since then, or is being sent by somebody else: those
    have been counted, and let through."""
    if not numbers:
        return []
    has_gone = and_(
        OutboxMessage.status == MessageStatus.SENT,
        OutboxMessage.ended_at >= day,
    )
    is_going = and_(
        OutboxMessage.status == MessageStatus.WAITING,
        OutboxMessage.lease_until > clock.now(),
        OutboxMessage.lease != token,
    )
    rows = session.execute(
        select(column, func.count())
        .where(
            column.in_(numbers),
            OutboxMessage.channel == Channel.SMS,
            OutboxMessage.kind.not_in(outbox.ASKED_FOR),
            or_(has_gone, is_going),
        )
        .group_by(column)
    )
    return [(number, count) for number, count in rows]
