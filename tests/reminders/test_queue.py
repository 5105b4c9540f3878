"""Sending by Procrastinate: told of in the transaction that posts, and a kill loses nothing."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

import config
from tests import sending
from tests.factories.people import PersonFactory
from tests.racing import processes
from tests.sending import open_mailbox, settings
from tests.servers import migrated
from volunteer import create_app, queue, scheduler, warm_up
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import dispatch, letters, outbox
from volunteer.notifications.models import MessageStatus

MESSAGES = 200

pytestmark = pytest.mark.processes


@pytest.fixture
def url(tmp_path) -> Iterator[str]:
    """A PostgreSQL database with our tables and the queue's."""
    with migrated("postgresql", tmp_path, "queue") as address:
        queue.prepare(create_app(queued(address, 25)))
        try:
            yield address
        finally:
            dispatch.use(None)


def queued(url: str, port: int) -> config.Testing:
    chosen = settings(url, port)
    chosen.QUEUE = "procrastinate"
    return chosen


def tickets(task: str) -> int:
    count = session.execute(
        text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :task"), {"task": task}
    ).scalar_one()
    session.rollback()
    return int(count)


def rows(count: int, **values: object):
    people = PersonFactory.build_batch(count)
    session.add_all(people)
    session.flush()
    until = clock.now() + timedelta(hours=3)
    return [
        outbox.row(sending.KIND, to=one, key="1", expires_at=until, about={}, **values)
        for one in people
    ]


def work(url: str, port: int) -> None:
    """A worker's process, until killed."""
    app = create_app(queued(url, port))
    letters.written_by(sending.KIND, sending.write)
    queue.work(app, at_once=1)


def start(url: str, port: int):
    worker = processes.Process(target=work, args=(url, port), daemon=True)
    worker.start()
    return worker


@pytest.mark.parametrize("command", ["queue work", "jobs serve", "jobs run send-outbox"])
def test_before_the_queues_tables_are_made_workers_and_clock_say_how(tmp_path, command):
    with migrated("postgresql", tmp_path, "queue") as url:
        app = create_app(queued(url, 25))
        result = app.test_cli_runner().invoke(args=command.split())
        dispatch.use(None)

    assert (result.exit_code, result.output) == (1, f"Error: {queue.NOT_PREPARED}\n")


def test_before_the_queues_tables_are_made_the_web_server_says_how(tmp_path, caplog):
    with migrated("postgresql", tmp_path, "queue") as url:
        warm_up(create_app(queued(url, 25)))
        dispatch.use(None)

    assert caplog.messages == [queue.NOT_PREPARED]


def test_tickets_are_written_in_the_transaction_that_posts_and_one_a_batch(url):
    create_app(queued(url, 25))

    with transaction():
        outbox.post_all(rows(12))
    assert tickets(queue.SEND_BATCH) == 3

    def post_and_fail() -> None:
        with transaction():
            outbox.post_all(rows(12))
            raise TimeoutError

    with pytest.raises(TimeoutError):
        post_and_fail()
    assert tickets(queue.SEND_BATCH) == 3


def test_a_ticket_for_later_waits_until_then(url):
    create_app(queued(url, 25))
    due = (clock.now() + timedelta(hours=1)).replace(second=0, microsecond=0)

    with transaction():
        outbox.post_all(rows(3, due_at=due))

    found = session.execute(text("SELECT scheduled_at FROM procrastinate_jobs")).scalars().all()
    assert found == [due]


def test_the_clock_asks_for_one_sweep_however_often_it_ticks(url):
    app = create_app(queued(url, 25))
    job = next(job for job in scheduler.JOBS if job.name == "send-outbox")

    for _tick in range(3):
        scheduler.run_inside(app, job)()

    assert tickets(queue.SWEEP) == 1


def test_preparing_a_second_time_changes_nothing(url):
    assert not queue.prepare(create_app(queued(url, 25)))


def test_without_the_setting_nobody_is_told(url):
    create_app(settings(url, 25))

    with transaction():
        outbox.post_all(rows(3))

    assert tickets(queue.SEND_BATCH) == 0


def test_two_workers_of_which_one_is_killed_lose_nothing(url):
    app = create_app(queued(url, 25))
    tick = scheduler.run_inside(
        app, next(job for job in scheduler.JOBS if job.name == "send-outbox")
    )
    sending.post(MESSAGES)

    with open_mailbox(delay=0.005) as mailbox:
        doomed, other = start(url, mailbox.port), start(url, mailbox.port)
        assert mailbox.arrived.wait(sending.PATIENCE_SECONDS)
        time.sleep(0.2)
        assert len(mailbox.got) < MESSAGES
        doomed.kill()
        doomed.join()
        end = time.monotonic() + sending.PATIENCE_SECONDS * 2
        while sending.counts()[MessageStatus.WAITING] and time.monotonic() < end:
            assert other.is_alive()
            tick()
            time.sleep(0.3)
        other.kill()
        other.join()

    assert set(mailbox.got) == sending.expected()
    assert sending.counts()[MessageStatus.SENT] == MESSAGES
    assert mailbox.repeats <= 1


def test_sqlite_has_no_queue():
    with pytest.raises(config.Refused):
        config.Testing({"QUEUE": "procrastinate", "DATABASE_URL": "sqlite:///x"})
