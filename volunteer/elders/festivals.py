"""Whom the team greets: at 重阳节 by age, and on birthdays of those who wish it.

Only who is visited now is greeted: nobody in hospital, nobody who left or died.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from volunteer.audit import trail
from volunteer.core import chinese, clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.elders import festival_queries
from volunteer.elders.errors import NoLongerServed, NoSuchDay
from volunteer.elders.models import Birthday, Elder, Visit
from volunteer.people.models import Person
from volunteer.teams.models import Team

# How far ahead birthdays are listed, and how near the festival a visit is a greeting.
DAYS_AHEAD = 30
AROUND_FESTIVAL = timedelta(days=7)
# From these ages on somebody is greeted at the festival, the oldest first.
BANDS = (100, 90, 80)
LEAP_YEAR = 2000


class CalendarKind(StrEnum):
    LUNAR = "lunar"
    SOLAR = "solar"


@dataclass(frozen=True)
class YearlyDay:
    """A month and a day of one of the two calendars."""

    calendar: CalendarKind
    month: int
    day: int

    @property
    def words(self) -> str:
        """As it is kept."""
        return f"{self.calendar}-{self.month}-{self.day}"

    @classmethod
    def read(cls, words: str) -> "YearlyDay":
        calendar, month, day = words.split("-")
        return cls(CalendarKind(calendar), int(month), int(day))

    @property
    def exists(self) -> bool:
        """Whether the calendar has such a day in some year."""
        if not (1 <= self.month <= 12 and 1 <= self.day <= 31):
            return False
        if self.calendar is CalendarKind.LUNAR:
            return self.day <= len(chinese.LUNAR_DAYS)
        first = date(LEAP_YEAR, self.month, 1)
        return (first + timedelta(days=self.day - 1)).month == self.month

    def in_year(self, year: int) -> date:
        """When it is in that year of its calendar; 29 February is the 28th in a common year."""
        if self.calendar is CalendarKind.LUNAR:
            return chinese.solar_day(year, self.month, self.day)
        is_leap_day = (self.month, self.day) == (2, 29)
        return date(year, 3, 1) - timedelta(days=1) if is_leap_day else self.of(year)

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)

    def next_from(self, today: date) -> tuple[date, int]:
        """When it is next, today included, and the year of its calendar that this is in."""
        this = chinese.lunar_year(today) if self.calendar is CalendarKind.LUNAR else today.year
        days = ((self.in_year(year), year) for year in (this, this + 1))
        return next(found for found in days if found[0] >= today)


@dataclass(frozen=True)
class Coming:
    """A birthday in the coming days; `turns`: how old they are then, when the year is known."""

    elder: Elder
    on: date
    yearly: YearlyDay
    turns: int | None

    @property
    def is_round(self) -> bool:
        """整寿: 70, 80, 90."""
        return self.turns is not None and self.turns % 10 == 0


def next_festival(today: date) -> date:
    """The next 重阳节, today included."""
    this = chinese.double_ninth(today.year)
    return this if this >= today else chinese.double_ninth(today.year + 1)


def coming_birthdays(team: Team, today: date) -> list[Coming]:
    """Of those who wish it and are visited now, in the coming thirty days, soonest first."""
    coming = []
    for birthday in festival_queries.list_birthdays(team):
        yearly = YearlyDay.read(birthday.day)
        on, year = yearly.next_from(today)
        if on - today <= timedelta(days=DAYS_AHEAD):
            born = birthday.elder.birth_year
            coming.append(Coming(birthday.elder, on, yearly, year - born if born else None))
    return sorted(coming, key=lambda found: (found.on, found.elder.id))


def by_age(elders: Iterable[Elder], year: int) -> list[tuple[int, list[Elder]]]:
    """Those who are 100, 90 or 80 and more in that year, oldest first, each once."""
    bands: list[tuple[int, list[Elder]]] = [(band, []) for band in BANDS]
    for elder in sorted(elders, key=lambda elder: (elder.birth_year or year, elder.id)):
        age = year - elder.birth_year if elder.birth_year else 0
        for band, inside in bands:
            if age >= band:
                inside.append(elder)
                break
    return bands


def greetings(team: Team, festival: date) -> dict[int, Visit]:
    """The visit near the festival that each elder has, planned or done, by the elder's number."""
    return festival_queries.visits_around(team, festival, AROUND_FESTIVAL)


def wish(elder: Elder, yearly: YearlyDay | None, *, by: Person, seen: str | None = None) -> None:
    """They want to be greeted on this day; None: not, and the day is forgotten.

    `seen`: the mark of what their page showed of wished(). Raises NoLongerServed,
    ChangedMeanwhile, and NoSuchDay for a day that is in no year.
    """
    if yearly is not None and not yearly.exists:
        raise NoSuchDay
    with transaction():
        lock(elder)
        if not elder.is_served:
            raise NoLongerServed
        check_unchanged(seen, wished(elder), yearly)
        birthday = festival_queries.find_birthday(elder)
        if yearly is None and birthday is None:
            return
        if yearly is None:
            session.delete(birthday)
            trail.record("birthday.forgotten", elder, by=by, person=elder.person, team=elder.team)
            return
        birthday = birthday or Birthday(elder_id=elder.id)
        birthday.day, birthday.noted_by_id = yearly.words, by.id
        birthday.noted_at = clock.now()
        session.add(birthday)
        trail.record("birthday.wished", elder, by=by, person=elder.person, team=elder.team)


def wished(elder: Elder) -> YearlyDay | None:
    """The day on which they want to be greeted; None when they do not."""
    birthday = festival_queries.find_birthday(elder)
    return YearlyDay.read(birthday.day) if birthday else None


def people_in(bands: Sequence[tuple[int, Sequence[Elder]]]) -> int:
    return sum(len(inside) for _band, inside in bands)
