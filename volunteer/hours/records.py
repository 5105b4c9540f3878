"""What somebody did for a team in a time: the lines of a certificate, and their sum.

The written rules:
- Only what counts: a day that a coordinator has closed, with minutes that somebody else than the
  person has confirmed, unless there was no other coordinator then (activities/closing.py). On which
  days it was so, who issues the certificate reads first.
- Only voluntary service: no meeting, rehearsal or outing (志愿服务记录与证明出具办法, article 19).
- Minutes are added up as they are; only the sum is rounded, down to half an hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from volunteer.hours.models import HALF_AN_HOUR


@dataclass(frozen=True)
class Span:
    """From this day to that one, both included."""

    first_on: date
    last_on: date


@dataclass(frozen=True)
class Line:
    """One date: what, where, what they did there, and how many minutes count."""

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


def certified_hours(minutes: int) -> float:
    """What is certified of so many minutes, in hours: 134 minutes are 2.0."""
    return minutes // HALF_AN_HOUR / 2
