"""The commands of whoever runs the service: one sentence when refused, and a clean end."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from config import Demo
from tests.conftest import DATABASES, fresh_database
from tests.servers import SECRET_KEY, demo_loaded, migrated
from volunteer import create_app, demo, scheduler, warm_up
from volunteer.core import clock, database, heartbeat, marks, migrating
from volunteer.core.database import let_go, session, transaction
from volunteer.people.models import Person
from volunteer.scheduler import Job
from volunteer.teams.models import Team


@pytest.fixture
def handlers() -> Iterator[None]:
    """What this process did on a signal it does again after the test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def be_told(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clock_that_is_told_to_stop_in_its_first_round_ends_its_job_and_no_more(
    app, monkeypatch, number
):
    done = []

    def first() -> None:
        be_told(number)()
        done.append("first")

    jobs = [first, lambda: done.append("second")]
    timetable = tuple(Job(f"job-{i}", "SEND_EVERY_SECONDS", run) for i, run in enumerate(jobs))
    monkeypatch.setattr(scheduler, "JOBS", timetable)

    result = app.test_cli_runner().invoke(args=["jobs", "serve"])

    assert (result.exit_code, result.exception, done) == (0, None, ["first"])


def back_up(app: Flask, target: object) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["db", "backup", str(target)])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.mark.parametrize("kind", DATABASES)
def test_a_backup_is_a_whole_database_or_one_sentence(kind, tmp_path):
    with migrated(kind, tmp_path, "backup") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        there, nowhere = (
            back_up(app, tmp_path / "copy.sqlite3"),
            back_up(app, tmp_path / "missing" / "copy.sqlite3"),
        )

    if kind == "postgresql":
        assert there == nowhere == (1, "Error: Use pg_dump for PostgreSQL.\n")
        return
    assert there[0] == 0
    with sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        assert copy.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    copy.close()
    assert nowhere[0] == 1
    assert nowhere[1].startswith("Error: ")
    assert nowhere[1].count("\n") == 1
    assert "copy.sqlite3 cannot be written" in nowhere[1]


def test_a_good_backup_is_noted_where_all_parts_read_it_and_a_failed_one_is_not(tmp_path):
    with migrated("sqlite", tmp_path, "backup") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        before = clock.now()
        assert back_up(app, tmp_path / "missing" / "copy.sqlite3")[0] == 1
        assert marks.last_backup() is None
        assert back_up(app, tmp_path / "copy.sqlite3")[0] == 0
        noted = marks.last_backup()

    assert noted is not None
    assert before <= noted <= clock.now()


@pytest.mark.parametrize("kind", DATABASES)
def test_a_backup_made_by_other_means_is_noted_as_of_its_beginning(kind, tmp_path):
    with migrated(kind, tmp_path, "backup") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        args = ["db", "backed-up", "--seconds-ago", "90"]
        result = app.test_cli_runner().invoke(args=args)
        noted = marks.last_backup()

    assert (result.exit_code, result.output) == (0, "Noted.\n")
    assert noted is not None
    assert timedelta(seconds=90) <= clock.now() - noted < timedelta(seconds=100)


def run_upgrade(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["db", "upgrade"])
    session.remove()
    return result.exit_code, result.output


