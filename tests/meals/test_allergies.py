"""Reading what somebody is allergic to, and finding it in a dish."""

import pytest

from volunteer.meals import allergies
from volunteer.meals.models import Allergen, Dish, Ingredient, Unit


def dish(name, *inside, allergens=()):
    return Dish(
        name=name,
        tags=[],
        allergens=[allergen.value for allergen in allergens],
        ingredients=[Ingredient(name=one, for_ten=1, unit=Unit.GRAM) for one in inside],
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("花生", ["花生"]),
        ("对花生、芒果过敏", ["花生", "芒果"]),
        ("花生，虾；不吃香菜", ["花生", "虾", "香菜"]),
        ("peanuts and shrimp", ["peanuts", "shrimp"]),
        ("", []),
    ],
)
def test_what_is_named_in_what_people_write(text, words):
    assert allergies.words_of(text) == words


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("海鲜", {Allergen.SHELLFISH}),
        ("虾、鸡蛋", {Allergen.SHELLFISH, Allergen.EGG}),
        ("eggplant", set()),
        ("Peanuts", {Allergen.PEANUT}),
        ("土豆", set()),
    ],
)
def test_which_common_allergens_are_meant(text, known):
    assert allergies.known_in(text) == known


def test_seafood_in_words_meets_shrimps_on_the_menu():
    found = allergies.harmful(dish("白灼虾", allergens=[Allergen.SHELLFISH]), "对海鲜过敏")

    assert found == ({Allergen.SHELLFISH}, [])


def test_a_word_that_the_menu_does_not_list_is_looked_for_by_itself():
    assert allergies.harmful(dish("凉拌鸡", "花生碎"), "花生") == (set(), ["花生"])


def test_what_is_not_in_it_harms_nobody():
    assert allergies.harmful(dish("炒白菜", "白菜"), "花生") == (set(), [])
    assert allergies.harmful(dish("花生汤", allergens=[Allergen.PEANUT]), "") == (set(), [])


def test_what_the_menu_names_is_not_said_a_second_time_in_ones_own_words():
    soup = dish("花生汤", allergens=[Allergen.PEANUT])

    assert allergies.harmful(soup, "花生") == ({Allergen.PEANUT}, [])
