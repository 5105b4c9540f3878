"""Speed against its limits: `make bench`. A table for people; ends with 1 when a "must" fails.

With BENCH_JSON=path one JSON line a figure is added to that file. `python -m bench page race`
measures only these parts. PostgreSQL is measured too when TEST_POSTGRES_URL is set, as
`ops/with-postgres` does.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from bench import mail, matching, pages, places, rota, series, starting, walk, world
from bench.figures import Figure, at_least, at_most, keep, table
from tests import racing
from tests.servers import migrated

Part = Callable[[str, Path], Iterator[Figure]]


def sign_ups(kind: str, folder: Path) -> Iterator[Figure]:
    """Five hundred sign-ups for 25 dates of five places, in four processes, without the web."""
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
    done = outcomes.total()
    beside = {"sign_ups": done, "seconds": round(seconds, 2)}
    yield Figure("500 at once, a second", kind, done / seconds, None, must=None, beside=beside)
    yield Figure("500 at once, places given", kind, seats.going, 125, at_least(1), at_most(1))
    yield Figure("500 at once, overbooked dates", kind, seats.overbooked, None, at_most(0))


PARTS: dict[str, Part] = {
    "statements": pages.statements,
    "page": partial(pages.page, name="one team of 50, 500 other activities", size=world.SMALL),
    "scale": partial(pages.page, name="200 teams, 20,000 people", size=world.LARGE),
    "signups": places.sign_ups,
    "race": places.race,
    "killed": places.kill,
    "series": series.series,
    "processes": sign_ups,
    "rota": rota.propose,
    "mail": mail.mail,
    "matching": matching.matching,
    **walk.PARTS,
}


def everything(wanted: Sequence[str]) -> Iterator[Figure]:
    kinds = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRES_URL") else [])]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not wanted or "start" in wanted:
            with migrated("sqlite", folder, "bench_start") as url:
                yield from starting.compare(url)
        for part, measure in PARTS.items():
            if not wanted or part in wanted:
                for kind in kinds:
                    yield from measure(kind, Path(tempfile.mkdtemp(dir=folder)))


def main(wanted: Sequence[str]) -> int:
    if unknown := set(wanted) - {"start", *PARTS}:
        sys.exit(f"There is no {', '.join(unknown)}; there are: start, {', '.join(PARTS)}.")
    figures = []
    for figure in everything(wanted):
        figures.append(figure)
        keep(figure)
        print(f"{figure.bench} ({figure.database}) …", file=sys.stderr, flush=True)
    print(table(figures))
    return int(any(figure.holds(figure.must) is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