def is_full(*_arguments: object) -> None:
    raise OperationalError("", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.mark.walks
@pytest.mark.parametrize("kind", DATABASES)
def test_a_second_upgrade_finishes_what_a_full_disk_kept_the_first_from(
    kind, tmp_path, monkeypatch
):
    with fresh_database(kind, tmp_path, "full") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        with monkeypatch.context() as disk:
            disk.setattr(heartbeat, "expect", is_full)
            first = run_upgrade(app)
        assert (migrating.current(), heartbeat.last_beat()) == (migrating.newest(), None)
        is_untidy = migrating.has_leftovers()
        second = run_upgrade(app)
        jobs = {row.job for row in heartbeat.list_jobs()}
        tidy = not migrating.has_leftovers()
        let_go()

    said = "Error: The database does not answer. database or disk is full. Make room on the disk.\n"
    assert first == (1, said)
    assert second[0] == 0
    assert jobs == {job.name for job in scheduler.JOBS}
    assert (is_untidy, tidy) == (kind == "sqlite", True)


@pytest.mark.walks
def test_where_the_file_could_not_be_tidied_the_clock_is_expected_and_the_next_run_tidies(
    tmp_path, monkeypatch
):
    """Rewriting the file needs its size again on the disk; what is in it is only sealed then."""
    shred = migrating.shred_leftovers
    with fresh_database("sqlite", tmp_path, "full") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        monkeypatch.setattr(migrating, "shred_leftovers", is_full)
        assert run_upgrade(app)[0] == 1
        assert len(heartbeat.list_jobs()) == len(scheduler.JOBS)

        calls = []
        monkeypatch.setattr(migrating, "shred_leftovers", lambda: calls.append(shred()))
        assert [run_upgrade(app)[0] for _time in range(2)] == [0, 0]
        let_go()

    assert len(calls) == 1


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("command", [["upgrade"], ["downgrade", "0001"]])
def test_tables_of_a_newer_version_are_said_in_one_line(kind, tmp_path, command):
    """As of a backup that was restored beside older code."""
    with migrated(kind, tmp_path, "newer") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        with transaction():
            session.execute(text("UPDATE alembic_version SET version_num = '9000'"))
        result = app.test_cli_runner().invoke(args=["db", *command])
        let_go()

    said = f"The tables are at 9000, and this version knows them up to {migrating.newest()}"
    assert (result.exit_code, result.output) == (1, f"Error: {said}: take a newer one.\n")


def test_what_is_no_whole_backup_does_not_look_like_one(tmp_path, monkeypatch):
    good = tmp_path / "good.sqlite3"
    with migrated("sqlite", tmp_path, "backup") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        assert back_up(app, good)[0] == 0
        before = good.read_bytes()

        def fill_the_disk(_database: str, target: Path) -> None:
            target.write_bytes(b"half")
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(migrating, "copy_sqlite", fill_the_disk)
        failed = [back_up(app, tmp_path / name) for name in ("good.sqlite3", "new.sqlite3")]

    assert {code for code, _said in failed} == {1}
    assert good.read_bytes() == before
    assert not list(tmp_path.glob("*new*"))
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.walks
def test_a_database_and_its_backup_are_read_by_their_owner_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'linli.sqlite3'}"
    app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    assert back_up(app, tmp_path / "copy.sqlite3")[0] == 0

    files = list(tmp_path.iterdir())
    assert {"linli.sqlite3", "copy.sqlite3"} <= {file.name for file in files}
    assert {oct(file.stat().st_mode & 0o077) for file in files} == {"0o0"}


def test_a_database_is_not_backed_up_onto_itself(tmp_path):
    with migrated("sqlite", tmp_path, "backup") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        code, said = back_up(app, Path(make_url(url).database or ""))

    assert code == 1
    assert "it is the database itself" in said


@pytest.mark.parametrize("command", ["upgrade", "downgrade"])
@pytest.mark.parametrize("number", ["9999", "nonsense", "+99"])
def test_a_migration_that_there_is_not_is_said_in_one_line(app, command, number):
    result = app.test_cli_runner().invoke(args=["db", command, number])

    newest = migrating.newest()
    said = f"Error: There is no migration {number}; they go from 0001 to {newest}.\n"
    assert (result.exit_code, result.output) == (1, said)


def test_tables_are_not_taken_back_before_somebody_has_said_yes(app, monkeypatch):
    taken = []
    monkeypatch.setattr(migrating, "downgrade", taken.append)
    run = app.test_cli_runner().invoke

    unsure = run(args=["db", "downgrade", "0033"], input="n\n")
    assert (unsure.exit_code, taken) == (1, [])
    assert "lost for good" in unsure.output
    assert run(args=["db", "downgrade", "0033"], input="y\n").exit_code == 0
    assert run(args=["db", "downgrade", "0033", "--yes"]).exit_code == 0
    assert taken == ["0033", "0033"]


def test_on_tables_of_a_newer_version_it_goes_on_and_says_so(app, caplog, monkeypatch):
    monkeypatch.setattr(migrating, "current", lambda: "9999")
    # The test's own connection stays.
    monkeypatch.setattr(database, "let_go", lambda: None)

    result = app.test_cli_runner().invoke(args=["db", "backed-up"])
    warm_up(app)

    assert result.exit_code == 0
    assert result.output.startswith("The tables are at 9999, and this version knows them up to ")
    assert caplog.messages == [migrating.ahead()]


