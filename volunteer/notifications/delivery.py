"""Send what is due: claim with a lease, write, send outside any transaction, note.

At least once, never lost: a letter is noted while the next one is announced, and before that one
goes. So a sender that dies before the note sends that one letter again when its lease has run
out, and no other.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from uuid import uuid4

from sqlalchemy.exc import DBAPIError

from volunteer.core import clock
from volunteer.core.database import Write, session, transaction, write_alone
from volunteer.notifications import bounces, claiming, devices, hints, letters, outbox, rationing
from volunteer.notifications.channels import NoDevice, Refused, Sender, Unreachable
from volunteer.notifications.letters import Draft, Letter
from volunteer.notifications.lines import DEADLINE_SECONDS
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.notifications.pauses import Pauses, nothing

log = logging.getLogger(__name__)

# What carries the messages of a channel; opened at its first one.
OpenSender = Callable[[Channel], Sender]
# Messages with the drafts of their letters, in the order in which they go.
Drafts = Sequence[tuple[OutboxMessage, Draft]]

DEADLINE = timedelta(seconds=DEADLINE_SECONDS)
# A letter says what was true at most this long ago; an older one is written anew before it goes,
# so that whoever cancels wins over whoever sends.
FRESH_FOR = timedelta(milliseconds=700)
# One run ends after this time and the next tick goes on: the clock is seen to tick meanwhile.
RUN_LASTS = timedelta(seconds=60)
# So many letters in a row that nobody takes, or one call this slow, and the channel rests until
# the next tick: the other channels are not to wait for it.
TIRED_AFTER = 3
SLOW = DEADLINE / 2
# Where a batch goes while its letters are fresh, the next one is larger: what a batch costs, such
# as reading a team's week, is paid by more letters. At most so many times the size that is set.
GROWS_UP_TO = 5
NOT_WRITTEN = "not written"


def send_due(
    open_sender: OpenSender, *, lease: timedelta, at_most: int, batches: int = 1000
) -> int:
    """Send the messages whose time has come, oldest first; say how many went.

    Claims `at_most` of one channel at a time (more where they go quickly), the channels in turn.
    One that fails waits for its next turn without holding back those behind it. What has expired
    is marked, not sent.
    """
    claiming.expire(clock.now())
    ends_at = clock.now() + RUN_LASTS
    sent = 0
    with ExitStack() as opened:
        lines = deque(Line(channel, open_sender, opened) for channel in due_channels())
        for _turn in range(batches):
            if not lines or clock.now() >= ends_at:
                break
            line = lines.popleft()
            batch = Batch.claim(line, lease=lease, at_most=at_most * line.size)
            if batch is None:
                continue
            sent += batch.send()
            line.size = min(line.size * 2, GROWS_UP_TO) if batch.went_fresh else 1
            if not line.is_tired:
                lines.append(line)
    return sent


def due_channels() -> list[Channel]:
    with transaction():
        return list(claiming.channels_due(clock.now()))


@dataclass
class Line:
    """One channel in one run: its sender, opened when there is something to send, and its mood."""

    channel: Channel
    open_sender: OpenSender
    opened: ExitStack
    sender: Sender | None = None
    failures: int = 0
    is_tired: bool = False
    # How many times the usual number it takes at once.
    size: int = 1

    def hand_over(self, message: OutboxMessage, letter: Letter, pauses: Pauses) -> Sender:
        """Raises Refused or Unreachable."""
        if self.sender is None:
            self.sender = self.opened.enter_context(self.open_sender(self.channel))
        began = clock.now()
        try:
            self.sender.send(message, letter, pauses)
        except Unreachable:
            self.failures += 1
            self.is_tired = self.failures >= TIRED_AFTER or clock.now() - began > SLOW
            raise
        self.failures = 0
        return self.sender


@dataclass
class Batch:
    """Messages that are ours until the lease ends. `chunk`: how many are written at a time."""

    line: Line
    token: str
    until: datetime
    lease: timedelta
    waiting: deque[int]
    chunk: int
    written_at: datetime = field(default_factory=clock.now)
    # Whether no letter grew old before its turn.
    went_fresh: bool = True
    # Notes down that the last letter went.
    note_last: Callable[[], None] = nothing
    # What notes are written by.
    write_note: Write = field(init=False)

    @classmethod
    def claim(cls, line: Line, *, lease: timedelta, at_most: int) -> "Batch | None":
        token = uuid4().hex
        until = clock.now() + lease
        numbers = rationing.claim(token, line.channel, lease=lease, at_most=at_most)
        return cls(line, token, until, lease, deque(numbers), len(numbers)) if numbers else None

    def send(self) -> int:
        sent = 0
        while self.waiting:
            if self.line.is_tired or self.may_run_out():
                claiming.give_back(self.waiting, self.token)
                break
            sent += self.send_some()
        return sent

    def may_run_out(self) -> bool:
        """Whether the lease may end during the next call: another sender would send it too."""
        return self.until - clock.now() < min(DEADLINE, self.lease / 2)

    def send_some(self) -> int:
        """Write the next letters and send them while what they say is sure to be true."""
        numbers = [self.waiting.popleft() for _n in range(min(self.chunk, len(self.waiting)))]
        drafts = deque(self.write(numbers))
        sent = tried = 0
        with write_alone() as self.write_note:
            try:
                while drafts:
                    if self.line.is_tired or self.may_run_out() or (tried and self.is_stale()):
                        break
                    tried += 1
                    sent += self.send_one(*drafts.popleft(), drafts)
            finally:
                self.catch_up()
        if drafts:
            self.waiting.extendleft(reversed([message.id for message, _draft in drafts]))
            # A slow line: write only as many as go while they are fresh.
            self.chunk = max(1, tried)
            self.went_fresh = False
        return sent

    def is_stale(self) -> bool:
        return not timedelta(0) <= clock.now() - self.written_at <= FRESH_FOR

    def write(self, numbers: list[int]) -> Drafts:
        """Drafts of the letters that are true now; the rest is dropped.

        When one can't be written, each is written by itself, and that one waits for its next turn.
        """
        self.written_at = clock.now()
        try:
            # One transaction around all of it: one begun inside would forget the messages. Nothing
            # of the database is held after it, while we talk to the outside.
            with transaction():
                messages = claiming.load(numbers, self.token)
                written = letters.drafts(messages)
                if untrue := [message.id for message in messages if message.id not in written]:
                    claiming.drop(untrue, self.token)
        except DBAPIError:
            raise
        except Exception as fault:
            # A fault of ours in any one writer: it is logged when each is written by itself.
            if len(numbers) == 1:
                self.put_off(numbers[0], fault)
            else:
                self.chunk = 1
                self.waiting.extendleft(reversed(numbers))
            return []
        # To whom, and where, stays as it was when the letter was written.
        for one in {*messages, *(message.person for message in messages)}:
            session.expunge(one)
        drafts = [(m, written[m.id]) for m in messages if m.id in written]
        if self.line.channel is not Channel.EMAIL:
            # The others ask the database on their way, and with that the session forgets.
            draw_ahead(drafts)
        return drafts

    def put_off(self, number: int, fault: Exception) -> None:
        """A fault of ours: this message waits for its next turn."""
        log.error("message number %d could not be written", number, exc_info=fault)
        claiming.postpone(number, self.token, NOT_WRITTEN)

    def catch_up(self) -> None:
        """Note down the letter that went last, if nobody has yet."""
        note, self.note_last = self.note_last, nothing
        note()

    def send_one(self, message: OutboxMessage, draft: Draft, later: Drafts) -> int:
        """Send this one; while the other side takes it, put the next one into words."""
        pauses = Pauses(self.catch_up, lambda: draw_ahead(later, 1))
        try:
            letter = words_of(draft)
            sender = self.line.hand_over(message, letter, pauses)
        except (NotWritten, NoDevice, Refused, Unreachable) as trouble:
            # What is asked of the database now makes the session forget what they are made of.
            draw_ahead(later)
            self.see_to(message, trouble)
            return 0
        if sender.keeps:
            claiming.note(message, self.token, MessageStatus.SENT, kept=letter)
        else:
            self.note_last = partial(claiming.note_sent, message, self.token, self.write_note)
        return 1

    def see_to(self, message: OutboxMessage, trouble: Exception) -> None:
        """Write down why it did not go, and what comes next."""
        if isinstance(trouble, NoDevice):
            self.send_otherwise(message)
            return
        if isinstance(trouble, Refused):
            bounces.heed(message, trouble)
            claiming.note(message, self.token, MessageStatus.FAILED, problem=str(trouble))
        elif isinstance(trouble, NotWritten):
            self.put_off(message.id, trouble)
        else:
            claiming.postpone(message.id, self.token, str(trouble))
        # Of the other ways it may name a machine that somebody chose.
        is_mail = message.channel is Channel.EMAIL and not isinstance(trouble, NotWritten)
        why = f", {hints.hint(str(trouble))}" if is_mail else ""
        log.warning("message %s was not sent: %s%s", message.message_id, message.kind, why)

    def send_otherwise(self, message: OutboxMessage) -> None:
        """Of their devices none is left: it goes as they are told from now on."""
        way = devices.way_left(message.person_id)
        if outbox.is_never_called(message.kind, way):
            claiming.note(message, self.token, MessageStatus.FAILED, problem=outbox.NO_WAY)
        else:
            claiming.send_otherwise(message, self.token, way)


class NotWritten(Exception):
    """A fault of ours kept a letter from being put into words."""


def words_of(draft: Draft) -> Letter:
    try:
        return draft()
    except Exception as fault:
        raise NotWritten from fault


def draw_ahead(later: Drafts, count: int | None = None) -> None:
    """Put these, or so many of them, into words before their turn."""
    for _message, draft in islice(later, count):
        # A fault of ours is met again, and seen to, when its turn has come.
        with suppress(Exception):
            draft()
