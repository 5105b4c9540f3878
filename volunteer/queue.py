"""Sending on any number of machines: Procrastinate's workers, on the PostgreSQL that is there.

A job is a ticket: "send one batch". It names no message; which ones a worker sends, the claim
says, as with the built-in sender, and the same code sends them. So a ticket may come twice, late
or never without harm: the sweep that the clock asks for finds what was left.

Only loaded when the setting QUEUE chooses it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import procrastinate
from flask import Flask
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from sqlalchemy import inspect

from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.core.garbage import keep_loaded
from volunteer.notifications import dispatch
from volunteer.reminders import jobs

NOT_PREPARED = (
    "The queue's tables are not made yet: run `.venv/bin/flask --app wsgi queue prepare`."
)
QUEUE = "messages"
SEND_BATCH = "send_batch"
SWEEP = "sweep"
TIDY = "tidy"
# Every five minutes; the worker that ran them is gone.
TIDY_AT = "*/5 * * * *"


class Workers:
    """The dispatcher that hands out tickets."""

    def __init__(self, tickets: procrastinate.App, *, batch: int) -> None:
        self.tickets = tickets
        self.batch = batch

    def announce(self, counts: Mapping[datetime, int]) -> None:
        """All tickets of a moment in one call, on the connection of the open transaction."""
        now = clock.now()
        for due, count in counts.items():
            task = self.tickets.configure_task(
                SEND_BATCH,
                queue=QUEUE,
                connection=our_connection(),
                schedule_at=due if due > now else None,
            )
            task.batch_defer(*({} for _ticket in range(-(-count // self.batch))))

    def sweep(self) -> None:
        """One sweep at a time waits; another one would find nothing more."""
        with transaction():
            try:
                with session.begin_nested():
                    self.tickets.configure_task(
                        SWEEP, queue=QUEUE, queueing_lock=SWEEP, connection=our_connection()
                    ).defer()
            except AlreadyEnqueued:
                pass


def our_connection() -> Any:
    """The driver's connection under the session: what is done on it belongs to our transaction."""
    return session.connection().connection.driver_connection


def build(app: Flask) -> procrastinate.App:
    """The tickets and what is done for each, on the database of this app."""
    url = session.get_bind().engine.url.set(drivername="postgresql")
    connector = procrastinate.PsycopgConnector(
        conninfo=url.render_as_string(hide_password=False), min_size=1, max_size=4
    )
    tickets = procrastinate.App(connector=connector)

    @tickets.task(name=SEND_BATCH, queue=QUEUE)
    def send_batch() -> None:
        with app.app_context():
            jobs.send_here(batches=1)

    @tickets.task(name=SWEEP, queue=QUEUE)
    def sweep() -> None:
        with app.app_context():
            jobs.send_here()

    @tickets.periodic(cron=TIDY_AT)
    @tickets.task(name=TIDY, queue=QUEUE, queueing_lock=TIDY)
    async def tidy(timestamp: int) -> None:
        """Tickets of workers that died; their messages are free again when the lease ends."""
        for job in await tickets.job_manager.get_stalled_jobs():
            await tickets.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)

    return tickets


def use(app: Flask) -> None:
    """From now on what this process posts is sent by workers."""
    dispatch.use(Workers(build(app), batch=app.config["BATCH_SIZE"]))


def is_prepared() -> bool:
    """Whether Procrastinate's tables are there; without them nothing can be posted."""
    return inspect(session.connection()).has_table("procrastinate_jobs")


def prepare(app: Flask) -> bool:
    """Make Procrastinate's tables, unless they are there; answers whether they are new."""
    tickets = build(app)
    with tickets.open():
        if tickets.check_connection():
            return False
        tickets.schema_manager.apply_schema()
    return True


def work(app: Flask, *, at_once: int) -> None:
    """Be a worker until told to stop; the letter under way is noted first."""
    tickets = build(app)
    keep_loaded()
    tickets.run_worker(queues=[QUEUE], concurrency=at_once, delete_jobs="successful")
