"""Who has been seen this month, who has nobody, who is overdue: for each elder, and by estate.

Addresses are sealed in the database, so elders are put together by estate here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from volunteer.core.homes import Home
from volunteer.elders import coverage_queries
from volunteer.elders.coverage_queries import Listed
from volunteer.elders.models import Elder, ElderStatus
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

# Whoever is above the team reads no number of people smaller than this.
SMALLEST_SHOWN = 5


@dataclass(frozen=True)
class Dot:
    """One elder in one month."""

    elder: Elder
    is_seen: bool
    is_overdue: bool
    is_paired: bool

    @property
    def state(self) -> str:
        """How it is drawn: its fill says whether they were seen, its shape whether it is late."""
        shape = "late" if self.is_overdue else "round"
        return f"{shape}-{'seen' if self.is_seen else 'open'}"


@dataclass(frozen=True)
class Count:
    """How many there are in some part of the plan."""

    everybody: int = 0
    seen: int = 0
    overdue: int = 0
    unpaired: int = 0

    @property
    def missing(self) -> int:
        return self.everybody - self.seen

    @property
    def per_cent(self) -> int:
        """Rounded down: 100 means everybody."""
        return self.seen * 100 // self.everybody if self.everybody else 100

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.everybody + other.everybody,
            self.seen + other.seen,
            self.overdue + other.overdue,
            self.unpaired + other.unpaired,
        )


@dataclass(frozen=True)
class Building:
    """One building of an estate, as one walks; an empty name where none is known."""

    name: str
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Estate:
    """One estate; an empty name where no address is known."""

    name: str
    buildings: Sequence[Building]

    @property
    def dots(self) -> list[Dot]:
        return [dot for building in self.buildings for dot in building.dots]

    @property
    def count(self) -> Count:
        return count(self.dots)


@dataclass(frozen=True)
class Coverage:
    """A team's month."""

    estates: Sequence[Estate] = field(default_factory=tuple)

    @property
    def dots(self) -> list[Dot]:
        return [dot for estate in self.estates for dot in estate.dots]

    @property
    def count(self) -> Count:
        return count(self.dots)

    @property
    def missing(self) -> list[Dot]:
        """Who has not been seen, those most overdue first."""
        missing = [dot for dot in self.dots if not dot.is_seen]
        return sorted(missing, key=lambda dot: (dot.elder.due_on or date.max, dot.elder.id))


def of_team(team: Team, month: date, today: date) -> Coverage:
    """The month that begins on this day; what is overdue is so today, in the current month only."""
    elders = coverage_queries.list_elders_of(team)
    return plan(elders, coverage_queries.seen_between([team.id], *span(month)), month, today)


def plan(elders: Iterable[Elder], seen: set[int], month: date, today: date) -> Coverage:
    """These elders put together; `seen`: those whom a visit saw in that month."""
    first, after = span(month)
    is_now = first <= today < after
    dots = [
        Dot(
            elder,
            is_seen=is_seen_in(elder, seen, first, after),
            is_overdue=is_now and elder.is_overdue(today),
            is_paired=bool(elder.paired) if is_now else had_somebody(elder, first, after),
        )
        for elder in sorted(elders, key=lambda elder: elder.home.sort_key)
        if belongs(elder, elder.team, seen, after)
    ]
    return Coverage(
        [
            Estate(name, [Building(*group) for group in by_building(inside)])
            for name, inside in groupby(dots, key=lambda dot: dot.elder.home.estate)
        ]
    )


def by_building(dots: Iterable[Dot]) -> list[tuple[str, list[Dot]]]:
    return [
        (b, list(inside)) for b, inside in groupby(dots, key=lambda dot: dot.elder.home.building)
    ]


def is_seen_in(elder: Elder | Listed, seen: set[int], first: date, after: date) -> bool:
    """Whether a visit saw them in that month, or somebody met them by chance."""
    return elder.id in seen or is_within(elder.last_seen_on, first, after)


def belongs(elder: Elder | Listed, team: Team, seen: set[int], after: date) -> bool:
    """Whether somebody was to see them in this month: whoever was seen; else who is on the list
    since before its end, and is visited. Only their last state is known, and since when."""
    if elder.id in seen:
        return True
    came_later = team.today(elder.created_at) >= after
    is_visited = elder.status is ElderStatus.ACTIVE
    # Who went to hospital, left or no longer agreed later than that was visited until then.
    left_later = elder.status is not ElderStatus.ARCHIVED and elder.since_on >= after
    return not came_later and (is_visited or left_later)


def had_somebody(elder: Elder, first: date, after: date) -> bool:
    """Whether a volunteer looked after them at some time of the month."""
    return any(
        pairing.began_on < after and (pairing.ended_on is None or pairing.ended_on >= first)
        for pairing in elder.pairings
    )


def is_within(day: date | None, first: date, after: date) -> bool:
    return day is not None and first <= day < after


def span(month: date) -> tuple[date, date]:
    """The first day of the month, and that of the next one."""
    first = month.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def count(dots: Iterable[Dot]) -> Count:
    every = list(dots)
    return Count(
        len(every),
        sum(dot.is_seen for dot in every),
        sum(dot.is_overdue for dot in every),
        sum(not dot.is_paired for dot in every),
    )


# --- above the team --------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line that names nobody; without a name it is several small places together."""

    name: str
    everybody: int
    seen: int

    @property
    def missing(self) -> int:
        return self.everybody - self.seen

    @property
    def may_be_split(self) -> bool:
        """Whether it may be read how many were seen: neither part is small, or one is empty."""
        return all(part == 0 or part >= SMALLEST_SHOWN for part in (self.seen, self.missing))

    def __add__(self, other: "Row") -> "Row":
        return Row(self.name, self.everybody + other.everybody, self.seen + other.seen)


@dataclass(frozen=True)
class Above:
    """What whoever is above the teams reads of a month: places, never people."""

    rows: Sequence[Row]

    @property
    def total(self) -> Row:
        return sum(self.rows, Row("", 0, 0))

    @property
    def may_split_total(self) -> bool:
        """A single line that is not split could be reckoned from the sum."""
        unsplit = sum(not row.may_be_split for row in self.rows)
        return self.total.may_be_split and unsplit != 1


def above(month: date) -> Above:
    """All teams' elders, counted by community and estate; small places together."""
    first, after = span(month)
    teams = {team.id: team for team in team_queries.list_teams_up_to_the_city()}
    seen = coverage_queries.seen_between(teams.keys(), first, after)
    everybody, were_seen = Counter[str](), Counter[str]()
    for elder in coverage_queries.list_everywhere():
        team = teams[elder.team_id]
        if belongs(elder, team, seen, after):
            name = where(team, Home.of(elder.address))
            everybody[name] += 1
            were_seen[name] += is_seen_in(elder, seen, first, after)
    return Above(merged(Row(name, count, were_seen[name]) for name, count in everybody.items()))


def where(team: Team, home: Home) -> str:
    return " · ".join(part for part in (team.place.community.name, home.estate) if part)


def merged(rows: Iterable[Row]) -> list[Row]:
    """Places with fewer than five people become one line, which takes in the smallest of the
    others while it is small itself."""
    ordered = sorted(rows, key=lambda row: (-row.everybody, row.name))
    large = [row for row in ordered if row.everybody >= SMALLEST_SHOWN]
    rest = sum(ordered[len(large) :], Row("", 0, 0))
    while large and 0 < rest.everybody < SMALLEST_SHOWN:
        rest += large.pop()
    if rest.everybody < SMALLEST_SHOWN:
        return large
    return [*large, rest]
