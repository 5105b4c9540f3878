"""What somebody did for a team in a time: the lines of a certificate, and their sum.

The written rules:
- Only what counts: a day that a coordinator has closed, with minutes that somebody else than the
  person has confirmed, unless there was no other coordinator then; on which days it was so, who
  issues the certificate reads first (activities/attendance/closing.py).
- Only voluntary service: no meeting, rehearsal or outing (志愿服务记录与证明出具办法, article 19).
- A visit and help count as the team's, on the day: not whom they were for, nor where (deeds).
- Minutes are added up as they are; only the sum is rounded, down, as the team has it: to half an
  hour unless it says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from volunteer.teams.models import Rounding

STEPS = {Rounding.HALF_HOUR: 30, Rounding.HOUR: 60, Rounding.MINUTE: 1}


@dataclass(frozen=True)
class Span:
    """From this day to that one, both included."""

    first_on: date
    last_on: date


@dataclass(frozen=True)
class Line:
    """One date or deed: what, where, what they did there, and how many minutes count."""

    day: date
    title: str
    work: str
    place: str
    minutes: int

    def kept(self) -> list[Any]:
        """As the certificate keeps it."""
        return [self.day.isoformat(), self.title, self.work, self.place, self.minutes]

    @classmethod
    def read(cls, kept: list[Any]) -> "Line":
        day, *others = kept
        return cls(date.fromisoformat(day), *others)


def sum_of(lines: Iterable[Line]) -> int:
    return sum(line.minutes for line in lines)


def certified(minutes: int, rounding: Rounding) -> int:
    """How many of these minutes are certified: by half hours, of 134 it is 120."""
    step = STEPS[rounding]
    return minutes // step * step
