"""Who suits a request, and why: each point with its reason; and sets of people as numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.help_requests.models import Reach
from volunteer.help_requests.scoring import Neighbours, Why, Wish
from volunteer.help_requests.suggestion_queries import Candidate
from volunteer.help_requests.tally import Tally, everybody_at, positions, some

NINE = datetime(2026, 10, 12, 1, tzinfo=UTC)


def person(number, **told):
    nothing = {
        "team_id": 1, "name": "", "slots": (), "skills": (), "speeches": (), "place_id": None,
        "estate": "", "building": "", "recent": 0,
    }  # fmt: skip
    return Candidate(person_id=number, **{**nothing, **told})


def wish(**asked):
    return Wish(**{"request_id": 1, "team_id": 1, "place_id": 7, **asked})


def order(candidates, asked, most=9, busy=(), **where):
    found = Neighbours(candidates, dict(busy)).suggest(asked, most, **where)
    return [one.person_id for one in found]


def reasons(candidate, asked):
    (found,) = Neighbours([candidate], {}).suggest(asked, 1)
    return {reason.why: (reason.points, reason.value) for reason in found.reasons}


@pytest.mark.parametrize(
    ("told", "asked", "why"),
    [
        ({"skills": ("repair",)}, {"skills": ["repair"]}, {Why.CAN: (25, "repair")}),
        ({"skills": ("repair",)}, {"skills": ["repair", "talk"]}, {Why.CAN: (12, "repair")}),
        ({"estate": "甲", "building": "3"}, {"estate": "甲", "building": "3"},
         {Why.SAME_BUILDING: (20, "")}),
        ({"estate": "甲", "building": "3"}, {"estate": "乙", "building": "3"}, {}),
        ({"estate": "甲", "building": "4"}, {"estate": "甲", "building": "3"},
         {Why.SAME_ESTATE: (14, "")}),
        ({"place_id": 7}, {}, {Why.SAME_COMMUNITY: (6, "")}),
        ({"slots": ("mon_am",)}, {"slots": ["mon_am"]}, {Why.FREE_THEN: (10, "")}),
        ({"slots": ("tue_am",)}, {"slots": ["mon_am"]}, {}),
        ({}, {"slots": ["mon_am"]}, {Why.SAID_NO_TIMES: (4, "")}),
        ({"speeches": ("sichuanese",)}, {"speech": "sichuanese"}, {Why.SPEAKS: (5, "sichuanese")}),
        ({}, {"helped": {5: 3}}, {Why.HELPED_BEFORE: (25, 3)}),
        ({}, {"paired": frozenset({5}), "helped": {5: 3}}, {Why.LOOKS_AFTER: (25, "")}),
    ],
)  # fmt: skip
def test_each_thing_that_speaks_for_somebody_has_its_points(told, asked, why):
    found = reasons(person(5, **told), wish(**asked))

    assert found.pop(Why.NOT_ASKED_LATELY) == (15, 0)
    assert found == why


@pytest.mark.parametrize(("recent", "points"), [(0, 15), (1, 11), (2, 7), (3, 3), (4, 0), (30, 0)])
def test_who_was_asked_less_has_more_points(recent, points):
    (found,) = Neighbours([person(5, recent=recent)], {}).suggest(wish(), 1)

    assert found.points == points


def test_the_points_of_somebody_are_those_of_their_reasons_and_a_hundred_at_most():
    best = person(
        5, skills=("repair",), estate="甲", building="3", slots=("mon_am",),
        speeches=("sichuanese",), place_id=7,
    )  # fmt: skip
    all_of_it = wish(
        skills=["repair"], estate="甲", building="3", slots=["mon_am"], speech="sichuanese",
        paired=frozenset({5}),
    )  # fmt: skip

    (found,) = Neighbours([best], {}).suggest(all_of_it, 1)

    assert found.points == sum(reason.points for reason in found.reasons) == 100


def test_a_neighbour_who_is_tired_stands_behind_one_who_can_as_well():
    tired = person(1, skills=("repair",), recent=4)
    rested = person(2, skills=("repair",))

    assert order([tired, rested], wish(skills=["repair"])) == [2, 1]


def test_who_was_asked_or_has_said_no_is_not_suggested():
    assert order([person(1), person(2)], wish(closed=frozenset({1}))) == [2]


def test_who_has_something_else_to_do_then_is_not_suggested():
    time = (NINE, NINE + timedelta(hours=2))
    busy = {1: [(NINE + timedelta(hours=1), NINE + timedelta(hours=3))],
            2: [(NINE + timedelta(hours=2), NINE + timedelta(hours=3))]}  # fmt: skip

    assert order([person(1), person(2)], wish(time=time), busy=busy) == [2]


def test_from_step_to_step_more_people_are_near_enough():
    people = [
        person(1, estate="甲", building="3"), person(2, estate="甲", building="4"),
        person(3, place_id=7), person(4), person(5, team_id=2),
    ]  # fmt: skip
    asked = wish(estate="甲", building="3")

    found = {reach: sorted(order(people, asked, reach=reach)) for reach in Reach}

    assert found == {
        Reach.BUILDING: [1], Reach.ESTATE: [1, 2], Reach.COMMUNITY: [1, 2, 3],
        Reach.TEAM: [1, 2, 3, 4], Reach.ABOVE: [1, 2, 3, 4, 5],
    }  # fmt: skip


def test_without_an_address_nobody_counts_as_living_near():
    assert order([person(1)], wish(), reach=Reach.ESTATE) == []


def test_equally_good_people_take_turns_to_be_first():
    people = [person(number) for number in range(1, 21)]

    firsts = {order(people, wish(request_id=number), most=1)[0] for number in range(1, 21)}

    assert len(firsts) > 10


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sets(st.integers(0, 60))), max_size=8),
    st.integers(1, 10),
)
def test_the_best_by_the_tally_are_the_best_by_counting(parts, most):
    tally, points = Tally(), dict.fromkeys(range(61), 0)
    for worth, people in parts:
        tally.add(worth, everybody_at(people, 61))
        for one in people:
            points[one] += worth

    certain, equal = tally.best((1 << 61) - 1, most)
    chosen = [*positions(certain), *some(equal, most - certain.bit_count(), begin=17)]

    assert sorted(points[one] for one in chosen) == sorted(points.values())[-most:]
    assert len(set(chosen)) == most


def test_who_has_done_something_else_right_before_or_after_is_free():
    time = NINE, NINE + timedelta(hours=2)
    busy = {1: [(NINE - timedelta(hours=2), NINE)],
            2: [(NINE + timedelta(hours=2), NINE + timedelta(hours=3))]}  # fmt: skip

    assert sorted(order([person(1), person(2)], wish(time=time), busy=busy)) == [1, 2]
