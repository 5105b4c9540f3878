"""When each job of the clock last ran, so that a clock standing still is seen."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.database import Model, all_of, session, transaction

# Ticks come every 30 seconds, and a long run of sending ends after a minute or two; after this
# time the clock stands still, and monitors that ask every minute know it within five.
SILENCE = timedelta(minutes=4)


class Heartbeat(Model):
    """The last time that one job finished, what it did, and when it last stumbled."""

    __tablename__ = "heartbeats"

    job: Mapped[str] = mapped_column(unique=True)
    beat_at: Mapped[datetime]
    # How many it planned or sent in that run, where it counts something.
    did: Mapped[int | None]
    took_ms: Mapped[int | None]
    failed_at: Mapped[datetime | None]
    # The error's kind; its words stand in the log and may hold what is nobody's business.
    failure: Mapped[str | None] = mapped_column(String(60))

    @property
    def has_stumbled(self) -> bool:
        """Whether its last run failed."""
        return self.failed_at is not None and self.failed_at > self.beat_at


def beat(job: str, *, did: int | None = None, took: timedelta | None = None) -> None:
    """Note that the job has just finished, what it did and how long that took."""
    with transaction():
        row = of_job(job)
        row.beat_at = clock.now()
        row.did = did
        row.took_ms = None if took is None else round(took / timedelta(milliseconds=1))


def stumble(job: str, error: Exception) -> None:
    """Note that the job has just failed. It does not count as a beat."""
    with transaction():
        row = of_job(job)
        row.failed_at = clock.now()
        row.failure = type(error).__name__[:60]


def of_job(job: str) -> Heartbeat:
    row = session.scalars(select(Heartbeat).where(Heartbeat.job == job)).one_or_none()
    if row is None:
        row = Heartbeat(job=job, beat_at=clock.now())
        session.add(row)
    return row


def list_jobs() -> Sequence[Heartbeat]:
    """Every job that is to beat, in the order of their names."""
    return all_of(select(Heartbeat).order_by(Heartbeat.job))


def expect(jobs: Iterable[str]) -> None:
    """From now on these jobs are to beat, and no others: one that never starts is seen too."""
    names = set(jobs)
    with transaction():
        session.execute(delete(Heartbeat).where(Heartbeat.job.not_in(names)))
        known = set(session.scalars(select(Heartbeat.job)))
        now = clock.now()
        session.add_all(Heartbeat(job=name, beat_at=now) for name in sorted(names - known))


def last_beat() -> datetime | None:
    """The last beat of the job that has been silent longest."""
    return session.scalar(select(func.min(Heartbeat.beat_at)))


def last_beat_of(job: str) -> datetime | None:
    return session.scalar(select(Heartbeat.beat_at).where(Heartbeat.job == job))


def is_silent(now: datetime) -> bool:
    """Whether a job that should beat has not done so for too long."""
    last = last_beat()
    return last is not None and now - last > SILENCE
