"""The clock's own scheduler: it goes on ticking when the machine's clock is set back.

Only loaded where the clock is built.
"""

from apscheduler.schedulers.blocking import BlockingScheduler

from volunteer.core import clock


class Ticking(BlockingScheduler):  # type: ignore[misc]  # APScheduler comes without types
    """A scheduler of interval jobs.

    APScheduler notes the moment of each job's next run. Set the clock back by a day, and that
    moment lies a day ahead: nothing would run until then.
    """

    def _process_jobs(self) -> float | None:
        # The one step of its loop; it wakes by a clock that nobody sets.
        now = clock.now()
        jobs = self.get_jobs()
        for job in jobs:
            if job.next_run_time - now > job.trigger.interval:
                job.modify(next_run_time=now)
        seconds: float | None = super()._process_jobs()
        # Set back between the two looks at it, the clock would let it sleep for as long.
        longest = [job.trigger.interval.total_seconds() for job in jobs]
        return seconds if seconds is None else min([seconds, *longest])
