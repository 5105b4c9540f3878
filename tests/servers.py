"""Real parts for the hard tests: migrated databases, a web server of several processes, browsers.

Nothing here is a stand-in: databases are files and servers, the web server is the shipped gunicorn
set-up, and a browser is a connection with cookies. Load goes to 127.0.0.1 and nowhere else.
"""

import atexit
import fcntl
import http.client
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine

from config import KEY_FOR_TESTS, Demo
from tests.conftest import fresh_database, statements
from volunteer import create_app, demo
from volunteer.core import database, encryption, engines, migrating
from volunteer.notifications import quiet

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "only for tests, and long enough to be let in"
PATIENCE_SECONDS = 90


# --- databases ------------------------------------------------------------------------------


@contextmanager
def speaking_to(url: str) -> Iterator[None]:
    """Within the block the session of this process means this database."""
    engine = engines.build(url)
    engine.update_execution_options(compiled_cache=statements)
    try:
        with speaking_through(engine):
            yield
    finally:
        engine.dispose()


@contextmanager
def speaking_through(engine: Engine) -> Iterator[None]:
    before = database.session.session_factory.kw.get("bind")
    # With the key that environment() gives to the servers.
    encryption.use([KEY_FOR_TESTS])
    # An app for real use, made before by another test, leaves its quiet hours behind.
    quiet.use(None)
    database.session.remove()
    database.session.configure(bind=engine)
    if engine.dialect.name == "postgresql":
        # What a test makes or changes without a use case is written too. SQLite asks nobody.
        database.session.configure(bind=engine.execution_options(write=True))
    try:
        yield
    finally:
        # An app that was made meanwhile has brought an engine of its own.
        last = database.session.get_bind().engine
        database.session.remove()
        database.session.configure(bind=before)
        if last.pool is not engine.pool:
            last.dispose()


# What each process keeps until it ends.
kept = ExitStack()
atexit.register(kept.close)


@cache
def master(kind: str) -> str:
    """The address of a database to be copied: all tables, made by the migrations, and no rows.

    Migrating takes a second and copying a moment, so each process migrates once.
    """
    folder = Path(kept.enter_context(TemporaryDirectory(prefix="linli-master-")))
    url = kept.enter_context(fresh_database(kind, folder, "master"))
    with speaking_to(url):
        migrating.upgrade()
    return url


@contextmanager
def migrated(kind: str, folder: Path, name: str) -> Iterator[str]:
    """The address of a database of this kind with all tables and no rows."""
    with fresh_database(kind, folder, name, like=master(kind)) as url, speaking_to(url):
        yield url


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[None]:
    """Within the block the session means a database of this kind with all tables and no rows.

    On PostgreSQL many tests use one after the other: making one for each, and everybody's
    connections, took longer than most of them. A file is copied in a moment.
    """
    if kind == "sqlite":
        with migrated(kind, folder, "moments"):
            yield
        return
    engine = common_ground()
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        # No trigger keeps the trail, and none asks what refers to what: nothing is left of either.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for name in connection.exec_driver_sql(which_hold_rows()).scalars().all():
            connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 - our own tables
    with speaking_through(engine):
        yield


@cache
def common_ground() -> Engine:
    """A database of PostgreSQL that stays until this process ends."""
    like = master("postgresql")
    url = kept.enter_context(fresh_database("postgresql", Path(), "ground", like=like))
    engine = engines.build(url)
    engine.update_execution_options(compiled_cache=statements)
    kept.callback(engine.dispose)
    return engine


@cache
def which_hold_rows() -> str:
    """The statement that names all tables in which something stands."""
    one = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM {0})"
    return " UNION ALL ".join(one.format(name) for name in database.Model.metadata.tables)


