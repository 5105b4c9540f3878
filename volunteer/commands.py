"""Commands for whoever runs the service: `flask --app wsgi …`."""

import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from volunteer.accounts import operators, passwords, second_step, signing_in
from volunteer.accounts.models import User
from volunteer.core import (
    chinese,
    clock,
    encryption,
    heartbeat,
    language,
    marks,
    migrating,
    outage,
    zones,
)
from volunteer.core.database import shred_leftovers
from volunteer.core.errors import DomainError
from volunteer.core.garbage import keep_loaded
from volunteer.notifications import discarding
from volunteer.notifications.discarding import Choice
from volunteer.teams import queries as team_queries


class Commands(AppGroup):
    """Commands that say in one sentence when the database is away, full or not to be written."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (OperationalError, sqlite3.OperationalError) as error:
            said = f"The database does not answer. {outage.sentence(error)}"
            raise click.ClickException(said) from error


# The web server has these commands and never runs one: demo and scheduler, which need half the
# service and a mail client, are imported where they are called.
db = Commands("db", help="The database's tables.")
jobs = Commands("jobs", help="The clock and its jobs.")
demo_group = Commands("demo", help="The invented communities.")
outbox = Commands("outbox", help="What waits to go out.")
people = Commands("people", help="Accounts of those who run the service.")
queue_group = Commands("queue", help="Workers that send, on any number of machines.")
keys = Commands("keys", help="What seals addresses, health and phones in the tables.")


def init_app(app: Flask) -> None:
    for group in (db, jobs, demo_group, outbox, people, keys, queue_group):
        app.cli.add_command(group)


@db.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables up to date, all or nothing."""
    expect_migration(revision)
    bring_up_to_date(revision)
    click.echo(f"The tables are at {migrating.current()}.")


def bring_up_to_date(revision: str = "head") -> None:
    """Each step is done when it is not done yet: where one fails, as on a full disk, the command
    given again goes on from there. What needs room on the disk comes last: /healthz is not green
    without a clock because of it."""
    migrating.migrate(revision)
    expect_the_clock()
    migrating.tidy_up()


def expect_migration(revision: str) -> None:
    """Raises ClickException when there is none of this number, or the tables are past them all."""
    if ahead := migrating.ahead():
        raise click.ClickException(ahead)
    if not migrating.has(revision):
        raise click.ClickException(
            f"There is no migration {revision}; they go from 0001 to {migrating.newest()}."
        )


def expect_tables() -> None:
    """Raises ClickException when the tables are older than the code. Newer ones do, and it is said:
    of several machines one is the last to get a new version."""
    if behind := migrating.behind():
        raise click.ClickException(behind)
    if ahead := migrating.ahead():
        click.echo(ahead, err=True)


def expect_the_queue() -> None:
    """Raises ClickException when workers are to send and have no tables to wait at."""
    if current_app.config["QUEUE"] != "procrastinate":
        return
    from volunteer import queue

    if not queue.is_prepared():
        raise click.ClickException(queue.NOT_PREPARED)


def expect_the_clock() -> None:
    """With the newest tables there is to be a clock; /healthz is red until it ticks."""
    from volunteer import scheduler

    if migrating.current() == migrating.newest():
        heartbeat.expect(job.name for job in scheduler.JOBS)


@db.command("downgrade")
@click.argument("revision")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
def downgrade(revision: str, *, is_sure: bool) -> None:
    """Take the tables back to an earlier number; what only the newer ones hold is lost."""
    expect_migration(revision)
    if not is_sure:
        click.confirm("What only the newer tables hold is lost for good. Go on?", abort=True)
    migrating.downgrade(revision)
    click.echo(f"The tables are at {migrating.current()}.")


@db.command("revision")
@click.option("-m", "message", required=True, help="What the migration does, in a few words.")
def revision(message: str) -> None:
    """Write the next numbered migration, as far as it can be seen from the models."""
    click.echo(migrating.write_next(message))


