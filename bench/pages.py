"""The volunteer's main page against a page of the same size with one hand-written statement."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from bench import browsers, load, process, world
from bench.figures import Figure, at_least, at_most
from config import Testing
from tests.servers import Server, migrated, web_server
from volunteer import create_app
from volunteer.core.database import session

ROUNDS = 7
REQUESTS = 300
AT_ONCE = 16
FLOOR = {"app": "bench.floor:app", "settings": "bench/floor_conf.py", "PYTHONPATH": "."}
READERS = range(1, 51)


@contextmanager
def filled(kind: str, folder: Path, size: world.Size) -> Iterator[str]:
    """A database of this kind that holds a world of this size, with the planner's figures."""
    with migrated(kind, Path(tempfile.mkdtemp(dir=folder)), "bench") as url:
        world.fill(size)
        yield url


def page(kind: str, folder: Path, name: str, size: world.Size) -> Iterator[Figure]:
    """Requests a second, sixteen at a time, fifty readers in turn, in both languages."""
    with filled(kind, folder, size) as url, web_server(url, folder, workers=2) as ours:
        calls = [load.Call("/", browsers.our_cookie(person)) for person in READERS]
        size_of_page = round(average_size(ours, calls))
        with web_server(url, folder, workers=2, BENCH_BYTES=str(size_of_page), **FLOOR) as floor:
            rounds = [one_round(ours, floor, calls) for _number in range(ROUNDS)]
    middle = sorted(rounds, key=lambda found: found["ours"] / found["floor"])[ROUNDS // 2]
    yield Figure(
        f"main page, {name}, requests a second", kind, middle["ours"], middle["floor"],
        must=at_least(0.35), reach=at_least(0.7), unit="/s",
        beside={
            "bytes": size_of_page,
            "cpu_ms": round(statistics.median(found["our_cpu"] for found in rounds), 2),
            "floor_cpu_ms": round(statistics.median(found["floor_cpu"] for found in rounds), 2),
        },
    )  # fmt: skip


def average_size(server: Server, calls: list[load.Call]) -> float:
    sizes = [load.send(server.port, [call], 1).body_bytes for call in calls[:16]]
    return statistics.mean(sizes)


def one_round(ours: Server, floor: Server, calls: list[load.Call]) -> dict[str, float]:
    found: dict[str, float] = {}
    found["ours"], found["our_cpu"] = rate(ours, (calls * REQUESTS)[:REQUESTS])
    found["floor"], found["floor_cpu"] = rate(floor, [load.Call("/page")] * REQUESTS * 2)
    return found


def rate(server: Server, calls: list[load.Call]) -> tuple[float, float]:
    """Requests a second, and the milliseconds of processor time that one of them took."""
    before = process.cpu_seconds(server.process.pid)
    answers = load.send(server.port, calls, AT_ONCE)
    assert answers.statuses == {200: len(calls)}, (answers.statuses, server.said())
    used = process.cpu_seconds(server.process.pid) - before
    return answers.per_second, used * 1000 / len(calls)


def statements(kind: str, folder: Path) -> Iterator[Figure]:
    """How many statements the page sends, with ten dates in its team and with a thousand."""
    for rows, size in ((10, world.TEN), (1000, world.THOUSAND)):
        with filled(kind, folder, size) as url:
            app = create_app(Testing({"DATABASE_URL": url}))
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"] = world.token_of(1)
            engine = session.get_bind().engine
            client.get("/")
            sent: list[str] = []

            def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
                if not statement.startswith("BEGIN"):
                    sent.append(statement)  # noqa: B023 - called within this round only

            event.listen(engine, "before_cursor_execute", note)
            answer = client.get("/")
            event.remove(engine, "before_cursor_execute", note)
            assert answer.status_code == 200
        yield Figure(
            f"main page, {rows:,} dates, statements", kind, len(sent), 1,
            must=at_most(4), reach=at_most(2), beside={"bytes": len(answer.data)},
        )  # fmt: skip
