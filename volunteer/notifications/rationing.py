"""Text messages are rationed: so many for one person and day, so many parts for one team and day.

Each of them costs, and whoever gets ten a day reads none. What is over the limit goes by mail, or
onto the coordinators' call list, and says why; where there is neither, it fails.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func

from volunteer.core import clock, zones
from volunteer.core.database import on_trial, take_turns, transaction
from volunteer.notifications import claiming, letters, outbox, quiet, rations
from volunteer.notifications.claiming import OF_THE_PERSON, OF_THE_TEAM
from volunteer.notifications.letters import Draft
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage

log = logging.getLogger(__name__)

# Whose turn it is to count, among all senders.
TURN = "text messages"


def claim(token: str, channel: Channel, *, lease: timedelta, at_most: int) -> list[int]:
    """The same as claiming.claim(); of text messages only those within the limits, urgent ones
    first. What is over them goes another way at once."""
    if channel is not Channel.SMS:
        return claiming.claim(token, channel, lease=lease, at_most=at_most)
    while True:
        with transaction():
            # Two senders that count side by side would both find room for the last one.
            take_turns(TURN)
            order = [rations.urgency(clock.now())]
            claimed = claiming.claim(token, channel, lease=lease, at_most=at_most, order=order)
            granted = share_out(claimed, token)
        if granted or not claimed:
            return granted


def share_out(claimed: list[int], token: str) -> list[int]:
    """Those of them that are within the limits, in this order.

    What is no longer true is not sent, and must not take the place of what is.
    """
    messages = still_true(claiming.load(claimed, token), token)
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
    """Those of which there is something to say, each with what it costs; the others are dropped,
    as when their turn comes.

    When one can't be written, nothing is known of any of them: the sender finds out which.
    """
    numbers = [message.id for message in messages]
    costs: dict[int, int] = {}
    try:
        # Neither links that nobody gets stay, nor a fault of the database, which would undo that
        # the messages are ours.
        with on_trial():
            costs = {number: cost(draft) for number, draft in letters.drafts(messages).items()}
        written = set(costs)
    except Exception:
        log.warning("letters could not be written before they were counted", exc_info=True)
        written = set(numbers)
    if untrue := [number for number in numbers if number not in written]:
        claiming.drop(untrue, token)
    found = claiming.load([number for number in numbers if number in written], token)
    for message in found:
        remember(message, costs.get(message.id, 1))
    return found


def cost(draft: Draft) -> int:
    """In parts; one that can't be put into words counts as one."""
    try:
        return rations.parts_of(draft().text)
    except Exception:
        # The sender draws it once more, meets the same fault, logs it and puts the letter off.
        return 1


def remember(message: OutboxMessage, parts: int) -> None:
    """What it costs is a number of it like others; that it is one message goes without saying."""
    if parts != message.about.get(rations.PARTS, 1):
        message.about = {**message.about, rations.PARTS: parts}


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

    of_people: Counter[tuple[datetime, int | None]] = field(default_factory=Counter)
    of_teams: Counter[tuple[datetime, int | None]] = field(default_factory=Counter)
    day_of: dict[int, datetime] = field(default_factory=dict)
    now: datetime = field(default_factory=clock.now)

    @classmethod
    def of(cls, messages: Collection[OutboxMessage], token: str) -> "Left":
        left = cls(day_of=days_of(messages))
        people = {message.person_id for message in messages}
        teams = {message.team_id for message in messages if message.team_id is not None}
        for day in set(left.day_of.values()):
            for where, column, numbers, what in (
                (left.of_people, OutboxMessage.person_id, people, func.count()),
                (left.of_teams, OutboxMessage.team_id, teams, rations.parts_in_all()),
            ):
                gone = rations.count_gone(column, numbers, what, day, token)
                where.update({(day, number): count for number, count in gone})
        return left

    def take(self, message: OutboxMessage) -> str | None:
        """Count this one; answers over which limit it is, or None when it may go."""
        # Codes are limited where they are asked for, by the phone.
        if message.kind in outbox.ASKED_FOR:
            return None
        day, ration = self.day_of[message.id], rations.Usual.ration
        person, team = (day, message.person_id), (day, message.team_id)
        parts = message.about.get(rations.PARTS, 1)
        is_urgent = rations.is_urgent(message, self.now)
        # Somebody may be lying on the floor.
        if message.kind not in quiet.NEVER_WAITS:
            gone = self.of_people[person]
            if not ration.of_person.has_room(gone, 1, is_urgent=is_urgent):
                return OF_THE_PERSON
            gone = self.of_teams[team]
            if message.team_id is not None and not ration.of_team.has_room(
                gone, parts, is_urgent=is_urgent
            ):
                return OF_THE_TEAM
        # All these days are today, by one clock or another.
        for begun in set(self.day_of.values()):
            self.of_people[begun, message.person_id] += 1
            self.of_teams[begun, message.team_id] += parts
        return None


def days_of(messages: Iterable[OutboxMessage]) -> dict[int, datetime]:
    """When the day began that is today where each of these messages comes from."""
    messages = list(messages)
    known = rations.Usual.zones_of({m.team_id for m in messages if m.team_id is not None})
    now = clock.now()
    return {
        message.id: rations.day_of(known.get(message.team_id or 0, zones.HOME_ZONE), now)
        for message in messages
    }
