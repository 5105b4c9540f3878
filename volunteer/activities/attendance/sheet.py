"""The list of one date, by numbers that never change, and reading the numbers typed from paper.

The sheet to sign is printed days before, and people come and go until then: so a person's number
is the place of their sign-up among all there ever were for the date, given back or not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from volunteer.activities.attendance.noting import AFTER, Arrival, opens_at
from volunteer.activities.models import Attendance, Occurrence, Signup
from volunteer.core import chinese, zones
from volunteer.core.language import gettext as _
from volunteer.people.models import Person

LONGEST_TEXT = 4000
EARLIEST_HOUR = 6
BETWEEN = re.compile(r"[\s,;，、；。]+")
NUMBER = re.compile(r"[0-9]{1,4}")
SPAN = re.compile(r"([0-9]{1,3})[-~*—–－～到至]([0-9]{1,3})")
CLOCK = re.compile(r"([0-9]{1,2})[:.点时]?([0-9]{2})分?")
TWO_CLOCKS = re.compile(r"([0-9:.点时分]{3,7})[-~*—–－～到至]([0-9:.点时分]{3,7})")


@dataclass(frozen=True)
class Line:
    """One person on the list of a date. `number` is none for who was not signed up."""

    number: int | None
    person: Person
    signup: Signup | None
    attendance: Attendance | None

    @property
    def is_going(self) -> bool:
        return self.signup is not None and self.signup.is_going

    @property
    def has_come(self) -> bool:
        return self.attendance is not None and self.attendance.has_come

    @property
    def is_listed(self) -> bool:
        """Expected, or noted: who gave the place back and did not come is not on the list."""
        return self.is_going or self.attendance is not None


def all_lines(occurrence: Occurrence, attendances: Sequence[Attendance] = ()) -> list[Line]:
    """Everybody who ever signed up, by number, and after them who came without, by name."""
    noted = {row.person_id: row for row in attendances}
    signups = sorted(occurrence.signups, key=lambda signup: signup.id)
    numbered = [
        Line(number, signup.person, signup, noted.pop(signup.person_id, None))
        for number, signup in enumerate(signups, 1)
    ]
    # What is left was noted of people who had not signed up.
    return numbered + [Line(None, row.person, None, row) for row in noted.values()]


def lines(occurrence: Occurrence, attendances: Sequence[Attendance] = ()) -> list[Line]:
    """Those who are expected or noted; the others' numbers are left out."""
    return [line for line in all_lines(occurrence, attendances) if line.is_listed]


@dataclass
class Typed:
    """What was understood of the numbers typed, and what was not, line by line."""

    arrivals: dict[int, Arrival] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    # (line of the text from 1, what stands there, what is wrong with it)
    errors: list[tuple[int, str, str]] = field(default_factory=list)


def read(text: str, occurrence: Occurrence, all_of_it: Sequence[Line]) -> Typed:
    """Who came by the numbers on the sheet: `1 3 4 7-9`; with times: `4 10:20`, `4 10:20-12:00`.

    A time belongs to the one number before it. Nothing is guessed: what can't be a number of the
    sheet or a time of the date is an error beside its line.
    """
    reader = Reader(occurrence, {line.number: line for line in all_of_it if line.number})
    for row, words in enumerate(text[:LONGEST_TEXT].splitlines(), 1):
        reader.begin_row(row)
        for word in filter(None, BETWEEN.split(chinese.narrow(words))):
            reader.take(word)
    return reader.typed


class Reader:
    """Takes one word after the other, and remembers the number that a time would belong to."""

    def __init__(self, occurrence: Occurrence, by_number: dict[int, Line]) -> None:
        self.occurrence, self.by_number = occurrence, by_number
        self.typed = Typed()
        self.row = 0
        self.last: int | None = None

    def begin_row(self, row: int) -> None:
        self.row, self.last = row, None

    def take(self, word: str) -> None:
        if NUMBER.fullmatch(word) and (int(word) in self.by_number or len(word) < 3):
            self.take_number(word)
        elif span := SPAN.fullmatch(word):
            self.take_span(word, int(span[1]), int(span[2]))
        elif clocks := TWO_CLOCKS.fullmatch(word):
            self.take_times(word, clocks[1], clocks[2])
        elif CLOCK.fullmatch(word):
            self.take_times(word, word)
        else:
            self.refuse(word, _("We can't read this as a number of the sheet or a time."))

    def take_number(self, word: str) -> None:
        number = int(word)
        line = self.by_number.get(number)
        if line is None:
            self.last = None
            self.refuse(
                word, _("The sheet has no number %(number)d, only 1 to %(last)d.",
                        number=number, last=max(self.by_number, default=0)))  # fmt: skip
            return
        self.last = number
        self.typed.lines[number] = line
        self.typed.arrivals.setdefault(number, Arrival(line.person.id))

    def take_span(self, word: str, first: int, last: int) -> None:
        if not (first <= last and {first, last} <= self.by_number.keys()):
            self.refuse(
                word, _("From %(first)d to %(last)d: the sheet has 1 to %(end)d, counted upward.",
                        first=first, last=last, end=max(self.by_number, default=0)))  # fmt: skip
            return
        for number in range(first, last + 1):
            # Who gave their place back in between was not on the sheet any more.
            if self.by_number[number].is_listed:
                self.take_number(str(number))
        self.last = None

    def take_times(self, word: str, come: str, leave: str | None = None) -> None:
        if self.last is None:
            self.refuse(word, _("Write a time behind the one number that it belongs to."))
            return
        arrived, left = times = self.moment(come), self.moment(leave) if leave else None
        if arrived is None or (leave and left is None):
            self.refuse(word, _("We can't read this as a time such as 10:20."))
        elif arrived > self.occurrence.ends_at or not all(map(self.is_around, filter(None, times))):
            self.refuse(word, _("That is not within the time of this date."))
        elif left and left <= arrived:
            self.refuse(word, _("They must leave after they came."))
        else:
            person = self.by_number[self.last].person
            self.typed.arrivals[self.last] = Arrival(person.id, arrived, left)

    def moment(self, word: str) -> datetime | None:
        """The moment of this clock time around the date: 2:30 on the sheet of an afternoon means
        half past two in the afternoon, and 0:30 on that of an evening the night after it. A task
        takes the whole day, but nobody does it before six in the morning."""
        match = CLOCK.fullmatch(word)
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            return None
        wall = self.occurrence.wall_starts.replace(hour=int(match[1]), minute=int(match[2]))
        is_afternoon = self.occurrence.is_task and wall.hour < EARLIEST_HOUR
        readings = [
            zones.to_moment(wall + timedelta(hours=hours), self.occurrence.activity.zone)
            for hours in ((12, 24) if is_afternoon else (0, 12, 24))
        ]
        return next((moment for moment in readings if self.is_around(moment)), readings[0])

    def is_around(self, moment: datetime) -> bool:
        return opens_at(self.occurrence) <= moment <= self.occurrence.ends_at + AFTER

    def refuse(self, word: str, why: str) -> None:
        self.typed.errors.append((self.row, word, why))
