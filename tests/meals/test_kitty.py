"""The kitty: a book that only grows, a share that never exceeds the cost, two who confirm."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from tests.factories.meals import KittyEntryFactory, KittyFactory, MealFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.core.database import session
from volunteer.meals import kitty, kitty_queries, policy
from volunteer.meals.errors import (
    AlreadyReversed,
    CountDiffers,
    CountedByOne,
    HandoverIsOpen,
    KeptAlready,
    KittyIsOpen,
    NoHandover,
    NotInTheTeam,
    ReversalStays,
    SameLine,
)
from volunteer.meals.kitty import Line, Share
from volunteer.meals.models import KittyEntry, KittyHandover, MoneyWay
from volunteer.teams.models import MembershipStatus

DAY = date(2026, 11, 25)
LINES = st.lists(st.tuples(st.sampled_from(MoneyWay), st.integers(1, 10**8)), max_size=30)


def entries(rows):
    return [KittyEntry(id=n, way=way, fen=fen) for n, (way, fen) in enumerate(rows, 1)]


# --- what is true of every book ------------------------------------------------------------------


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**9), st.integers(1, 600))
def test_all_shares_together_never_exceed_the_cost_and_miss_it_by_less_than_a_fen_a_head(
    cost, heads
):
    share = Share(cost, heads)

    assert share.each * heads <= cost
    assert share.each * heads + share.rest == cost
    assert 0 <= share.rest < heads


@settings(deadline=None, max_examples=80)
@given(LINES)
def test_the_balance_beside_each_line_is_the_sum_so_far(rows):
    book = kitty.book(entries(rows))

    for number, line in enumerate(book, 1):
        assert line.balance == kitty.balance([one.entry for one in book[:number]])
    assert [line.entry.fen for line in book] == [fen for _way, fen in rows]


@settings(deadline=None, max_examples=80)
@given(LINES, st.data())
def test_a_line_and_the_one_that_takes_it_back_are_nothing_together(rows, data):
    lines = entries(rows)
    before = kitty.balance(lines)
    way, fen = data.draw(st.tuples(st.sampled_from(MoneyWay), st.integers(1, 10**8)))
    wrong = KittyEntry(id=900, way=way, fen=fen)
    other = MoneyWay.OUT if way is MoneyWay.IN else MoneyWay.IN
    back = KittyEntry(id=901, way=other, fen=fen, reverses_id=900)

    after = [*lines, wrong, back]

    assert kitty.balance(after) == before
    assert kitty.share(after, 7) == kitty.share(lines, 7)


def test_a_portion_of_nothing_for_nobody_costs_nothing():
    assert Share(12345, 0).each == 0


# --- the book ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("database")
class TestBook:
    def test_the_same_form_sent_twice_is_one_line(self):
        purse = KittyFactory()
        line = Line(DAY, MoneyWay.OUT, 8650, "买菜")

        for _twice in range(2):
            kitty.enter(purse, line, by=purse.keeper, form_key="once")

        assert kitty.balance(kitty_queries.list_entries(purse)) == -8650

    def test_a_line_is_taken_back_once_by_another_that_stays(self):
        entry = KittyEntryFactory()
        purse = kitty_queries.get_entry(entry.id)[0]

        back = kitty.reverse(purse, entry, by=purse.keeper)

        assert kitty.balance(kitty_queries.list_entries(purse)) == 0
        assert [line.is_taken_back for line in kitty.book(kitty_queries.list_entries(purse))] == [
            True,
            False,
        ]
        with pytest.raises(AlreadyReversed):
            kitty.reverse(purse, entry, by=purse.keeper)
        with pytest.raises(ReversalStays):
            kitty.reverse(purse, back, by=purse.keeper)

    def test_the_database_itself_takes_a_line_back_once(self):
        entry = KittyEntryFactory()
        purse = kitty_queries.get_entry(entry.id)[0]
        KittyEntryFactory(kitty=purse, reverses_id=entry.id)

        with pytest.raises(IntegrityError):
            KittyEntryFactory(kitty=purse, reverses_id=entry.id)
        session.rollback()

    def test_what_was_spent_on_a_lunch_is_shared_by_all_who_eat(self):
        meal = MealFactory()
        purse = KittyFactory(team=meal.team)
        for way, fen in ((MoneyWay.OUT, 20000), (MoneyWay.OUT, 8650), (MoneyWay.IN, 31000)):
            kitty.enter(purse, Line(DAY, way, fen, "午饭", meal.id), by=purse.keeper)

        share = kitty.share_of(meal, 36)

        assert (share.cost, share.each, share.rest) == (28650, 795, 30)

    def test_what_is_taken_back_costs_the_lunch_nothing(self):
        meal = MealFactory()
        purse = KittyFactory(team=meal.team)
        line = Line(DAY, MoneyWay.OUT, 8650, "买菜", meal.id)

        back = kitty.reverse(purse, kitty.enter(purse, line, by=purse.keeper), by=purse.keeper)

        assert back.meal_id == meal.id
        assert kitty.share_of(meal, 10).cost == 0

    def test_a_team_has_one_kitty_kept_by_a_member(self):
        team = TeamFactory()
        keeper = MembershipFactory(team=team).person

        with pytest.raises(NotInTheTeam):
            kitty.open_kitty(team, PersonFactory(), by=keeper)
        kitty.open_kitty(team, keeper, by=keeper)

        with pytest.raises(KittyIsOpen):
            kitty.open_kitty(team, keeper, by=keeper)


# --- from keeper to keeper -----------------------------------------------------------------------


@pytest.mark.usefixtures("database")
class TestHandover:
    def test_the_other_keeps_it_only_when_both_have_counted_the_same(self):
        purse = KittyFactory()
        KittyEntryFactory(kitty=purse, fen=5000)
        giver, taker = purse.keeper, MembershipFactory(team=purse.team).person

        with pytest.raises(CountDiffers):
            kitty.offer(purse, taker, 4900, by=giver)
        kitty.offer(purse, taker, 5000, by=giver)
        assert purse.keeper_id == giver.id
        with pytest.raises(CountDiffers):
            kitty.accept(purse, 4900, by=taker)
        kitty.accept(purse, 5000, by=taker)

        assert purse.keeper_id == taker.id
        with pytest.raises(NoHandover):
            kitty.accept(purse, 5000, by=taker)
        assert session.query(KittyHandover).one().is_accepted

    def test_one_handover_at_a_time_and_none_to_who_has_left_meanwhile(self):
        purse = KittyFactory()
        taker, other = (MembershipFactory(team=purse.team) for _two in range(2))
        kitty.offer(purse, taker.person, 0, by=purse.keeper)

        with pytest.raises(HandoverIsOpen):
            kitty.offer(purse, other.person, 0, by=purse.keeper)
        # As if nothing followed from it: leaving the team ends the offer (end_with).
        taker.status = MembershipStatus.LEFT
        session.commit()
        with pytest.raises(NotInTheTeam):
            kitty.accept(purse, 0, by=taker.person)

        kitty.take_back(purse, by=purse.keeper)
        assert not session.query(KittyHandover).one().is_accepted

    def test_one_coordinator_never_enters_both_counts(self):
        purse = KittyFactory()
        KittyEntryFactory(kitty=purse, fen=5000)
        one, other = (CoordinatorFactory(team=purse.team).person for _two in range(2))
        taker = MembershipFactory(team=purse.team).person
        kitty.offer(purse, taker, 5000, by=one)
        handover = kitty_queries.find_handover(purse)

        with pytest.raises(CountedByOne):
            kitty.accept(purse, 5000, by=one)

        may = [policy.can_take_kitty(who, purse, handover) for who in (one, other, taker)]
        assert may == [False, True, True]
        kitty.accept(purse, 5000, by=other)
        assert purse.keeper_id == taker.id

    def test_nobody_enters_for_the_keeper_what_they_get_themselves(self):
        purse = KittyFactory()
        coordinator = CoordinatorFactory(team=purse.team).person

        with pytest.raises(CountedByOne):
            kitty.offer(purse, coordinator, 0, by=coordinator)

        kitty.offer(purse, coordinator, 0, by=purse.keeper)
        kitty.accept(purse, 0, by=coordinator)
        assert purse.keeper_id == coordinator.id

    def test_a_later_handover_has_counters_of_its_own(self):
        purse = KittyFactory()
        first, other = (CoordinatorFactory(team=purse.team).person for _two in range(2))
        taker = MembershipFactory(team=purse.team).person
        kitty.offer(purse, taker, 0, by=first)
        kitty.take_back(purse, by=first)

        kitty.offer(purse, taker, 0, by=other)
        kitty.accept(purse, 0, by=first)

        assert purse.keeper_id == taker.id

    def test_while_both_count_no_line_is_written(self):
        purse = KittyFactory()
        entry = KittyEntryFactory(kitty=purse, fen=5000)
        taker = MembershipFactory(team=purse.team).person
        kitty.offer(purse, taker, 5000, by=purse.keeper)

        with pytest.raises(HandoverIsOpen):
            kitty.enter(purse, Line(DAY, MoneyWay.IN, 1, "一分"), by=purse.keeper)
        with pytest.raises(HandoverIsOpen):
            kitty.reverse(purse, entry, by=purse.keeper)
        kitty.take_back(purse, by=taker)
        kitty.enter(purse, Line(DAY, MoneyWay.IN, 1, "一分"), by=purse.keeper)

        assert kitty.balance(kitty_queries.list_entries(purse)) == 5001

    def test_it_goes_to_another_member_of_the_team(self):
        purse = KittyFactory()

        with pytest.raises(KeptAlready):
            kitty.offer(purse, purse.keeper, 0, by=purse.keeper)
        with pytest.raises(NotInTheTeam):
            kitty.offer(purse, PersonFactory(), 0, by=purse.keeper)


def test_what_diners_paid_in_is_no_part_of_what_a_meal_cost():
    lines = entries([(MoneyWay.OUT, 8000), (MoneyWay.IN, 5000), (MoneyWay.OUT, 400)])

    assert kitty.share(lines, 2) == Share(8400, 2)


# --- the same money twice ------------------------------------------------------------------------


@pytest.mark.usefixtures("database")
def test_the_same_money_is_written_down_twice_only_by_who_says_so():
    purse = KittyFactory()
    line = Line(DAY, MoneyWay.IN, 30000, "饭钱，30位")
    first = kitty.enter(purse, line, by=purse.keeper, form_key="the keeper's page")

    with pytest.raises(SameLine, match=purse.keeper.name):
        kitty.enter(purse, line, by=PersonFactory(), form_key="the coordinator's page")
    again = kitty.enter(purse, line, by=purse.keeper, form_key="the keeper's page")
    another = kitty.enter(purse, line, by=purse.keeper, form_key="one more", is_another=True)

    assert again.id == first.id != another.id
    assert kitty.balance(kitty_queries.list_entries(purse)) == 60000


@pytest.mark.usefixtures("database")
def test_what_was_taken_back_may_be_written_down_again():
    purse = KittyFactory()
    line = Line(DAY, MoneyWay.OUT, 1200, "葱")
    kitty.reverse(purse, kitty.enter(purse, line, by=purse.keeper), by=purse.keeper)

    kitty.enter(purse, line, by=purse.keeper)

    assert kitty.balance(kitty_queries.list_entries(purse)) == -1200
