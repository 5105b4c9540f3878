"""A month's draft as it is looked at: date by date, who comes anyway and whom each seat names."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from volunteer.activities.models import Occurrence, OccurrenceRole, RotaDraft, RotaSeat, Signup
from volunteer.activities.rota.loading import Scene
from volunteer.activities.rota.problem import Blocker, Candidate, Problem
from volunteer.activities.rota.reasons import Reason, of_seat
from volunteer.people.models import Person


@dataclass(frozen=True)
class WorkRow:
    """A kind of work on a date: who has signed up, and the seats of the draft."""

    role: OccurrenceRole
    going: Sequence[Signup]
    seats: Sequence[RotaSeat]

    @property
    def people(self) -> list[Person]:
        named = (seat.person for seat in self.seats if seat.person is not None)
        return [*(signup.person for signup in self.going), *named]

    @property
    def filled(self) -> int:
        return len(self.going) + sum(seat.person_id is not None for seat in self.seats)

    @property
    def missing(self) -> int:
        return max(0, self.role.minimum - self.filled)


@dataclass(frozen=True)
class DateRow:
    """A date with its works."""

    occurrence: Occurrence
    works: Sequence[WorkRow]

    @property
    def people(self) -> list[Person]:
        """Who comes, each once, in the order of the works."""
        return list({person.id: person for work in self.works for person in work.people}.values())

    @property
    def is_complete(self) -> bool:
        return bool(self.people) and not any(work.missing for work in self.works)


@dataclass(frozen=True)
class Board:
    """The whole month."""

    rows: Sequence[DateRow]
    # How often each person comes, by number.
    turns: Mapping[int, int]
    # Members who come to nothing in this month.
    left_out: Sequence[Person]

    @property
    def missing(self) -> int:
        return sum(work.missing for row in self.rows for work in row.works)

    @property
    def proposed(self) -> int:
        return sum(
            seat.person_id is not None
            for row in self.rows
            for work in row.works
            for seat in work.seats
        )

    @property
    def fewest(self) -> int:
        return min(self.turns.values(), default=0)

    @property
    def most(self) -> int:
        return max(self.turns.values(), default=0)


def lay_out(scene: Scene, draft: RotaDraft | None) -> Board:
    """The draft beside the sign-ups that are there already."""
    seats: dict[int, list[RotaSeat]] = {}
    for seat in draft.seats if draft else ():
        if seat.invited_at is None:
            seats.setdefault(seat.role_id, []).append(seat)
    rows = [
        DateRow(
            occurrence,
            [
                WorkRow(role, role.going, seats.get(role.id, []))
                for role in occurrence.roles
                # Work that the plan has no more is shown as long as somebody has it.
                if not role.is_closed or role.going or role.id in seats
            ],
        )
        for occurrence in scene.dates
    ]
    turns = Counter(person for row in rows for work in row.works for person in people_of(work))
    left_out = [person for person in scene.people if person.id not in turns]
    return Board(rows, turns, left_out)


def people_of(work: WorkRow) -> Iterable[int]:
    yield from (signup.person_id for signup in work.going)
    yield from (seat.person_id for seat in work.seats if seat.person_id is not None)


@dataclass(frozen=True)
class Option:
    """Somebody who could have a seat: why, or what speaks against it."""

    person: Person
    reasons: Sequence[Reason] = ()
    blocker: Blocker | None = None


def options(problem: Problem, scene: Scene, role_id: int) -> tuple[list[Option], list[Option]]:
    """For a seat of this work: whom it suits, fewest turns first, and the others with the reason.

    Who is there anyway, or has promised to be elsewhere, is not among them.
    """
    one, work = problem.works[role_id]
    fitting: list[tuple[tuple[int, int], Option]] = []
    others: list[Option] = []
    for person in scene.people:
        member = problem.member[person.id]
        blocker = next(problem.fixed_blockers(member, one, work), None)
        if blocker is None:
            why = of_seat(problem, {}, person.id, role_id)
            fitting.append((turns_of(problem, member), Option(person, why)))
        elif blocker not in {Blocker.THERE, Blocker.BUSY}:
            others.append(Option(person, blocker=blocker))
    fitting.sort(key=lambda found: found[0])
    return [option for _turns, option in fitting], others


def turns_of(problem: Problem, member: Candidate) -> tuple[int, int]:
    """How often they come in this month, and came lately: fewest are asked first."""
    held = len(problem.held.get(member.id, ()))
    return member.already + held + member.recent, member.id
