"""Places beside a small model of them: whatever people do in whatever order, both agree.

The model knows nothing of databases: a set of those going, a list of those waiting, and who of
them is asked until when.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.factories.activities import OccurrenceFactory, member_of
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import queries, signups, waitlist
from volunteer.activities.attendance import walk_ins
from volunteer.activities.models import WaitingStyle
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.core.errors import DomainError

pytestmark = pytest.mark.usefixtures("database")

# Ten in the morning in Chengdu; the date begins at ten two days later, and takes two hours.
BEGIN = datetime(2026, 10, 14, 2, tzinfo=UTC)
STARTS, ENDS = BEGIN + timedelta(days=2), BEGIN + timedelta(days=2, hours=2)
CUTOFF_HOURS = 12
CUTOFF = STARTS - timedelta(hours=CUTOFF_HOURS)
PEOPLE = 4

someone = st.integers(0, PEOPLE - 1)


class Places:
    """The model."""

    def __init__(self, style: WaitingStyle, most: int) -> None:
        self.style, self.most = style, most
        self.going: set[int] = set()
        self.queue: list[int] = []
        self.asked: set[int] = set()
        self.passed: set[int] = set()

    @property
    def free(self) -> int:
        return max(0, self.most - len(self.going) - len(self.asked))

    def sign_up(self, who: int, now: datetime) -> bool:
        if now >= STARTS:
            return False
        if who not in self.going and who not in self.queue:
            if self.free:
                self.going.add(who)
            else:
                self.queue.append(who)
        return True

    def take(self, who: int, now: datetime) -> bool:
        if who in self.going:
            return True
        if now >= STARTS or who not in self.queue:
            return False
        return self.seat_if_there_is_room(who)

    def seat_if_there_is_room(self, who: int) -> bool:
        is_theirs = who in self.asked and len(self.going) < self.most
        if not is_theirs and not self.free:
            return False
        self.leave(who)
        self.going.add(who)
        return True

    def walk_in(self, who: int, now: datetime) -> bool:
        on_the_day = now + timedelta(hours=8) >= datetime(2026, 10, 16, tzinfo=UTC)
        if not on_the_day or now >= ENDS:
            return False
        return who in self.going or self.seat_if_there_is_room(who)

    def withdraw(self, who: int, now: datetime) -> bool:
        if now >= ENDS or (who not in self.going and who not in self.queue):
            return False
        self.leave(who)
        self.move(now)
        return True

    def leave(self, who: int) -> None:
        self.going.discard(who)
        self.asked.discard(who)
        self.passed.discard(who)
        if who in self.queue:
            self.queue.remove(who)

    def move(self, now: datetime) -> None:
        if now >= STARTS:
            return
        room = max(0, self.most - len(self.going))
        self.asked = set([who for who in self.queue if who in self.asked][:room])
        if now >= CUTOFF:
            return
        for who in list(self.queue):
            if not self.free or who in self.asked:
                continue
            if self.style is WaitingStyle.IN_LINE:
                self.leave(who)
                self.going.add(who)
            elif self.style is WaitingStyle.ASK and who not in self.passed:
                self.asked.add(who)


class PlacesMachine(RuleBasedStateMachine):
    @initialize(style=st.sampled_from(WaitingStyle), most=st.integers(1, 2))
    def begin(self, style: WaitingStyle, most: int) -> None:
        self.now, self.style = BEGIN, style
        self.model = Places(style, most)
        with clock.pretend(self.now):
            date = OccurrenceFactory(
                starts_at=STARTS,
                roles=[("帮厨", 0, most)],
                activity__waiting_style=style,
                activity__cutoff_hours=CUTOFF_HOURS,
            )
            self.number = date.id
            self.coordinator = CoordinatorFactory(team=date.team).person
            self.people = [member_of(date) for _number in range(PEOPLE)]
        # It is full and somebody waits: that is where things can go wrong.
        for who in range(most + 1):
            self.sign_up(who, 1)

    @property
    def date(self):
        return queries.get_occurrence(self.number)

    def both(self, what, *, by_model: bool) -> None:
        """Do it in the product: refused exactly when the model refuses it."""
        # Nobody does two things in the same moment: who comes back later stands behind the others.
        self.now += timedelta(seconds=1)
        with clock.pretend(self.now):
            try:
                what()
            except DomainError:
                done = False
            else:
                done = True
        assert done is by_model

    def row_of(self, who: int):
        person = self.people[who]
        return next((s for s in self.date.signups if s.person_id == person.id), None)

    @rule(who=someone, presses=st.integers(1, 2))
    def sign_up(self, who: int, presses: int) -> None:
        person, role = self.people[who], self.date.roles[0].id
        for _press in range(presses):
            self.both(
                lambda: signups.sign_up(self.date, role, person, by=person),
                by_model=self.model.sign_up(who, self.now),
            )

    @rule(who=someone)
    def withdraw(self, who: int) -> None:
        row = self.row_of(who)
        if row is not None:
            self.both(
                lambda: signups.withdraw(row, by=self.people[who]),
                by_model=self.model.withdraw(who, self.now),
            )

    @rule(who=someone)
    def take(self, who: int) -> None:
        row = self.row_of(who)
        if row is not None:
            self.both(
                lambda: waitlist.take(row, by=self.people[who]),
                by_model=self.model.take(who, self.now),
            )

    @rule(who=someone)
    def walk_in(self, who: int) -> None:
        role = self.date.roles[0].id
        self.both(
            lambda: walk_ins.walk_in(self.date, role, self.people[who], by=self.coordinator),
            by_model=self.model.walk_in(who, self.now),
        )

    @rule(most=st.integers(1, 3))
    def change_how_many(self, most: int) -> None:
        if self.now < STARTS:
            self.model.most = most
            self.model.move(self.now)
            with clock.pretend(self.now), transaction():
                date = self.date
                date.roles[0].maximum = most
                waitlist.promote(date)

    @rule(hours=st.sampled_from([1, 3, 14, 24]))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        late = {who for who in self.model.asked if self.row_of(who).answer_by <= self.now}
        self.model.asked -= late
        self.model.passed |= late
        if late:
            self.model.move(self.now)
        with clock.pretend(self.now):
            waitlist.pass_on(self.now)

    @invariant()
    def both_agree(self) -> None:
        numbers = {person.id: number for number, person in enumerate(self.people)}
        role = self.date.roles[0]
        found = (
            {numbers[s.person_id] for s in role.going},
            [numbers[s.person_id] for s in role.waiting],
            {numbers[s.person_id] for s in role.held},
        )
        assert found == (self.model.going, self.model.queue, self.model.asked)


@pytest.mark.walks
def test_whatever_people_do_the_places_are_as_a_small_model_says(app):
    run_state_machine_as_test(
        PlacesMachine,
        settings=settings(
            max_examples=8,
            stateful_step_count=10,
            deadline=None,
            database=None,
            # Ten steps are short enough to read: none are spent on making them fewer.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
