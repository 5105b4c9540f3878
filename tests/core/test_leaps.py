"""A clock that leaps: forgetting and filling calendars wait a day, and nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.activities import ActivityFactory
from volunteer import scheduler
from volunteer.core import clock, heartbeat, leaps
from volunteer.core.database import session
from volunteer.scheduler import Job

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to(datetime(2026, 10, 12, 12, tzinfo=UTC), tick=False)


@pytest.fixture
def ran(app):
    """Runs these jobs once, and answers which of them did anything."""

    def run() -> list[str]:
        done: list[str] = []
        for name in ("forget-old-elders", "extend-calendars", "send-outbox"):
            job = Job(name, "SEND_EVERY_SECONDS", lambda name=name: done.append(name))
            scheduler.run_inside(app, job)()
        return done

    return run


def test_in_ten_years_a_machine_has_forgotten_nobody_half_a_minute_later(ran, time_machine):
    assert ran() == ["forget-old-elders", "extend-calendars", "send-outbox"]

    time_machine.shift(timedelta(days=3650))
    assert ran() == ["send-outbox"]
    time_machine.shift(30)
    assert ran() == ["send-outbox"]
    # All is alive meanwhile, and seen to be.
    assert not heartbeat.is_silent(clock.now())


def test_put_right_it_goes_on_making_dates(app, time_machine):
    activity = ActivityFactory()
    job = next(job for job in scheduler.JOBS if job.name == "extend-calendars")
    for days in (0, 3650, -3650):
        time_machine.shift(timedelta(days=days))
        scheduler.run_inside(app, job)()

    session.refresh(activity)
    assert activity.planned_until <= clock.now().date() + timedelta(weeks=13)


def test_put_right_it_forgets_again_at_once(ran, time_machine):
    ran()
    time_machine.shift(timedelta(days=3650))
    ran()

    time_machine.shift(timedelta(days=-3650))

    assert ran() == ["forget-old-elders", "extend-calendars", "send-outbox"]


def test_after_a_long_stop_it_waits_a_day(ran, time_machine):
    ran()
    time_machine.shift(leaps.LEAP + timedelta(seconds=1))
    assert ran() == ["send-outbox"]

    for _half in range(2):
        time_machine.shift(leaps.WAIT / 2)
        last = ran()

    assert last == ["forget-old-elders", "extend-calendars", "send-outbox"]


def test_a_weekend_without_electricity_is_no_leap(ran, time_machine):
    ran()
    time_machine.shift(leaps.LEAP)

    assert ran() == ["forget-old-elders", "extend-calendars", "send-outbox"]


def test_a_job_that_begins_later_waits_with_the_others(ran, time_machine):
    ran()
    time_machine.shift(timedelta(days=3650))
    ran()

    assert leaps.must_wait("forget-what-is-new", clock.now())


def test_every_job_that_waits_is_there():
    assert {job.name for job in scheduler.JOBS} >= scheduler.FILL_CALENDARS


def test_all_that_forgets_says_so_by_its_name():
    forgetting = {job.name for job in scheduler.JOBS if job.forgets}

    assert {job.name for job in scheduler.JOBS if "forget" in job.run.__name__} - forgetting == {
        "remind-of-forgetting"
    }
