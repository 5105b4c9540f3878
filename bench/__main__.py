"""Speed against its limits: `python -m bench`. One JSON line a figure; ends with 1 on a fail.

PostgreSQL is measured too when TEST_POSTGRES_URL is set: `ops/with-postgres python -m bench`.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import rota, starting
from tests import racing
from tests.servers import migrated


def sign_ups(kind: str, folder: Path) -> Iterator[dict[str, object]]:
    """Five hundred sign-ups for 25 dates of five places, in four processes."""
    with migrated(kind, folder, "bench_race") as url:
        field = racing.prepare(dates=25, places=5, people=100)
        steps = [
            field.ask(date, person)
            for number, date in enumerate(field.dates)
            for person in field.people[number % 5 :: 5]
        ]
        began = time.perf_counter()
        outcomes = racing.race(url, steps)
        seconds = time.perf_counter() - began
        seats = racing.seats(field)
        is_right = (seats.overbooked, seats.going, outcomes.total()) == (0, 125, 500)
        yield {
            "bench": "race", "db": kind, "sign_ups": outcomes.total(), "seconds": round(seconds, 2),
            "per_second": round(outcomes.total() / seconds, 1), "going": seats.going,
            "overbooked": seats.overbooked, "result": "pass" if is_right else "fail",
        }  # fmt: skip


def everything() -> Iterator[dict[str, object]]:
    yield from rota.propose()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with migrated("sqlite", folder, "bench_start") as url:
            yield from starting.compare(url)
        kinds = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRES_URL") else [])]
        for kind in kinds:
            yield from sign_ups(kind, folder)


def main() -> int:
    failed = False
    for line in everything():
        busy = round(os.getloadavg()[0], 2)
        print(json.dumps({**line, "load": busy}), flush=True)
        failed = failed or line.get("result") == "fail"
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
