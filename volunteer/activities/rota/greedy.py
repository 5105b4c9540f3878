"""A good rota at once, in plain Python: hardest seats first, then exchanges that make it better.

Asked twice for the same problem it says the same.
"""

from collections import Counter
from collections.abc import Sequence

from volunteer.activities.rota.problem import (
    AGAIN,
    ALONE,
    BESIDE,
    NEEDED,
    SEAT,
    Candidate,
    Date,
    Problem,
    Proposal,
    Seats,
    Work,
    liking,
    propose,
)

# Exchanges go over all seats so often at most; after the second round little moves.
ROUNDS = 3


def solve(problem: Problem) -> Proposal:
    """A proposal for the open seats."""
    plan = Plan(problem)
    hardest = sorted(
        (problem.works[number] for number in problem.suiting),
        key=lambda found: (
            len(problem.suiting[found[1].id]) / found[1].open,
            found[0].starts_at,
            found[1].id,
        ),
    )
    for one, work in hardest:
        plan.fill(one, work, work.needed)
    for one, work in hardest:
        plan.fill(one, work, work.open)
    improve(plan, hardest)
    return propose(problem, plan.seats)


def complete(problem: Problem, seats: Seats) -> Proposal:
    """These seats, with every gap filled that can be, and exchanged where that is better."""
    plan = Plan(problem)
    works = [problem.works[number] for number in sorted(problem.suiting)]
    for number, people in sorted(seats.items()):
        one, work = problem.works[number]
        for person in people:
            plan.put(problem.member[person], one, work)
    for one, work in works:
        plan.fill(one, work, work.open)
    improve(plan, works)
    return propose(problem, plan.seats)


def improve(plan: "Plan", works: Sequence[tuple[Date, Work]]) -> None:
    """Give seats to others, and gaps to who can leave theirs, while that makes it better."""
    for _round in range(ROUNDS):
        changed = False
        for one, work in works:
            for person in list(plan.seats[work.id]):
                changed |= plan.exchange(plan.problem.member[person], one, work)
            while len(plan.seats[work.id]) < work.needed and plan.draw_in(one, work):
                changed = True
        if not changed:
            return


class Plan:
    """A rota in the making: who sits where, and what each seat would be worth."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.seats: dict[int, list[int]] = {work: [] for work in problem.works}
        self.dates: dict[int, set[int]] = {m.id: set() for m in problem.members}
        self.room: dict[int, int] = {m.id: problem.most_of(m) - m.already for m in problem.members}
        # What one more place costs each of them now.
        self.cost: dict[int, int] = {m.id: AGAIN * (m.recent + m.already) for m in problem.members}
        # For each date who is there, by whom of them somebody is wished for, how many are new.
        self.people: dict[int, set[int]] = {one.id: set() for one in problem.dates}
        self.wished: dict[int, Counter[int]] = {one.id: Counter() for one in problem.dates}
        self.new: Counter[int] = Counter()
        self.liked = {
            work: {m.id: liking(m, *problem.works[work]) for m in suiting}
            for work, suiting in problem.suiting.items()
        }
        for one in problem.dates:
            for person in sorted(one.taken & problem.member.keys()):
                self.sit_down(problem.member[person], one)

    def sit_down(self, member: Candidate, one: Date) -> None:
        self.people[one.id].add(member.id)
        self.dates[member.id].add(one.id)
        self.room[member.id] -= 1
        self.cost[member.id] += AGAIN
        self.wished[one.id].update(member.beside)
        self.new[one.id] += member.is_new

    def stand_up(self, member: Candidate, one: Date) -> None:
        self.people[one.id].remove(member.id)
        self.dates[member.id].remove(one.id)
        self.room[member.id] += 1
        self.cost[member.id] -= AGAIN
        self.wished[one.id].subtract(member.beside)
        self.new[one.id] -= member.is_new

    def put(self, member: Candidate, one: Date, work: Work) -> None:
        self.seats[work.id].append(member.id)
        self.sit_down(member, one)

    def take_away(self, member: Candidate, one: Date, work: Work) -> None:
        self.seats[work.id].remove(member.id)
        self.stand_up(member, one)

    def gain(self, member: Candidate, one: Date, work: Work) -> int:
        """What the score gains when they get this seat."""
        is_needed = len(self.seats[work.id]) < work.needed
        return SEAT + NEEDED * is_needed + self.fit(member, one, work)

    def fit(self, member: Candidate, one: Date, work: Work) -> int:
        """The part of it that hangs on the person."""
        fit = self.liked[work.id][member.id] - self.cost[member.id]
        fit += BESIDE * self.wished[one.id][member.id]
        if member.beside:
            fit += BESIDE * len(member.beside & self.people[one.id])
        if member.is_new and self.new[one.id] >= one.most_new:
            fit -= ALONE
        return fit

    def can(self, member: Candidate, one: Date) -> bool:
        """Whether nothing in this rota keeps them; what keeps them anyway is left out before."""
        return self.room[member.id] > 0 and self.dates[member.id].isdisjoint(
            self.problem.clashes[one.id]
        )

    def best(self, one: Date, work: Work) -> Candidate | None:
        """Whom this seat suits best; of equals the first."""
        able = [member for member in self.problem.suiting[work.id] if self.can(member, one)]
        return max(able, key=lambda member: self.fit(member, one, work), default=None)

    def fill(self, one: Date, work: Work, seats: int) -> None:
        while len(self.seats[work.id]) < seats:
            member = self.best(one, work)
            if member is None or self.gain(member, one, work) <= 0:
                return
            self.put(member, one, work)

    def exchange(self, member: Candidate, one: Date, work: Work) -> bool:
        """Give their seat to somebody for whom it is better."""
        self.take_away(member, one, work)
        best = self.best(one, work) or member
        is_better = self.fit(best, one, work) > self.fit(member, one, work)
        self.put(best if is_better else member, one, work)
        return is_better

    def draw_in(self, one: Date, work: Work) -> bool:
        """Fill a gap by who leaves a seat elsewhere that another can take."""
        for member in self.problem.suiting[work.id]:
            for there, other in self.own_seats(member):
                if self.moves(member, (there, other), (one, work)):
                    return True
        return False

    def own_seats(self, member: Candidate) -> list[tuple[Date, Work]]:
        """The seats that this rota gives them."""
        return [
            (self.problem.date[number], work)
            for number in sorted(self.dates[member.id])
            for work in self.problem.date[number].works
            if member.id in self.seats[work.id]
        ]

    def moves(self, member: Candidate, old: tuple[Date, Work], new: tuple[Date, Work]) -> bool:
        """Whether they went to the new seat, because the old one is filled again."""
        self.take_away(member, *old)
        lost = self.gain(member, *old)
        if self.can(member, new[0]):
            gained = self.gain(member, *new)
            self.put(member, *new)
            heir = self.best(*old)
            if heir is not None and gained + self.gain(heir, *old) > lost:
                self.put(heir, *old)
                return True
            self.take_away(member, *new)
        self.put(member, *old)
        return False
