"""The whole run believes that it is another hour: `make unit AT=23:30`.

A date of two hours crosses midnight when a test makes it late in the evening, and a day in the
zone of a team is not the day of UTC. Whoever runs the tests at noon never sees it; so this is a
plugin of pytest that moves the clock before the first test is made. It ticks on from there.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

CHENGDU = ZoneInfo("Asia/Shanghai")


def moment(said: str) -> datetime:
    """`23:30` is that hour of today in Chengdu, `2026-12-31T23:30` that of the day named."""
    try:
        wall = datetime.combine(datetime.now(CHENGDU), time.fromisoformat(said))
    except ValueError:
        wall = datetime.fromisoformat(said)
    # In UTC: given a zone of its own, the library would move the machine there, too.
    return wall.replace(tzinfo=CHENGDU).astimezone(UTC)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Iterator[None]:
    with time_machine.travel(moment(os.environ["TEST_AT"])):
        return (yield)
