"""The clock goes on ticking, whatever becomes of the machine's clock (R9)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from volunteer import scheduler
from volunteer.core.ticking import Ticking

pytestmark = pytest.mark.walks

PATIENCE_SECONDS = 30


@contextmanager
def ticking(kind: type[BlockingScheduler]) -> Iterator[Callable[[], int]]:
    """A clock that ticks every second; answers how often it has."""
    ticks: list[datetime] = []
    clock = kind(timezone="UTC")
    trigger = IntervalTrigger(seconds=1, timezone="UTC")
    clock.add_job(lambda: ticks.append(datetime.now(UTC)), trigger)
    thread = threading.Thread(target=clock.start, daemon=True)
    thread.start()
    try:
        yield lambda: len(ticks)
    finally:
        clock.shutdown(wait=True)
        thread.join(PATIENCE_SECONDS)


def ticks_on(count: Callable[[], int], *, within: float) -> bool:
    """Whether it ticks once more in this time."""
    before, end = count(), time.monotonic() + within
    while time.monotonic() < end:
        if count() > before:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(hours=-1), timedelta(days=7)])
def test_it_ticks_on_when_the_clock_is_set_back_or_on(time_machine, jump):
    time_machine.move_to("2026-10-31T20:00Z", tick=True)
    with ticking(Ticking) as count:
        assert ticks_on(count, within=PATIENCE_SECONDS)

        time_machine.move_to(datetime.now(UTC) + jump, tick=True)

        assert ticks_on(count, within=PATIENCE_SECONDS)
        assert ticks_on(count, within=PATIENCE_SECONDS)


def test_it_never_sleeps_longer_than_until_its_next_job_can_be_due(monkeypatch):
    """As it would when the clock is set back while it looks what is due."""
    job = SimpleNamespace(
        trigger=IntervalTrigger(seconds=7, timezone="UTC"), next_run_time=datetime.now(UTC)
    )
    monkeypatch.setattr(Ticking, "get_jobs", lambda _clock: [job])
    monkeypatch.setattr(BlockingScheduler, "_process_jobs", lambda _clock: 3600.0)

    assert Ticking(timezone="UTC")._process_jobs() == 7


def test_a_plain_scheduler_would_stand_still(time_machine):
    """The control: without our part the test above proves nothing."""
    time_machine.move_to("2026-10-31T20:00Z", tick=True)
    with ticking(BlockingScheduler) as count:
        assert ticks_on(count, within=PATIENCE_SECONDS)

        time_machine.move_to(datetime.now(UTC) - timedelta(days=1), tick=True)
        # One may be under way.
        ticks_on(count, within=1.5)

        assert not ticks_on(count, within=3)


def test_the_services_clock_is_one_of_these(app):
    assert isinstance(scheduler.build_scheduler(app), Ticking)
