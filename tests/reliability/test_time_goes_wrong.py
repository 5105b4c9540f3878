"""The clock jumps (R9), or stands still for a while (R10): nothing is lost, repeated, or sent late.

A team hears of its week at half past one on a Sunday morning, in nights in which clocks change; two
members have a place on Monday at ten, and are reminded on Saturday and on Sunday at six. The real
jobs run tick by tick, and a real mail server counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.teams import TeamFactory
from tests.sending import Mailbox, open_mailbox
from volunteer import scheduler
from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.notifications import letters
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people.models import Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY, SUNDAY, MONDAY = range(3)
# In the first of the nights the hour from one to two comes twice in New York, in the second the
# one from two to three never; in Chengdu nothing happens.
NIGHTS = {
    "twice": ("America/New_York", date(2026, 10, 31), time(1, 30)),
    "never": ("America/New_York", date(2027, 3, 13), time(2, 30)),
    "as ever": ("Asia/Shanghai", date(2026, 10, 17), time(1, 30)),
}
JUMPS = [("twice", HOUR), ("twice", -HOUR), ("twice", DAY), ("twice", -DAY), ("twice", 7 * DAY),
         ("never", HOUR), ("never", -HOUR), ("as ever", -DAY)]  # fmt: skip
STOPS = [("as ever", timedelta(minutes=1)), ("as ever", 3 * HOUR), ("as ever", 30 * HOUR),
         ("as ever", 80 * HOUR), ("twice", 3 * HOUR), ("never", 30 * HOUR)]  # fmt: skip


@dataclass
class Story:
    """A weekend of one team, and the service's clock through it."""

    app: Flask
    travel: Any
    mailbox: Mailbox
    zone: str
    saturday: date
    weekly_at: time
    ticks: list[datetime] = field(default_factory=list)

    def at(self, day: int, wall: time) -> datetime:
        return zones.at(self.saturday + timedelta(days=day), wall, self.zone)

    def begin(self) -> None:
        self.travel.move_to(self.at(SATURDAY, time(12)), tick=False)
        team = TeamFactory(zone=self.zone, reminder_time=self.weekly_at)
        activity = ActivityFactory(team=team, zone=self.zone)
        occurrence = OccurrenceFactory(activity=activity, starts_at=self.at(MONDAY, time(10)))
        for _number in range(2):
            SignupFactory(occurrence=occurrence)

    def tick(self) -> None:
        self.ticks.append(clock.now())
        for job in scheduler.JOBS:
            if job.name in {"plan-reminders", "remind-of-duties", "send-outbox"}:
                scheduler.run_inside(self.app, job)()

    def tick_on(self, *, until: datetime) -> None:
        """Every three hours, the first time now."""
        while clock.now() < until:
            self.tick()
            self.travel.shift(3 * HOUR)

    def was_of_use(self, due: datetime, until: datetime) -> bool:
        """Whether the clock ticked while a message was due and still of use."""
        return any(due <= tick < until for tick in self.ticks)

    def sent(self, kind: str) -> dict[datetime, int]:
        """How many messages of this kind arrived, by the moment they fell due."""
        session.expire_all()
        rows = session.query(OutboxMessage, Person.email).join(OutboxMessage.person)
        due: dict[datetime, int] = {}
        for message, email in rows.filter(OutboxMessage.kind == kind):
            if (email, message.message_id) in self.mailbox.got:
                due[message.due_at] = due.get(message.due_at, 0) + 1
        return due


@pytest.fixture
def mailbox(app, monkeypatch) -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": opened.port, "SMTP_SECURITY": "none",
                "MAIL_FROM": "linli@example.org"}  # fmt: skip
        for name, value in mail.items():
            monkeypatch.setitem(app.config, name, value)
        yield opened


@pytest.fixture
def story(night, app, time_machine, mailbox) -> Story:
    made = Story(app, time_machine, mailbox, *NIGHTS[night])
    made.begin()
    return made


def assert_the_books_close(now: datetime) -> None:
    session.expire_all()
    for message in session.query(OutboxMessage):
        # Sent while of use, or too late and said so; what waits is not due yet.
        if message.status is MessageStatus.SENT:
            assert message.ended_at < message.expires_at
        elif message.status is MessageStatus.WAITING:
            assert message.next_try_at > now
        else:
            assert message.status is MessageStatus.EXPIRED
            assert message.ended_at >= message.expires_at


@pytest.mark.parametrize(("night", "jump"), JUMPS)
def test_a_clock_that_jumps_loses_nothing_repeats_nothing_and_sends_nothing_late(story, jump):
    story.tick_on(until=story.at(SUNDAY, time(0, 30)))
    story.travel.shift(jump)
    story.tick_on(until=max(story.at(MONDAY, time(12)), clock.now() + 3 * HOUR))

    weekly = story.at(SUNDAY, story.weekly_at)
    first, second = story.at(SATURDAY, time(18)), story.at(SUNDAY, time(18))
    begins = story.at(MONDAY, time(10))
    assert story.mailbox.repeats == 0
    # At night what is caught up is due in the morning, so these are counted together.
    reminders = story.was_of_use(first, second) + story.was_of_use(second, begins)
    assert sum(story.sent("duty_ahead").values()) == 2 * reminders
    assert story.sent("week_ahead").get(weekly) == (
        2 if story.was_of_use(weekly, weekly + 36 * HOUR) else None
    )
    assert len(story.mailbox.got) >= 2
    assert_the_books_close(story.ticks[-1])


@pytest.mark.parametrize(("night", "stop"), STOPS)
def test_after_a_stop_what_is_still_of_use_goes_once_and_the_rest_is_listed(
    story, stop, monkeypatch
):
    monkeypatch.setitem(letters._writers, "note", lambda ms: {m.id: Letter("s", "t") for m in ms})
    stops = story.at(SUNDAY, time(1, 29))
    story.tick_on(until=stops - HOUR)
    # What was posted before, due at every hour from then on and of use for twelve.
    posted = {
        OutboxMessageFactory(due_at=stops + n * HOUR, expires_at=stops + (n + 12) * HOUR).id
        for n in range(40)
    }
    story.travel.move_to(stops + stop, tick=False)
    back = clock.now()
    for _tick in range(2):
        story.tick()
        story.travel.shift(timedelta(seconds=30))

    session.expire_all()
    for message in session.query(OutboxMessage).filter(OutboxMessage.id.in_(posted)):
        if message.due_at > back + timedelta(seconds=30):
            assert message.status is MessageStatus.WAITING
        else:
            is_of_use = back < message.expires_at
            expected = MessageStatus.SENT if is_of_use else MessageStatus.EXPIRED
            assert message.status is expected
    weekly = story.at(SUNDAY, story.weekly_at)
    is_of_use = weekly <= back < weekly + 36 * HOUR
    assert story.sent("week_ahead").get(weekly) == (2 if is_of_use else None)
    assert story.mailbox.repeats == 0
    assert_the_books_close(story.ticks[-1])
