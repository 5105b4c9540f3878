"""Ingredients as people write them, and a list that grows with the portions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volunteer.meals import shopping
from volunteer.meals.menus import IngredientPlan
from volunteer.meals.models import Dish, Ingredient, Unit
from volunteer.meals.shopping import ToBuy

AMOUNTS = st.lists(st.integers(1, 100_000), min_size=1, max_size=6)


def dishes(amounts):
    return [
        Dish(name="菜", ingredients=[Ingredient(name="鸡肉", for_ten=amount, unit=Unit.GRAM)])
        for amount in amounts
    ]


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("鸡肉 3斤", 1500, Unit.GRAM),
        ("鸡肉1.5公斤", 1500, Unit.GRAM),
        ("花生 200克", 200, Unit.GRAM),
        ("姜 2两", 100, Unit.GRAM),
        ("酱油 250ml", 250, Unit.MILLILITRE),
        ("鸡蛋 15个", 15, Unit.PIECE),
        ("鸡蛋 15", 15, Unit.PIECE),
        ("豆腐 4块", 4, Unit.BLOCK),
        ("小葱 ２ 把", 2, Unit.BUNCH),
        ("rice 1.2 kg", 1200, Unit.GRAM),
        ("五花肉三斤", 1500, Unit.GRAM),
        ("肉 两斤半", 1250, Unit.GRAM),
        ("土豆3斤半", 1750, Unit.GRAM),
        ("花椒半斤", 250, Unit.GRAM),
        ("姜二两", 100, Unit.GRAM),
        ("小葱十把", 10, Unit.BUNCH),
        ("老干妈三丁 2瓶", 2, Unit.PACK),
    ],
)
def test_an_ingredient_is_read_as_people_write_it(text, amount, unit):
    found, strange = shopping.read(text)

    assert [(one.for_ten, one.unit) for one in found] == [(amount, unit)]
    assert strange == []


def test_what_can_not_be_read_is_named():
    found, strange = shopping.read("鸡肉 3斤，盐适量\n土豆 2筐\n八角\n三两\n米十十斤")

    assert found == [IngredientPlan("鸡肉", 1500, Unit.GRAM)]
    assert strange == ["盐适量", "土豆 2筐", "八角", "三两", "米十十斤"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["鸡肉", "姜", "豆腐"]), st.integers(1, 10**6),
                          st.sampled_from(Unit)), max_size=6))  # fmt: skip
def test_what_was_read_is_shown_so_that_it_is_read_the_same_again(rows):
    plans = [IngredientPlan(*row) for row in rows]

    assert shopping.read(shopping.as_text(plans)) == (plans, [])


@settings(deadline=None, max_examples=60)
@given(AMOUNTS, st.integers(0, 300))
def test_there_is_always_enough_and_never_a_unit_too_much(amounts, portions):
    found = shopping.list_for(dishes(amounts), portions)

    assert len(found) == 1
    assert 0 <= found[0].amount * 10 - sum(amounts) * portions < 10


@settings(deadline=None, max_examples=60)
@given(AMOUNTS, st.integers(0, 300), st.integers(0, 300))
def test_more_portions_never_need_less(amounts, few, more):
    low, high = sorted((few, more))

    assert (
        shopping.list_for(dishes(amounts), low)[0].amount
        <= shopping.list_for(dishes(amounts), high)[0].amount
    )


def test_the_list_of_the_example():
    assert shopping.list_for(dishes([1500, 200]), 36) == [ToBuy("鸡肉", 6120, Unit.GRAM)]