@db.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the SQLite database to a file, while it is in use. PostgreSQL: use pg_dump."""
    began = clock.now()
    try:
        migrating.back_up_sqlite(target)
    except migrating.NotSqlite as error:
        raise click.ClickException(str(error)) from error
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"{target} cannot be written: {error}.") from error
    click.echo(f"Saved to {target}.")
    # Older tables than the first there were have no place for it.
    if marks.are_there():
        marks.note_backup(began)


@db.command("backed-up")
@click.option(
    "--seconds-ago",
    type=click.IntRange(min=0, max=86_400),
    default=0,
    help="How long ago it began: it holds what was true then.",
)
def note_backup(seconds_ago: int) -> None:
    """Note that a backup was made by other means, as by pg_dump: /healthz says how old it is."""
    expect_tables()
    marks.note_backup(clock.now() - timedelta(seconds=seconds_ago))
    click.echo("Noted.")


@jobs.command("serve")
def serve() -> None:
    """Be the clock: tick until told to stop."""
    expect_tables()
    expect_the_queue()
    from volunteer import scheduler

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # jobs outlive this context
    clock = scheduler.build_scheduler(app)
    is_first_round, is_over = True, False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_over
        is_over = True
        # Ctrl-C in a terminal comes from the keyboard and again from whoever started us.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # The job that is running ends first: a letter under way is noted.
        if is_first_round:
            return
        if clock.running:
            clock.shutdown(wait=True)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.run_all_once(app, is_over=lambda: is_over)
    is_first_round = False
    if not is_over:
        keep_loaded()
        clock.start()


@jobs.command("run")
@click.argument("name")
def run_job(name: str) -> None:
    """Run one job now, and stop."""
    from volunteer import scheduler

    jobs_by_name = {job.name: job for job in scheduler.JOBS}
    if name not in jobs_by_name:
        raise click.ClickException(f"There are these jobs: {', '.join(jobs_by_name)}.")
    expect_tables()
    expect_the_queue()
    jobs_by_name[name].run()


by_kind = click.option("--kind", help="Only this kind, in the words of `outbox waiting`.")
by_team = click.option("--team", "team_id", type=int, help="Only of the team of this number.")
by_due = click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M"]),
    help="Only what was due before, like 2026-11-22 or '2026-11-22 18:00' in Chengdu.",
)


def chosen_messages(kind: str | None, team_id: int | None, before: datetime | None) -> Choice:
    """Raises ClickException when there is no such team."""
    expect_tables()
    with refusals_said():
        team = team_queries.get_team(team_id) if team_id else None
    moment = zones.to_moment(before, zones.HOME_ZONE) if before else None
    return Choice(kind=kind, team=team, before=moment)


def say_what_waits(choice: Choice) -> int:
    """Print how many of which kind wait for which team; answers the newest one's number, or 0."""
    piles = discarding.list_piles(choice)
    for pile in piles:
        click.echo(f"{pile.count:7}  {pile.kind}, {whose(pile.team_id)}")
    click.echo(f"{sum(pile.count for pile in piles):7}  wait to go out")
    return max((pile.newest for pile in piles), default=0)


def whose(team_id: int | None) -> str:
    return f"team {team_id}" if team_id else "no team"


@outbox.command("waiting")
@by_kind
@by_team
@by_due
def list_waiting(kind: str | None, team_id: int | None, before: datetime | None) -> None:
    """How many messages would go out, by kind and team; none of their words."""
    say_what_waits(chosen_messages(kind, team_id, before))


@outbox.command("throw-away")
@by_kind
@by_team
@by_due
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
def throw_away_waiting(
    kind: str | None, team_id: int | None, before: datetime | None, *, is_sure: bool
) -> None:
    """Let none of these go out; they end as dropped, and the trail says so."""
    choice = chosen_messages(kind, team_id, before)
    newest = say_what_waits(choice)
    if newest and not is_sure:
        click.confirm("None of these would ever go out. Throw them away?", abort=True)
    count = discarding.throw_away(replace(choice, up_to=newest), by=None)
    click.echo(f"{count} thrown away.")


@queue_group.command("prepare")
def prepare_queue() -> None:
    """Make the tables of the queue, once; a second time changes nothing."""
    only_with_the_queue()
    from volunteer import queue

    is_new = queue.prepare(current_app._get_current_object())  # type: ignore[attr-defined]  # Werkzeug's proxy
    click.echo("The queue's tables are made." if is_new else "The queue's tables are there.")


