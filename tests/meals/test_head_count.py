"""Head counts: confirmed + walked in − did not come, and the cooks who eat; whatever is booked."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from volunteer.elders.models import DietTag
from volunteer.meals import head_count
from volunteer.meals.diets import Diet
from volunteer.meals.models import BookingStatus, Diner, MealBooking, MealWay


def booking(person_id, way, portions, state):
    return MealBooking(
        diner=Diner(person_id=person_id),
        way=way,
        portions=portions,
        status=BookingStatus.CANCELLED if state == "cancelled" else BookingStatus.BOOKED,
        is_walk_in=state == "walked_in",
        is_no_show=state == "no_show",
    )


STATES = ("booked", "walked_in", "no_show", "cancelled")
DIETS = st.builds(
    Diet,
    st.sets(st.sampled_from(DietTag)).map(lambda tags: tuple(t for t in DietTag if t in tags)),
)
MEALS = st.lists(
    st.tuples(st.sampled_from(MealWay), st.integers(1, 6), st.sampled_from(STATES)), max_size=40
)
COOKS = st.sets(st.integers(0, 60), max_size=8)


def drawn(rows):
    return [booking(number, *row) for number, row in enumerate(rows)]


@settings(deadline=None, max_examples=60)
@given(MEALS, COOKS)
def test_diners_are_those_confirmed_and_walked_in_without_those_who_stayed_away(rows, cooks):
    portions = Counter()
    for _way, count, state in rows:
        portions[state] += count

    found = head_count.count(drawn(rows), cooks)

    assert found.diners == portions["booked"] + portions["walked_in"]
    assert found.confirmed == portions["booked"] + portions["no_show"]
    assert found.confirmed + found.walked_in - found.no_shows == found.diners
    assert found.dine_in + found.delivered == found.diners


@settings(deadline=None, max_examples=60)
@given(MEALS, COOKS, st.dictionaries(st.integers(0, 60), DIETS))
def test_every_portion_stands_in_exactly_one_group(rows, cooks, diets):
    found = head_count.count(drawn(rows), cooks, diets)

    assert sum(found.groups.values()) == found.cooked
    assert found.ordinary + sum(count for _tags, count in found.special) == found.cooked
    assert all(count <= found.cooked for count in found.by_tag.values())


@settings(deadline=None, max_examples=60)
@given(MEALS, COOKS)
def test_a_cook_with_a_portion_of_their_own_is_cooked_for_once(rows, cooks):
    booked = {n for n, row in enumerate(rows) if row[2] in {"booked", "walked_in"}}

    found = head_count.count(drawn(rows), cooks)

    assert found.cooks == len(cooks - booked)
    assert found.cooked == found.diners + found.cooks


@settings(deadline=None, max_examples=60)
@given(MEALS, COOKS, st.randoms())
def test_the_order_of_the_list_does_not_matter(rows, cooks, chance):
    mixed = drawn(rows)
    chance.shuffle(mixed)

    assert head_count.count(mixed, cooks) == head_count.count(drawn(rows), cooks)


def test_the_wednesday_of_the_example():
    rows = [(MealWay.DINE_IN, 1, "booked")] * 24 + [(MealWay.DELIVERY, 1, "booked")] * 7
    rows += [(MealWay.DINE_IN, 1, "cancelled")] * 3
    rows[0] = (MealWay.DINE_IN, 1, "walked_in")
    rows += [(MealWay.DINE_IN, 1, "no_show")]

    found = head_count.count(drawn(rows), [101, 102, 103, 104, 105])

    assert (found.diners, found.dine_in, found.delivered) == (31, 24, 7)
    assert (found.cooks, found.cooked) == (5, 36)


def test_guests_are_counted_by_their_portions_and_those_who_stayed_away_are_none():
    guest, away, diner = (
        booking(number, MealWay.DINE_IN, 2, state)
        for number, state in enumerate(("booked", "no_show", "booked"))
    )
    guest.guest_of_id = away.guest_of_id = 7

    assert head_count.count([guest, away, diner]).guests == 2
