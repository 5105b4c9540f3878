"""Whatever people press, in whatever order: places of every week, stand-ins and swaps stay right.

A small model keeps who should come when; after every step the database must agree.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import selectinload

from tests.factories.activities import ActivityFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.activities import extending, signups, stand_ins, standing, swaps
from volunteer.activities.excuses import UNSAID
from volunteer.activities.models import (
    Activity,
    Excuse,
    Occurrence,
    SearchStatus,
    Signup,
    SignupStatus,
    StandingPlace,
    StandInSearch,
    SwapOffer,
    SwapStatus,
)
from volunteer.activities.standing import StandingPlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import DomainError
from volunteer.people.models import Person

# Monday, ten in the morning in Chengdu; dates are on Wednesdays.
NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
PEOPLE, PLACES = 4, 2
who = some.integers(0, PEOPLE - 1)
which = some.integers(0, 3)


class Team(RuleBasedStateMachine):
    """One weekly lunch with two places, four people, and a clock that only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(NOW, tick=False)
        self.clock = self.travel.start()
        # Each run is undone: the next one starts from the same tables.
        session.rollback()
        self.before = session.get_bind().begin_nested()
        activity = ActivityFactory(roles=[("帮厨", 1, PLACES)])
        self.activity = activity.id
        self.people = [
            MembershipFactory(team=activity.team, person=PersonFactory()).person_id
            for _one in range(PEOPLE)
        ]
        # (person, date) that somebody gave back by themselves, and nobody brought back since.
        self.given_back: set[tuple[int, int]] = set()
        extending.extend_all(clock.now())

    def teardown(self) -> None:
        session.rollback()
        session.expunge_all()
        self.before.rollback()
        self.travel.stop()

    # --- what there is ---

    def person(self, number: int) -> Person:
        return session.get_one(Person, self.people[number])

    def date(self, number: int) -> Occurrence | None:
        coming = (
            session.query(Occurrence)
            .filter(Occurrence.activity_id == self.activity, Occurrence.starts_at > clock.now())
            .order_by(Occurrence.starts_at)
        )
        return coming.offset(number).first()

    def dates(self) -> list[Occurrence]:
        return (
            session.query(Occurrence)
            .filter_by(activity_id=self.activity)
            .options(selectinload(Occurrence.signups), selectinload(Occurrence.roles))
            .all()
        )

    def signup(self, number: int, date: int) -> Signup | None:
        occurrence = self.date(date)
        return occurrence.signup_of(self.person(number)) if occurrence else None

    def held(self, number: int) -> StandingPlace | None:
        return (
            session.query(StandingPlace)
            .filter_by(person_id=self.people[number], ended_at=None, activity_id=self.activity)
            .one_or_none()
        )

    def try_to(self, step, *args: object, **more: object) -> bool:
        """Whether the rules let it happen; a refusal changes nothing."""
        try:
            step(*args, **more)
        except DomainError:
            return False
        return True

    # --- what people press ---

    @rule(number=who, weeks=some.sampled_from([1, 2]))
    def come_every_week(self, number: int, weeks: int) -> None:
        plan = StandingPlan(0, NOW.date(), weeks)
        activity = session.get_one(Activity, self.activity)
        self.try_to(standing.begin, activity, self.person(number), plan, by=self.person(number))

    @rule(number=who, first=which, length=which)
    def pause(self, number: int, first: int, length: int) -> None:
        mine = self.held(number)
        if mine is not None:
            day = (clock.now() + timedelta(weeks=first)).date()
            standing.pause(mine, day, day + timedelta(weeks=length), by=self.person(number))

    @rule(number=who)
    def end_a_pause(self, number: int) -> None:
        mine = self.held(number)
        if mine is not None and mine.pauses:
            standing.end_pause(mine.pauses[0], by=self.person(number))

    @rule(number=who)
    def end(self, number: int) -> None:
        mine = self.held(number)
        if mine is not None:
            standing.end(mine, by=self.person(number))

    @rule(number=who, date=which)
    def sign_up(self, number: int, date: int) -> None:
        occurrence, me = self.date(date), self.person(number)
        if occurrence and self.try_to(
            signups.sign_up, occurrence, occurrence.roles[0].id, me, by=me
        ):
            self.given_back.discard((me.id, occurrence.id))

    @rule(number=who, date=which)
    def give_back(self, number: int, date: int) -> None:
        signup = self.signup(number, date)
        if signup is not None:
            signups.withdraw(signup, by=signup.person)
            self.given_back.add((signup.person_id, signup.occurrence_id))

    @rule(number=who, date=which)
    def look_for_somebody(self, number: int, date: int) -> None:
        signup = self.signup(number, date)
        if signup is not None:
            self.try_to(stand_ins.look, signup, UNSAID, by=signup.person)

    @rule(number=who, yes=some.booleans(), data=some.data())
    def answer(self, number: int, yes: bool, data: some.DataObject) -> None:
        going_on = session.query(StandInSearch).filter_by(status=SearchStatus.OPEN).all()
        if going_on:
            search = data.draw(some.sampled_from(going_on))
            me = self.person(number)
            step = stand_ins.accept if yes else stand_ins.decline
            if self.try_to(step, search, me, by=me) and yes:
                self.given_back.discard((me.id, search.signup.occurrence_id))

    @rule(number=who, date=which)
    def come_after_all(self, number: int, date: int) -> None:
        occurrence, me = self.date(date), self.person(number)
        mine = next(
            (s for s in (occurrence.signups if occurrence else []) if s.person_id == me.id), None
        )
        if mine is not None and self.try_to(stand_ins.come_after_all, mine, by=me):
            self.given_back.discard((me.id, mine.occurrence_id))

    @rule(number=who, date=which, data=some.data())
    def offer_a_swap(self, number: int, date: int, data: some.DataObject) -> None:
        signup = self.signup(number, date)
        possible = list(swaps.possible(signup)) if signup is not None and signup.is_going else []
        if possible:
            self.try_to(
                swaps.offer, signup, data.draw(some.sampled_from(possible)), by=signup.person
            )

    @rule(yes=some.booleans())
    def answer_a_swap(self, yes: bool) -> None:
        swap = session.query(SwapOffer).filter_by(status=SwapStatus.OFFERED).first()
        if swap is not None:
            step = swaps.accept if yes else swaps.decline
            own, other = swap.own, swap.other
            if self.try_to(step, swap, by=other.person) and yes:
                self.given_back.discard((own.person_id, other.occurrence_id))
                self.given_back.discard((other.person_id, own.occurrence_id))

    @rule()
    def take_back_a_yes(self) -> None:
        search = session.query(StandInSearch).filter_by(status=SearchStatus.FOUND).first()
        if search is not None:
            self.try_to(stand_ins.undo_acceptance, search, by=search.stand_in)

    @rule(hours=some.sampled_from([1, 5, 20, 60]))
    def time_goes_on(self, hours: int) -> None:
        self.clock.move_to(clock.now() + timedelta(hours=hours), tick=False)
        extending.extend_all(clock.now())
        stand_ins.look_on(clock.now())

    # --- what must always be true ---

    @invariant()
    def no_date_holds_more_than_it_has_places(self) -> None:
        session.expire_all()
        for occurrence in self.dates():
            assert len(occurrence.going) <= PLACES

    @invariant()
    def nobody_waits_while_a_place_is_free(self) -> None:
        for occurrence in self.dates():
            if occurrence.is_open(clock.now()) and occurrence.roles[0].free:
                assert occurrence.roles[0].waiting == []

    @invariant()
    def nobody_is_put_on_a_date_that_they_gave_back(self) -> None:
        for person_id, occurrence_id in self.given_back:
            row = (
                session.query(Signup)
                .filter_by(person_id=person_id, occurrence_id=occurrence_id)
                .one()
            )
            assert row.status is SignupStatus.WITHDRAWN

    @invariant()
    def who_comes_every_week_is_on_every_date_but_what_they_gave_back(self) -> None:
        for mine in session.query(StandingPlace).filter_by(ended_at=None):
            for occurrence in self.dates():
                if occurrence.is_open(clock.now()) and mine.comes_on(occurrence):
                    row = occurrence.row_of(mine.person_id)
                    assert row is not None
                    assert row.is_active or row.excuse is not Excuse.PAUSE

    @invariant()
    def a_search_goes_on_only_for_a_place_that_is_held(self) -> None:
        stand_ins.look_on(clock.now())
        session.expire_all()
        for search in session.query(StandInSearch).filter_by(status=SearchStatus.OPEN):
            assert search.signup.is_going
            assert search.signup.excused_at is not None


@pytest.mark.walks
@pytest.mark.usefixtures("database")
def test_whatever_is_pressed_in_whatever_order_every_place_stays_right():
    run_state_machine_as_test(
        Team,
        settings=settings(
            max_examples=6,
            stateful_step_count=14,
            deadline=None,
            # What is slow here is the database, and each test is one example of many steps.
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