@cache
def demo_master(kind: str) -> str:
    """The same with the demo in it, which takes some ten seconds to load."""
    # Journeys go through the same one.
    if kind == "sqlite":
        return f"sqlite:///{prepared_demo()}"
    folder = Path(kept.enter_context(TemporaryDirectory(prefix="linli-demo-")))
    url = kept.enter_context(fresh_database(kind, folder, "demo_master", like=master(kind)))
    with speaking_to(url), demo_app(url).app_context():
        assert demo.load_if_empty()
    return url


def prepared_demo() -> Path:
    """The file of the demo as `make run` prepares it, for all test processes; who asks first makes
    it, which takes a quarter of a minute."""
    folder = Path(os.environ["TEST_SHARED"])
    made, half_made = folder / "demo.sqlite3", folder / "half-made.sqlite3"
    with (folder / "demo-door").open("w") as door:
        # The others wait here, and find it made.
        fcntl.flock(door, fcntl.LOCK_EX)
        if not made.exists():
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "prepare"],
                cwd=ROOT, env=environment(f"sqlite:///{half_made}", DEMO="1"),
                check=True, capture_output=True,
            )  # fmt: skip
            with closing(sqlite3.connect(half_made)) as connection:
                # Into this one file whatever still stands beside it: only that is copied.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            half_made.rename(made)
    return made


@contextmanager
def demo_loaded(kind: str, folder: Path) -> Iterator[Flask]:
    """The demo's app, on a database of this kind into which the demo has been loaded."""
    with fresh_database(kind, folder, "demo", like=demo_master(kind)) as url, speaking_to(url):
        yield demo_app(url)


def demo_app(url: str) -> Flask:
    return create_app(
        Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url, "DATA_KEYS": KEY_FOR_TESTS})
    )


# --- processes ------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def environment(url: str, *, port: int = 8000, **more: str) -> dict[str, str]:
    """What a process in real use finds around it: the machine's own, and our settings."""
    ours = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET_KEY,
        "DATA_KEYS": KEY_FOR_TESTS,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "linli@example.org",
        "QUIET_HOURS": "none",
    }
    clean = {k: v for k, v in os.environ.items() if k not in {"DEMO", "BIND", "TRUSTED_PROXIES"}}
    return clean | ours | more


@dataclass
class Server:
    """A running web server: where it is, its first process, what it has said."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.log.read_text()


@contextmanager
def web_server(
    url: str,
    folder: Path,
    *,
    workers: int = 4,
    app: str = "wsgi:app",
    settings: str = "gunicorn.conf.py",
    **more: str,
) -> Iterator[Server]:
    """The shipped gunicorn set-up on a free port, answering; stopped afterwards."""
    port = free_port()
    log = folder / f"web-{port}.log"
    env = environment(url, port=port, WEB_CONCURRENCY=str(workers), **more)
    # The command of `make web`: `python -m gunicorn` could not start itself anew (SIGUSR2).
    command = [str(Path(sys.executable).with_name("gunicorn")), "-c", settings, app]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    server = Server(port, process, log)
    try:
        wait_until_it_answers(server)
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_it_answers(server: Server) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        assert server.process.poll() is None, f"the web server ended: {server.said()}"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.request("HEAD", "/privacy")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError(f"the web server does not answer: {server.said()}")


# --- browsers -------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def csrf_token(self) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)
        assert found, f"no form on this page ({self.status})"
        return found[1]


@dataclass
class Browser:
    """One connection that is kept, with its cookies; follows nothing by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **(headers or {})}
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    self.cookies[key] = morsel.value
        return answer

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **fields: object) -> Answer:
        """Send a form with the last token that this browser was shown."""
        body = urlencode({"csrf_token": self.token, **fields})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, kind)

    def read_token(self, path: str = "/sign-in") -> None:
        self.token = self.get(path).csrf_token

    def come_in(self, door: str) -> None:
        """Sign in by personal link, as a person does: look, press, and get a new token."""
        self.read_token(door)
        answer = self.post(door)
        assert answer.status == 302, answer.text
        self.read_token()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