@pytest.mark.parametrize("kind", DATABASES)
def test_a_clock_beside_older_tables_says_what_to_do(kind, tmp_path):
    with migrated(kind, tmp_path, "older") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        migrating.downgrade("0021")
        result = app.test_cli_runner().invoke(args=["jobs", "serve"])
        let_go()

    assert result.exit_code == 1
    assert result.output.startswith("Error: The tables are at 0021, and this is ")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize(
    "command",
    [
        "people operator --name 唐志强 --login yunying --password 七棵石榴树与一口井",
        "jobs run send-outbox",
        "keys rotate",
        "demo load",
        "demo doors",
    ],
)
def test_before_the_tables_are_made_a_command_says_how(kind, tmp_path, command):
    with fresh_database(kind, tmp_path, "empty") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        result = app.test_cli_runner().invoke(args=command.split())
        let_go()

    said = "Error: The tables are not made yet: run `.venv/bin/flask --app wsgi db upgrade`.\n"
    assert (result.exit_code, result.output) == (1, said)


def take_away(url: str) -> None:
    """This database cannot be reached any more."""
    let_go()
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        file = Path(str(where.database))
        file.unlink()
        file.mkdir()
        return
    admin = create_engine(os.environ["TEST_POSTGRES_URL"], isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{where.database}" ALLOW_CONNECTIONS false')
    admin.dispose()


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("command", ["db upgrade", "jobs serve", "jobs run send-outbox"])
def test_a_database_that_has_gone_is_said_in_one_line(kind, tmp_path, command):
    with migrated(kind, tmp_path, "gone") as url:
        app = create_app(Demo({"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}))
        take_away(url)
        result = app.test_cli_runner().invoke(args=command.split())

    assert result.exit_code == 1
    assert result.output.startswith("Error: The database does not answer. ")
    assert result.output.count("\n") == 1


PASSWORD = "七棵石榴树与一口井"


def appoint(app: Flask, name: str, login: str = "yunying") -> tuple[int, str]:
    asked = ["people", "operator", "--name", name, "--login", login, "--password", PASSWORD]
    result = app.test_cli_runner().invoke(args=asked)
    return result.exit_code, result.output


def test_an_operator_is_made_with_a_tidy_name(app):
    assert appoint(app, " 唐　志强 ")[0] == 0
    assert [person.name for person in session.query(Person)] == ["唐 志强"]


def test_a_sign_in_name_that_is_taken_is_said_in_the_commands_language(app):
    appoint(app, "唐志强")

    code, said = appoint(app, "唐志强")

    assert code == 1
    assert said.isascii()


@pytest.mark.parametrize("login", ["", " ", "y" * 65])
def test_an_operator_who_could_never_sign_in_is_refused_with_one_sentence(app, login):
    code, said = appoint(app, "唐志强", login)

    assert (code, session.query(Person).count()) == (1, 0)
    assert said == "Error: A sign-in name is 1 to 64 letters, digits or signs.\n"


@pytest.mark.parametrize("name", ["", "12345", "<b>", "王" * 31, "\x00"])
def test_an_operator_without_a_name_is_refused_with_one_sentence(app, name):
    code, said = appoint(app, name)

    assert (code, session.query(Person).count()) == (1, 0)
    assert said.startswith("Error: A name is")


@pytest.mark.walks
@pytest.mark.parametrize("kind", DATABASES)
def test_the_demos_doors_open_whatever_the_teams_are_called(kind, tmp_path):
    with demo_loaded(kind, tmp_path) as app:
        with app.app_context():
            with transaction():
                for team in session.query(Team):
                    team.name = "邻居们"
            said = demo.doors("http://127.0.0.1:8000")
        app.config["WTF_CSRF_ENABLED"] = False
        path = next(word for word in said.split() if "/links/" in word)

        assert app.test_client().post(path).status_code == 302
        for login in ("jiang", "kitchen", "operator"):
            data = {"login": login, "password": demo.PASSWORD}
            assert app.test_client().post("/sign-in", data=data).status_code == 302
            assert f"{login} " in said
    assert said.count("(邻居们)") == 2
