"""When each job of the clock last ran, so that a clock standing still is seen."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from volunteer.core import clock, heartbeat
from volunteer.core.database import session
from volunteer.core.heartbeat import SILENCE, Heartbeat

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to(datetime(2026, 10, 12, 12, tzinfo=UTC), tick=False)


def test_a_database_that_expects_no_clock_is_not_silent():
    assert heartbeat.last_beat() is None
    assert not heartbeat.is_silent(clock.now())


def test_a_job_that_ran_a_moment_ago_is_not_silent_and_one_that_stands_still_is(time_machine):
    heartbeat.beat("send-outbox")

    time_machine.shift(SILENCE)
    assert not heartbeat.is_silent(clock.now())
    time_machine.shift(1)
    assert heartbeat.is_silent(clock.now())


def test_one_job_that_stands_still_is_enough(time_machine):
    heartbeat.beat("plan-reminders")
    time_machine.shift(SILENCE)
    time_machine.shift(1)
    heartbeat.beat("send-outbox")

    assert heartbeat.is_silent(clock.now())


def test_beating_again_moves_the_same_row(time_machine):
    heartbeat.beat("send-outbox")
    time_machine.shift(60)
    heartbeat.beat("send-outbox")

    assert heartbeat.last_beat() == clock.now()


def test_a_job_that_never_starts_is_seen_and_one_that_is_gone_is_not_missed(time_machine):
    heartbeat.beat("old-job")
    heartbeat.expect(["send-outbox"])
    assert session.scalars(select(Heartbeat.job)).all() == ["send-outbox"]

    time_machine.shift(SILENCE)
    time_machine.shift(1)

    assert heartbeat.is_silent(clock.now())
