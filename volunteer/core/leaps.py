"""A clock that leaps: what is forgotten is gone for good, so forgetting waits until it is noticed.

A machine whose battery is empty may believe for an hour that it is 2036, and a keystroke is enough
as well. Everything would be older than it may become, and gone in half a minute; and calendars that
reach that year get no new dates until it comes.
"""

import logging
from datetime import datetime, timedelta

from volunteer.core import heartbeat, marks

log = logging.getLogger(__name__)

# Longer than this nobody is without a clock, but after a holiday, or on yesterday's backup.
LEAP = timedelta(days=2)
# So long whoever runs the service, and everybody who reads a wrong day, has time to notice.
WAIT = timedelta(days=1)
WAITING = "forgetting waits until "


def must_wait(job: str, now: datetime) -> bool:
    """Whether this job is to leave everything as it is: the clock has leapt since it last ran, or
    any other has noticed that within a day."""
    last = heartbeat.last_beat_of(job)
    if last is not None and now - last > LEAP:
        marks.note_moment(WAITING, now + WAIT)
        log.warning("%s last ran on %s: it changes nothing for a day", job, f"{last:%Y-%m-%d}")
        return True
    return is_waiting(now)


def is_waiting(now: datetime) -> bool:
    """Whether a leap was noticed within a day."""
    until = marks.moment(WAITING)
    # One that lies further ahead was noted by a clock that has been put right since.
    return until is not None and now < until <= now + WAIT
