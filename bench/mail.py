"""Ten thousand weekly messages: planned, written, sent, each noted; against bare smtplib."""

import os
import resource
import smtplib
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select, text, update

from bench import world
from bench.figures import Figure, at_least, at_most
from bench.pages import filled
from bench.sink import mail_server
from config import Testing
from tests.racing import processes
from volunteer import create_app
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.core.garbage import keep_loaded
from volunteer.notifications import delivery, letters, outbox
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import jobs, weekly
from volunteer.reminders.models import WeeklyRun
from volunteer.teams.models import Team

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "10000"))
ROUNDS = 3
A_TEAM = 50
# As many dates a week as a busy team has.
SIZE = world.Size(teams=MESSAGES // A_TEAM, people_a_team=A_TEAM, activities_a_team=2)
MANY = 100_000
# What a mail server of the internet takes for a letter.
THINKS_SECONDS = 0.02
# A worker sends so many before it is measured, so that it has loaded what it needs.
WARM = 20


@dataclass(frozen=True)
class Sent:
    """What one worker did."""

    mails: int
    seconds: float
    statements: int
    # Memory above that of the same process before it sent anything.
    mib: float

    @property
    def per_second(self) -> float:
        return self.mails / self.seconds


def mail(kind: str, folder: Path) -> Iterator[Figure]:
    with filled(kind, folder, SIZE) as url:
        make_due()
        yield planned(kind)
        with mail_server() as port:
            yield from sent(kind, url, port)
        with mail_server(THINKS_SECONDS) as port:
            yield two_instead_of_one(kind, url, port)
        yield from memory(kind, url)


def make_due() -> None:
    """Every team's message fell due a minute ago, about the seven days from tomorrow."""
    now = clock.now()
    with transaction():
        for team in session.scalars(select(Team)):
            wall = team.wall(now - timedelta(minutes=1))
            team.reminder_weekday, team.reminder_time = wall.weekday(), wall.time()
            team.reminder_set_at = now - timedelta(days=30)
    session.remove()


def planned(kind: str) -> Figure:
    """Once more and once more, from the beginning; the middle one counts."""
    taken, counted = [], []
    for _round in range(ROUNDS):
        forget()
        with counting() as statements:
            began = time.perf_counter()
            count = weekly.plan_due(clock.now())
            taken.append(time.perf_counter() - began)
        counted.append(statements())
        session.remove()
        assert count == MESSAGES, count
    return Figure(
        f"planning {MESSAGES:,} weekly messages", kind, statistics.median(taken), None,
        must=at_most(1), reach=at_most(0.3), unit="s", beside={"statements": counted[-1]},
    )  # fmt: skip


def forget() -> None:
    with transaction():
        session.execute(text("DELETE FROM outbox_messages"))
        session.execute(text("DELETE FROM weekly_runs"))
    session.remove()


class counting:  # noqa: N801 - reads as a block
    """How many statements are sent within the block; BEGIN, which carries nothing, is none."""

    def __enter__(self) -> Callable[[], int]:
        self.count = 0
        self.engine = session.get_bind().engine
        event.listen(self.engine, "before_cursor_execute", self.note)
        return lambda: self.count

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self.note)

    def note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.count += not statement.startswith("BEGIN")


