"""How long residents wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from volunteer.help_requests import queries
from volunteer.teams.models import Team

# How far back the figure looks.
SPAN = timedelta(days=90)
BOUNDS = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=2))


@dataclass(frozen=True)
class AnswerTimes:
    """How many requests were answered how fast; `counts` follow BOUNDS, the last is longer."""

    counts: Sequence[int]
    answered: int
    in_time: int
    waiting: int
    late: int
    median: timedelta | None

    @property
    def total(self) -> int:
        return self.answered + self.waiting


def answer_times(team: Team, now: datetime) -> AnswerTimes:
    """The figure of the last ninety days, of what the team has and what nobody has yet."""
    from statistics import median

    rows = queries.list_answer_times(team, now - SPAN)
    waits = [answered - asked for asked, _by, answered in rows if answered is not None]
    counts = [0] * (len(BOUNDS) + 1)
    for wait in waits:
        counts[sum(wait > bound for bound in BOUNDS)] += 1
    return AnswerTimes(
        counts=counts,
        answered=len(waits),
        in_time=sum(1 for _asked, by, answered in rows if answered is not None and answered <= by),
        waiting=sum(1 for _asked, _by, answered in rows if answered is None),
        late=sum(1 for _asked, by, answered in rows if answered is None and by < now),
        median=timedelta(seconds=median(w.total_seconds() for w in waits)) if waits else None,
    )
