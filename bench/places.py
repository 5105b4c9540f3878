"""Taking places over HTTP: a crowd for one date, and many dates; against one Core transaction."""

import asyncio
import os
import signal
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from bench import browsers, load, process, world
from bench.figures import Figure, at_least, at_most
from bench.pages import AT_ONCE, FLOOR, filled
from tests.servers import Server, web_server

RACES = int(os.environ.get("BENCH_RACES", "100"))
CROWD = int(os.environ.get("BENCH_CROWD", "200"))
LARGE_CROWD = int(os.environ.get("BENCH_LARGE_CROWD", "1000"))
PLACES = 20
# The floor is measured in every so manieth race, right before ours.
FLOOR_EVERY = 5
MANY, MANY_ROUNDS = 250, 4
# Dates of the first kind are raced for, those of the second taken by many, one after the other.
FIRST_OF_MANY = 500
FIRST_OF_KILLED = 900
FLOOR_TABLE = """
CREATE TABLE floor_places (occurrence_id INTEGER NOT NULL, person_id INTEGER NOT NULL,
PRIMARY KEY (occurrence_id, person_id))
"""


@dataclass(frozen=True)
class Field:
    """Both servers, on the same database."""

    kind: str
    url: str
    ours: Server
    floor: Server

    def calls(self, pairs: Sequence[tuple[int, int]]) -> list[load.Call]:
        """What these people's browsers send: (date, person)."""
        token = browsers.our_token()
        return [
            load.Call(
                f"/activities/dates/{date}/signups",
                browsers.our_cookie(person),
                {"csrf_token": token, "role": world.role_of(world.RACE, date)},
            )
            for date, person in pairs
        ]

    def floors_calls(self, pairs: Sequence[tuple[int, int]]) -> list[load.Call]:
        form = {"csrf_token": browsers.TOKEN, "places": PLACES}
        return [
            load.Call(f"/dates/{date}", browsers.floors_cookie(person), form)
            for date, person in pairs
        ]

    def stored(self) -> defaultdict[int, Counter[str]]:
        """For each date how many have which status."""
        engine = create_engine(self.url)
        found: defaultdict[int, Counter[str]] = defaultdict(Counter)
        query = "SELECT occurrence_id, status, count(*) FROM signups GROUP BY occurrence_id, status"
        with engine.connect() as connection:
            for date, status, count in connection.execute(text(query)):
                found[date][status] = count
        engine.dispose()
        return found


@contextmanager
def field_of(kind: str, folder: Path) -> Iterator[Field]:
    """Two workers of four threads each, ours and the floor's."""
    with filled(kind, folder, world.RACE) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(FLOOR_TABLE))
        engine.dispose()
        with (
            web_server(url, folder, workers=2, WEB_THREADS="4") as ours,
            web_server(url, folder, workers=2, WEB_THREADS="4", **FLOOR) as floor,
        ):
            yield Field(kind, url, ours, floor)


def race(kind: str, folder: Path) -> Iterator[Figure]:
    with field_of(kind, folder) as field:
        yield from races(field)


def kill(kind: str, folder: Path) -> Iterator[Figure]:
    with field_of(kind, folder) as field:
        yield killed(field)


def sign_ups(kind: str, folder: Path) -> Iterator[Figure]:
    with field_of(kind, folder) as field:
        yield from many(field)


def races(field: Field) -> Iterator[Figure]:
    people = range(1, CROWD + 1)
    faults, ours, floors = 0, [], []
    for date in range(1, RACES + 1):
        pairs = [(date, person) for person in people]
        if date % FLOOR_EVERY == 1:
            calls = field.floors_calls(pairs)
            answers = load.send(field.floor.port, calls, CROWD, opened_first=True)
            assert answers.statuses == {302: PLACES, 409: CROWD - PLACES}, answers.statuses
            floors.append(answers.seconds)
        answers = load.send(field.ours.port, field.calls(pairs), CROWD, opened_first=True)
        ours.append(answers.seconds)
        faults += answers.faults + answers.statuses[0]
    stored = field.stored()
    right = sum(stored[date]["going"] == PLACES for date in range(1, RACES + 1))
    yield Figure(
        f"race, {CROWD} for {PLACES}, seconds", field.kind,
        statistics.median(ours), statistics.median(floors),
        must=at_most(2.5), reach=at_most(1.5), unit="s", beside={"races": RACES},
    )  # fmt: skip
    yield Figure(
        f"race, {CROWD} for {PLACES}, share with exactly {PLACES}", field.kind, right / RACES, None,
        must=at_least(1), beside={"races": RACES},
    )  # fmt: skip
    yield Figure(f"race, {CROWD} for {PLACES}, faults", field.kind, faults, None, must=at_most(0))


def killed(field: Field) -> Figure:
    """A thousand people at once, and a worker killed in the middle; who was cut off asks again."""
    date, crowd = FIRST_OF_KILLED, LARGE_CROWD
    calls = field.calls([(date, person) for person in range(1, crowd + 1)])

    async def race() -> load.Answers:
        sending = asyncio.create_task(
            load.send_all(field.ours.port, calls, crowd, opened_first=True)
        )
        await asyncio.sleep(1.0)
        workers = process.tree(field.ours.process.pid)[1:]
        os.kill(workers[0], signal.SIGKILL)
        return await sending

    answers = asyncio.run(race())
    again = load.send(field.ours.port, answers.cut, AT_ONCE) if answers.cut else load.Answers()
    going = field.stored()[date]["going"]
    return Figure(
        f"race, {crowd:,} for {PLACES}, a worker killed, places given", field.kind, going, PLACES,
        must=None, reach=at_most(1), judged=abs(going - PLACES) + 1 + answers.faults + again.faults,
        beside={"cut_off": len(answers.cut), "faults": answers.faults + again.faults},
    )  # fmt: skip


def many(field: Field) -> Iterator[Figure]:
    """Each person takes a place on another date; every one of them is given."""
    ours, floors = [], []
    for number in range(MANY_ROUNDS):
        people = range(number * MANY + 1, (number + 1) * MANY + 1)
        pairs = [(FIRST_OF_MANY + person % 84, person) for person in people]
        for server, calls, rates in (
            (field.floor, field.floors_calls(pairs), floors),
            (field.ours, field.calls(pairs), ours),
        ):
            answers = load.send(server.port, calls, AT_ONCE)
            assert answers.statuses == {302: MANY}, (answers.statuses, server.said())
            rates.append(answers.per_second)
    stored = field.stored()
    given = sum(stored[date]["going"] for date in range(FIRST_OF_MANY, FIRST_OF_MANY + 84))
    assert given == MANY * MANY_ROUNDS, given
    yield Figure(
        "sign-ups on many dates, a second", field.kind,
        statistics.median(ours), statistics.median(floors),
        must=at_least(0.5), reach=at_least(0.8), unit="/s",
        beside={"rows_each": "sign-up and trail"},
    )  # fmt: skip