@queue_group.command("work")
@click.option("--at-once", type=click.IntRange(1, 16), default=1, help="Connections to send over.")
def work(at_once: int) -> None:
    """Be a worker: send until told to stop."""
    only_with_the_queue()
    expect_tables()
    expect_the_queue()
    from volunteer import queue

    queue.work(current_app._get_current_object(), at_once=at_once)  # type: ignore[attr-defined]  # jobs outlive this context


def only_with_the_queue() -> None:
    if current_app.config["QUEUE"] != "procrastinate":
        raise click.ClickException("Set QUEUE=procrastinate first, for all parts of the service.")


def only_in_the_demo() -> None:
    """Everybody knows the demo's passwords, so real data must never get its accounts."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("This is not the demo. Set DEMO=1, and another DATABASE_URL.")


@demo_group.command("prepare")
def prepare() -> None:
    """Make the tables, and load the demo if the database is empty."""
    from volunteer import demo

    only_in_the_demo()
    bring_up_to_date()
    if demo.load_if_empty():
        click.echo("The demo communities are loaded.")


@demo_group.command("load")
def load() -> None:
    """Load the demo if the database is empty."""
    from volunteer import demo

    only_in_the_demo()
    expect_tables()
    click.echo("Loaded." if demo.load_if_empty() else "There is data already; it stays as it is.")


@demo_group.command("doors")
def doors() -> None:
    """Print the address and one sign-in for each role."""
    from volunteer import demo

    only_in_the_demo()
    expect_tables()
    click.echo(demo.doors(current_app.config["BASE_URL"]))


@contextmanager
def refusals_said() -> Iterator[None]:
    """What a rule refuses ends the command with its sentence, in the language of all others."""
    with language.speaking(language.ENGLISH):
        try:
            yield
        except DomainError as error:
            raise click.ClickException(str(error)) from error


@people.command("operator")
@click.option("--name", prompt=True)
@click.option("--login", prompt=True)
@click.password_option()
def operator(name: str, login: str, password: str) -> None:
    """Make an account for somebody who runs the service."""
    expect_tables()
    name = chinese.narrow(name)
    if not chinese.is_name(name):
        raise click.ClickException("A name is 1 to 30 letters, with no digits or signs.")
    login = chinese.narrow(login)
    if not 1 <= len(login) <= signing_in.LONGEST_LOGIN:
        raise click.ClickException("A sign-in name is 1 to 64 letters, digits or signs.")
    expect_good_password(password)
    with refusals_said():
        operators.appoint(name=name, login=login, password=password)
    click.echo(f"{login} can sign in.")


def expect_good_password(password: str) -> None:
    fits = passwords.SHORTEST <= len(password) <= passwords.LONGEST
    if not fits or passwords.is_common(password):
        raise click.ClickException(
            "Choose a password of 8 to 128 characters that nobody would guess."
        )


@people.command("password")
@click.argument("login")
@click.password_option()
def give_password(login: str, password: str) -> None:
    """A new password for who has lost theirs or their phone; all that opened their door ends.

    Make sure that it is them who ask: call the number that is known of them.
    """
    expect_tables()
    expect_good_password(password)
    operators.give_password(find_user(login), password)
    click.echo(
        f"{login} has a new password. Everybody who was in is out; older links and cards end."
    )


def find_user(login: str) -> User:
    """Raises ClickException."""
    user = signing_in.find_by_login(login)
    if user is None:
        raise click.ClickException(f"Nobody signs in with the name {login}.")
    return user


@people.command("one-step")
@click.argument("login")
def one_step(login: str) -> None:
    """One step is enough again for who has lost the phone and the spare codes.

    Make sure that it is them who ask: call the number that is known of them.
    """
    expect_tables()
    user = find_user(login)
    with refusals_said():
        second_step.end(user, by=None)
    click.echo(f"{login} signs in by password alone, and is signed out everywhere.")


@keys.command("rotate")
def rotate() -> None:
    """Seal everything with the first of DATA_KEYS, while people work; then drop the older ones."""
    expect_tables()
    try:
        count = encryption.seal_anew()
    except encryption.Unreadable as error:
        raise click.ClickException(str(error)) from error
    shred_leftovers()
    click.echo(f"{count} rows are sealed with the first key.")
