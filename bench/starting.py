"""How soon the first page is there and how much memory two workers take, beside the floor."""

import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import process
from bench.figures import Figure, at_most
from tests.servers import PATIENCE_SECONDS, ROOT, environment, free_port

ROUNDS = 5
FIRST_ANSWER_LIMIT = 2.0
MEMORY_LIMIT = 1.4
SETTLING_SECONDS = 0.5


def measure(app: str, settings: str, url: str) -> dict[str, float]:
    """One start of two workers, from nothing to the first whole page."""
    port = free_port()
    env = environment(url, port=port, WEB_CONCURRENCY="2")
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", settings, app], cwd=ROOT, env=env
    )
    try:
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
                connection.request("GET", "/")
                answer = connection.getresponse()
                body = answer.read()
                break
            except OSError:
                assert server.poll() is None, f"{app} did not start"
                time.sleep(0.005)
        first = time.perf_counter() - began
        assert answer.status == 200, (app, answer.status)
        connection.close()
        time.sleep(SETTLING_SECONDS)
        return {
            "first_answer_s": round(first, 3),
            "cpu_s": round(process.cpu_seconds(server.pid), 3),
            "pss_mib": round(process.pss_mib(server.pid), 1),
            "bytes": len(body),
        }
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def compare(url: str) -> Iterator[Figure]:
    """Both in turn, so that a busy moment hits both; then the ratio of the middle values."""

    apps = {
        "ours": ("wsgi:app", "gunicorn.conf.py"),
        "floor": ("bench.floor:app", "bench/floor_conf.py"),
    }
    for app, settings in apps.values():
        measure(app, settings, url)  # compiled files and the disk's cache are warm from here on
    found: dict[str, list[dict[str, float]]] = {"ours": [], "floor": []}
    for _number in range(ROUNDS):
        for name, (app, settings) in apps.items():
            found[name].append(measure(app, settings, url))
    for what, unit, limit in (
        ("first_answer_s", "s", FIRST_ANSWER_LIMIT),
        ("pss_mib", "MiB", MEMORY_LIMIT),
        ("cpu_s", "s", None),
    ):
        ours, floor = (statistics.median(r[what] for r in found[who]) for who in ("ours", "floor"))
        yield Figure(
            f"start, {what}", "sqlite", ours, floor,
            must=at_most(limit) if limit else None, unit=unit,
            beside={"bytes": found["ours"][0]["bytes"]},
        )  # fmt: skip
