"""What every test may ask for: an app on each database, clean tables, a client, a reader's session.

Nothing of a domain stands here; records are made by tests/factories/.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, create_engine, delete, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import configure_mappers

from config import KEY_FOR_TESTS, Testing
from volunteer import create_app, wiring
from volunteer.accounts import signing_in
from volunteer.core import encryption, templates
from volunteer.core.database import Model, session, transaction
from volunteer.network.models import HolidayYear
from volunteer.notifications import quiet
from volunteer.people.models import Person

# Both, always; the quick tests of `make unit` take the first one alone.
DATABASES = tuple(os.environ.get("TEST_DATABASES", "sqlite postgresql").split())

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
# Twelve thousand tests are found, and next to nothing is thrown away meanwhile: to look for that
# again and again was a fifth of finding them.
gc.set_threshold(50_000)


def pytest_configure(config: pytest.Config) -> None:
    """A folder for what one test process makes for all of them (tests/servers.py); the process
    that starts the others takes it away."""
    if "TEST_SHARED" not in os.environ:
        shared = TemporaryDirectory(prefix="linli-shared-")
        os.environ["TEST_SHARED"] = shared.name
        config.add_cleanup(shared.cleanup)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, and the many quick tests fill the gaps at the end.

    Two test processes begin at the first test and at the one in the middle, each half in its
    order, and take over tests from the end of one another. So journeys stand in front, where one
    process starts their services for all of them, at first those that need none, for a clock that
    ticks slows down whatever goes on beside it; and races begin in the middle. On each database
    walks come before what is quick: what many of them look at is then looked at by one process.
    """
    journeys, races, quick = [], [], []
    for item in items:
        is_race = item.get_closest_marker("processes")
        (journeys if item.get_closest_marker("journey") else races if is_race else quick).append(
            item
        )
    journeys.sort(key=lambda item: "services" in item.fixturenames)
    quick.sort(key=lambda item: (turn_of_database(item), item.get_closest_marker("walks") is None))
    middle = max(0, len(items) // 2 - len(journeys))
    items[:] = [*journeys, *quick[:middle], *races, *quick[middle:]]


def turn_of_database(item: pytest.Item) -> int:
    """Changing the database costs a second, so each has its turn once; between them, what needs
    none."""
    call = getattr(item, "callspec", None)
    return {"sqlite": 0, "postgresql": 2}.get(call.params.get("setting", "") if call else "", 1)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not go through it ever again."""
    gc.collect()
    gc.freeze()


def worker() -> str:
    """The name of this test process; each has databases of its own."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@contextmanager
def fresh_postgres(name: str, *, like: str | None = None) -> Iterator[str]:
    """The address of a PostgreSQL database, empty or like that other one; dropped afterwards.

    A missing server is a failure, never a skip.
    """
    empty = "TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'"
    # Copied file by file, not by way of the log: half the work.
    copied = f'TEMPLATE "{make_url(like).database}" STRATEGY file_copy' if like else ""
    server = os.environ["TEST_POSTGRES_URL"]
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" {copied or empty}'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


@contextmanager
def fresh_database(kind: str, folder: Path, name: str, *, like: str | None = None) -> Iterator[str]:
    """The address of a database of this kind, empty or like that other one."""
    if kind == "sqlite":
        file = folder / f"{name}.sqlite3"
        if like:
            shutil.copyfile(str(make_url(like).database), file)
        yield f"sqlite:///{file}"
    else:
        with fresh_postgres(f"linli_{worker()}_{name}", like=like) as url:
            yield url


class Statements(dict[Any, Any]):
    """Statements as the databases of one kind know them, for all engines of this process.

    An engine keeps its own, and forgets those not used of late: it keeps 500, and one walk through
    all our pages sends more. Most tests of processes have a database, and so an engine, of their
    own.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


statements = Statements()


@dataclass(frozen=True)
class Setting:
    """An app and the engine of its database, with all tables made by the migrations."""

    app: Flask
    engine: Engine


@pytest.fixture(scope="session", params=DATABASES)
def setting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Setting]:
    # What serves whole databases builds on what stands here.
    from tests.servers import master

    kind, folder = request.param, tmp_path_factory.mktemp(request.param)
    with fresh_database(kind, folder, "tests", like=master(kind)) as url:
        app = create_app(Testing({"DATABASE_URL": url}))
        app.config["WTF_CSRF_ENABLED"] = False
        engine = session.get_bind().engine
        engine.update_execution_options(compiled_cache=statements)
        say_savepoints_plainly(engine.dialect)
        if kind == "sqlite":
            event.listen(engine, "connect", answer_backwards)
        else:
            event.listen(engine, "connect", prepare_early)
            keep_what_is_prepared(engine.dialect)
        engine.dispose()
        look_for_no_changed_numbers()
        with app.app_context():
            enter_years_without_holidays()
        # A test that asked for no database gets none: what it wrote would stay for all others.
        session.remove()
        session.configure(bind=None)
        yield Setting(app, engine)
        session.remove()
        engine.dispose()


def enter_years_without_holidays() -> None:
    """So that no test depends on which holidays lie ahead of the day on which it is run."""
    with transaction():
        session.add_all(HolidayYear(year=year, source="tests") for year in range(2020, 2050))


@pytest.fixture
def unknown_years(database: None) -> None:
    """Nobody has entered the holidays of any year."""
    session.execute(delete(HolidayYear))
    session.commit()


def answer_backwards(connection: Any, _record: Any) -> None:
    """What was asked for in no order comes the other way round, so that a list which only happens
    to be in order, here or there, is seen each time; PostgreSQL turns one round once in a hundred
    runs."""
    connection.execute("PRAGMA reverse_unordered_selects=ON")


def look_for_no_changed_numbers() -> None:
    """At each flush SQLAlchemy looks whether a row's number has become another one, once for each
    of 165 relationships that point at it; ours never do, and it took a tenth of the tests' time."""
    configure_mappers()
    for mapper in Model.registry.mappers:
        does = mapper._dependency_processors
        does[:] = [step for step in does if type(step).__name__ != "_DetectKeySwitch"]


def say_savepoints_plainly(dialect: Any) -> None:
    """Each transaction of a test is a savepoint, and SQLAlchemy would compile three words anew for
    each: that took a twentieth of the tests' time."""

    def saying(words: str) -> Callable[[Connection, str], None]:
        def say(connection: Connection, name: str) -> None:
            connection.exec_driver_sql(f"{words} {name}")

        return say

    dialect.do_savepoint = saying("SAVEPOINT")
    dialect.do_release_savepoint = saying("RELEASE SAVEPOINT")
    dialect.do_rollback_to_savepoint = saying("ROLLBACK TO SAVEPOINT")


def prepare_early(connection: Any, _record: Any) -> None:
    """What is asked for the second time is planned for all tests to come: see below."""
    connection.prepare_threshold, connection.prepared_max = 1, 1000


def keep_what_is_prepared(dialect: Any) -> None:
    """After a ROLLBACK the driver forgets which statements it has prepared, for a table may be gone
    with it; each test ends with one, and planning all anew was half of what the server did. So it
    is sent past the driver."""

    def send(connection: Any, words: str) -> None:
        # Where nothing was begun, there is nothing to undo, as ever.
        if connection.info.transaction_status:
            answer = connection.pgconn.exec_(words.encode())
            assert not answer.error_message, answer.error_message

    dialect.do_rollback = lambda connection: send(connection.driver_connection, "ROLLBACK")
    dialect.do_rollback_to_savepoint = lambda connection, name: send(
        connection.connection.driver_connection, f"ROLLBACK TO SAVEPOINT {name}"
    )


@pytest.fixture(params=DATABASES)
def two_can_meet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A database in which nothing stands: what one commits, another reads (tests/meeting.py)."""
    # What serves whole databases builds on what stands here.
    from tests.servers import empty

    wiring.wire()
    with empty(request.param, tmp_path):
        yield


@pytest.fixture
def app(setting: Setting, database: None) -> Flask:
    return setting.app


def let_go() -> None:
    """What a request leaves open is undone, as ever; but the rows that the test made stay in its
    hands, and tell what is true after the request."""
    session.rollback()
    session.expire_all()


@pytest.fixture(autouse=True)
def _as_apps_for_tests_are() -> Iterator[None]:
    """An app for real use, made by a test, leaves its quiet hours and its key behind: not to the
    next one, nor to what the next ones share."""
    encryption.use([KEY_FOR_TESTS])
    yield
    quiet.use(None)
    encryption.use([KEY_FOR_TESTS])


@contextmanager
def all_undone(engine: Engine) -> Iterator[None]:
    """Within the block the session means this database; whatever it commits is undone after it."""
    before = session.session_factory.kw.get("bind")
    session.remove()
    with engine.connect().execution_options(write=True) as connection:
        outer = connection.begin()
        session.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(session, "remove", let_go)
                yield
        finally:
            session.remove()
            session.configure(bind=before, join_transaction_mode="conditional_savepoint")
            outer.rollback()


@pytest.fixture
def engine(setting: Setting) -> Engine:
    """Of the database that the test means."""
    return setting.engine


@pytest.fixture
def database(setting: Setting, engine: Engine) -> Iterator[None]:
    """A clean database: whatever the test commits is undone after it."""
    # Letters are drawn with the templates of the app that was made last: another test may have
    # made one, with another address.
    templates.use(setting.app.jinja_env)
    with all_undone(engine):
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def browser_of(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser that holds this sign-in, reading English."""

    def browser(token: str) -> FlaskClient:
        client = app.test_client()
        client.set_cookie("lang", "en")
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return browser


@pytest.fixture
def signed_in_as(browser_of: Callable[[str], FlaskClient]) -> Callable[[Person], FlaskClient]:
    """A browser in which this person is signed in, reading English."""
    return lambda person: browser_of(signing_in.begin(signing_in.user_of(person), "test").token)


@pytest.fixture
def count_queries(engine: Engine) -> Callable[[], Any]:
    """A block that counts the statements sent to the database: `with count_queries() as sent`."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
