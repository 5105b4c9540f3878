"""When people sleep."""

from datetime import UTC, datetime

import pytest

from volunteer.core import nights


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-10-12T12:59", "2026-10-12T12:59"),
        ("2026-10-12T13:00", "2026-10-13T00:00"),
        ("2026-10-12T20:00", "2026-10-13T00:00"),
        ("2026-10-12T23:59", "2026-10-13T00:00"),
        ("2026-10-13T00:00", "2026-10-13T00:00"),
    ],
)
def test_the_night_is_from_nine_in_the_evening_to_eight(now, then):
    moments = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, then)]

    assert nights.awake(moments[0], "Asia/Shanghai") == moments[1]