def sent(kind: str, url: str, port: int) -> Iterator[Figure]:
    """Ours and bare smtplib in turn, over the same connection to the same server."""
    size = size_of_a_mail(url, port)
    floors, ours = [], []
    part = MESSAGES // ROUNDS
    for _round in range(ROUNDS):
        floors.append(apart(plain_smtplib, port, min(part, 1000), size))
        ours.append(apart(send, url, port, part))
    ratios = [us.per_second / floor for us, floor in zip(ours, floors, strict=True)]
    middle = sorted(range(ROUNDS), key=lambda number: ratios[number])[ROUNDS // 2]
    mails = sum(us.mails for us in ours)
    beside = {"mails": mails, "bytes": size, "workers": 1, "connections": 1}
    yield Figure(
        "weekly mails a second, each noted", kind, ours[middle].per_second, floors[middle],
        must=at_least(0.5), reach=at_least(1), unit="/s", beside=beside,
    )  # fmt: skip
    statements = sum(us.statements for us in ours) / mails
    yield Figure(
        "SQL statements a mail", kind, statements, None,
        must=at_most(1.2), reach=at_most(0.1), beside={"mails": mails},
    )  # fmt: skip


def two_instead_of_one(kind: str, url: str, port: int) -> Figure:
    """With a mail server that thinks as real ones do: there a worker mostly waits."""
    part = min(MESSAGES // 4, 600)
    one = rate_of(1, url, port, part)
    two = rate_of(2, url, port, part)
    return Figure(
        "two workers instead of one", kind, two, one, must=at_least(1.6), unit="/s",
        beside={"mails": part, "server_ms": round(THINKS_SECONDS * 1000)},
    )  # fmt: skip


def rate_of(workers: int, url: str, port: int, part: int) -> float:
    make_waiting(part + workers * WARM)
    answers: SimpleQueue[Sent] = processes.SimpleQueue()
    running = [
        processes.Process(target=answer, args=(answers, send, url, port, part))
        for _number in range(workers)
    ]
    for worker in running:
        worker.start()
    found = [answers.get() for _worker in running]
    for worker in running:
        worker.join()
    assert sum(each.mails for each in found) == part, found
    return part / max(each.seconds for each in found)


def memory(kind: str, url: str) -> Iterator[Figure]:
    """What a worker takes while it sends, with ten thousand waiting and with a hundred thousand."""
    with mail_server() as port:
        for count in (MESSAGES, MANY):
            multiply(count)
            found = apart(send, url, port, 2000)
            yield Figure(
                f"memory over idle, {count:,} messages", kind, found.mib, None,
                must=at_most(20), reach=at_most(8), unit="MiB", beside={"mails": found.mails},
            )  # fmt: skip


def make_waiting(count: int) -> None:
    """So many of the weekly messages wait once more, and no others."""
    with transaction():
        numbers = session.scalars(
            select(OutboxMessage.id).order_by(OutboxMessage.id).limit(count)
        ).all()
        rows = update(OutboxMessage).execution_options(synchronize_session=False)
        session.execute(rows.values(status=MessageStatus.SENT))
        session.execute(
            rows.where(OutboxMessage.id.between(numbers[0], numbers[-1])).values(
                status=MessageStatus.WAITING, ended_at=None
            )
        )
    session.remove()


def multiply(count: int) -> None:
    """The weekly messages of the same people, again and again, until so many wait."""
    forget()
    with transaction():
        run = weekly.find_due(clock.now())
        people = session.scalars(select(Person).order_by(Person.id)).all()
        first = [weekly.row_for(run[n // A_TEAM], one) for n, one in enumerate(people)]
        for turn in range(-(-count // len(first))):
            rows = first[: count - turn * len(first)]
            outbox.post_all({**row, "key": f"{row['key']}:{turn}", "message_id": f"{turn}-{row['message_id']}"} for row in rows)  # fmt: skip  # noqa: E501
        assert session.scalar(select(func.count(WeeklyRun.id))) == 0
    session.remove()


# --- in a process of its own --------------------------------------------------------------------


def apart(work: Callable[..., Any], *args: Any) -> Any:
    """What the work answers, done in a fresh process."""
    answers: SimpleQueue[Any] = processes.SimpleQueue()
    worker = processes.Process(target=answer, args=(answers, work, *args))
    worker.start()
    found = answers.get()
    worker.join()
    return found


def answer(answers: "SimpleQueue[Any]", work: Callable[..., Any], *args: Any) -> None:
    answers.put(work(*args))


def send(url: str, port: int, at_most: int) -> Sent:
    """Send so many as a worker does, in batches of the size that is set by default."""
    settings = settings_for(url, port)
    app = create_app(settings)
    with app.app_context():
        # The first batch loads what every process has to load once.
        run(WARM, batches=1)
        keep_loaded()
        idle = peak_mib()
        with counting() as statements:
            began = time.perf_counter()
            mails = 0
            # What the other rounds are to send must still be there, however large batches grow.
            largest = settings.BATCH_SIZE * delivery.GROWS_UP_TO
            while mails < at_most and (
                some := run(settings.BATCH_SIZE, batches=-(-(at_most - mails) // largest))
            ):
                mails += some
            seconds = time.perf_counter() - began
    return Sent(mails, seconds, statements(), peak_mib() - idle)


def run(batch: int, *, batches: int) -> int:
    return delivery.send_due(
        jobs.open_sender, lease=timedelta(seconds=60), at_most=batch, batches=batches
    )


def settings_for(url: str, port: int) -> Testing:
    return Testing(
        {
            "DATABASE_URL": url,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "linli@example.org",
            "BASE_URL": "https://linli.example.org",
            "LOG_LEVEL": "ERROR",
        }
    )


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size_of_a_mail(url: str, port: int) -> int:
    """The first of the weekly mails as it goes over the line."""
    found: int = apart(partial(measure, url, port))
    return found


def measure(url: str, port: int) -> int:
    app = create_app(settings_for(url, port))
    with app.app_context(), transaction():
        message = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
        assert message is not None
        letter = letters.write([message])[message.id]
        sender: Any = jobs.open_sender(message.channel)
        return len(sender.mail(message, letter))


def plain_smtplib(port: int, count: int, size: int) -> float:
    """Letters of the same size, ready to go, one after the other on one connection, a second."""
    body = ("Subject: x\r\n\r\n" + "x" * 70 + "\r\n").encode()
    body += (("x" * 70 + "\r\n") * (size // 72 - 1)).encode()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        began = time.perf_counter()
        for number in range(count):
            connection.sendmail("linli@example.org", [f"neighbour{number}@example.org"], body)
        return count / (time.perf_counter() - began)
