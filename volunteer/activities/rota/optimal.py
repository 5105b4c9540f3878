"""The best rota there is, by HiGHS: the extra `optimize`. The same problem, the same score.

Greedy's proposal is where it begins and what it falls back on, so it is never worse.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import highspy
import numpy as np

from volunteer.activities.rota import greedy
from volunteer.activities.rota.problem import (
    AGAIN,
    ALONE,
    BESIDE,
    NEEDED,
    SEAT,
    Date,
    Problem,
    Proposal,
    liking,
)

SECONDS = 1.0
INFINITE = highspy.kHighsInf
CHOSEN = 0.5
# One thread and one seed, so that it says the same again; greedy has found a good beginning, so
# that HiGHS need not look for one itself.
QUIETLY: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}

# A sum of columns, each with its factor, that lies between two bounds.
Sum = dict[int, float]


def solve(problem: Problem, *, seconds: float = SECONDS) -> Proposal:
    """A proposal for the open seats: the best one, or the best that was found in this time."""
    first = greedy.solve(problem)
    model = Model(problem)
    chosen = model.run(first, seconds)
    seats: dict[int, list[int]] = defaultdict(list)
    for (work, person), column in model.seats.items():
        if chosen[column] > CHOSEN:
            seats[work].append(person)
    found = greedy.complete(problem, seats)
    return found if found.score > first.score else first


@dataclass
class Columns:
    """The unknowns: what each is worth, its largest value, and whether it is whole."""

    worth: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    is_whole: list[bool] = field(default_factory=list)

    def add(self, worth: float, *, most: float = 1, is_whole: bool = False) -> int:
        self.worth.append(worth)
        self.most.append(most)
        self.is_whole.append(is_whole)
        return len(self.worth) - 1


@dataclass
class Rows:
    """The rules: each a sum of columns that is at most so much."""

    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def at_most(self, terms: Sum, most: float) -> None:
        self.columns += terms.keys()
        self.factors += terms.values()
        self.starts.append(len(self.columns))
        self.most.append(most)


class Model:
    """The problem as sums: a column says whether somebody has a seat."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.columns, self.rows = Columns(), Rows()
        # The column of each person on each work, and of a person on each date.
        self.seats: dict[tuple[int, int], int] = {}
        self.on: dict[tuple[int, int], list[int]] = defaultdict(list)
        self.of: dict[int, list[int]] = defaultdict(list)
        for number, suiting in problem.suiting.items():
            one, work = problem.works[number]
            for member in suiting:
                column = self.columns.add(SEAT + liking(member, one, work), is_whole=True)
                self.seats[number, member.id] = column
                self.on[one.id, member.id].append(column)
                self.of[member.id].append(column)
        self.fill_seats()
        self.let_rest()
        self.take_turns()
        for one in problem.dates:
            self.leave_nobody_new_alone(one)
            self.keep_company(one)

    def fill_seats(self) -> None:
        """No more than the open seats; those that are needed are worth more."""
        for number, suiting in self.problem.suiting.items():
            _one, work = self.problem.works[number]
            here = dict.fromkeys((self.seats[number, m.id] for m in suiting), 1.0)
            self.rows.at_most(here, work.open)
            needed = self.columns.add(NEEDED, most=work.needed)
            self.rows.at_most({needed: 1.0, **dict.fromkeys(here, -1.0)}, 0)

    def let_rest(self) -> None:
        """Of dates that are too near to each other nobody goes to two."""
        near = list(self.near_dates())
        for member in self.problem.members:
            stretches = {
                frozenset(c for number in together for c in self.on.get((number, member.id), ()))
                for together in near
            }
            for columns in sorted(map(sorted, stretches)):
                # A part of another stretch says nothing new.
                if len(columns) > 1 and not any(set(columns) < other for other in stretches):
                    self.rows.at_most(dict.fromkeys(columns, 1.0), 1)

    def near_dates(self) -> Iterable[list[int]]:
        """Dates that lie within one stretch of rest, and pairs that overlap beyond that."""
        rest = timedelta(days=self.problem.terms.rest_days)
        dates = self.problem.dates
        for first in sorted({one.day for one in dates}):
            yield [one.id for one in dates if first <= one.day <= first + rest]
        for one in dates:
            for other in sorted(self.problem.clashes[one.id]):
                if other > one.id and abs(self.problem.date[other].day - one.day) > rest:
                    yield [one.id, other]

    def take_turns(self) -> None:
        """Each further place of somebody costs more; nobody has more than their most."""
        for member in self.problem.members:
            columns = self.of.get(member.id, [])
            held = len(self.problem.held.get(member.id, ()))
            before = member.recent + member.already + held
            left = min(len(columns), self.problem.most_of(member) - member.already - held)
            steps = [self.columns.add(-AGAIN * (before + step)) for step in range(left)]
            if columns:
                self.rows.at_most({**dict.fromkeys(columns, 1.0), **dict.fromkeys(steps, -1.0)}, 0)

    def leave_nobody_new_alone(self, one: Date) -> None:
        """Who is new beyond half of the seats costs something."""
        members = self.problem.member
        new = {
            self.seats[work.id, member.id]: 1.0
            for work in one.works
            for member in self.problem.suiting.get(work.id, ())
            if member.is_new
        }
        there = sum(members[person].is_new for person in one.taken if person in members)
        if new:
            lonely = self.columns.add(-ALONE, most=INFINITE)
            self.rows.at_most({lonely: -1.0, **new}, one.most_new - there)

    def keep_company(self, one: Date) -> None:
        """Two of whom one wishes to go with the other are worth something together."""
        for member in self.problem.members:
            mine = self.presence(member.id, one)
            for other in sorted(member.beside) if mine is not None else ():
                theirs = self.presence(other, one)
                if theirs is None or not (mine or theirs):
                    continue
                together = self.columns.add(BESIDE)
                for columns in (mine, theirs):
                    if columns:
                        self.rows.at_most({together: 1.0, **dict.fromkeys(columns, -1.0)}, 0)

    def presence(self, person: int, one: Date) -> list[int] | None:
        """The columns by which somebody may come; none when they come anyway; None: never."""
        if person in one.taken:
            return []
        return self.on.get((one.id, person)) or None

    def run(self, first: Proposal, seconds: float) -> list[float]:
        """The value of each column in the best rota found, beginning with the first one."""
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor lacks types
        for option, value in (QUIETLY | {"time_limit": seconds}).items():
            solver.setOptionValue(option, value)
        solver.passModel(self.as_lp())
        taken = [
            self.seats[work, person] for work, people in first.seats.items() for person in people
        ]
        solver.setSolution(len(taken), np.array(taken, dtype=np.int32), np.ones(len(taken)))
        solver.run()
        found = list(solver.getSolution().col_value)
        return found if len(found) == len(self.columns.worth) else [0.0] * len(self.columns.worth)

    def as_lp(self) -> highspy.HighsLp:
        columns, rows = self.columns, self.rows
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(columns.worth), len(rows.most)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array(columns.worth)
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.array(columns.most)
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            for whole in columns.is_whole
        ]
        lp.row_lower_ = np.full(lp.num_row_, -INFINITE)
        lp.row_upper_ = np.array(rows.most)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(rows.starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(rows.columns, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(rows.factors)
        return lp
