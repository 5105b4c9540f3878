"""When each job of the clock last ran, so that a clock standing still is seen."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.database import Model, session, transaction

# Ticks come every 30 seconds; ten missed ones are no accident.
SILENCE = timedelta(minutes=5)


class Heartbeat(Model):
    """The last time that one job finished."""

    __tablename__ = "heartbeats"

    job: Mapped[str] = mapped_column(unique=True)
    beat_at: Mapped[datetime]


def beat(job: str) -> None:
    """Note that the job has just finished."""
    with transaction():
        row = session.scalars(select(Heartbeat).where(Heartbeat.job == job)).one_or_none()
        if row is None:
            session.add(Heartbeat(job=job, beat_at=clock.now()))
        else:
            row.beat_at = clock.now()


def expect(jobs: Iterable[str]) -> None:
    """From now on these jobs are to beat, and no others: one that never starts is seen too."""
    names = set(jobs)
    with transaction():
        session.execute(delete(Heartbeat).where(Heartbeat.job.not_in(names)))
        known = set(session.scalars(select(Heartbeat.job)))
        now = clock.now()
        session.add_all(Heartbeat(job=name, beat_at=now) for name in sorted(names - known))


def last_beat(job: str | None = None) -> datetime | None:
    """The last beat of this job, or of the job that has been silent longest."""
    if job is not None:
        return session.scalar(select(Heartbeat.beat_at).where(Heartbeat.job == job))
    return session.scalar(select(func.min(Heartbeat.beat_at)))


def is_silent(now: datetime) -> bool:
    """Whether a job that should beat has not done so for too long."""
    last = last_beat()
    return last is not None and now - last > SILENCE
