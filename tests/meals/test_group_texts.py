"""The call to book for the WeChat group: what is cooked, until when, how many are left."""

import pytest

from tests.factories.meals import BookingFactory, MealFactory, cooked
from volunteer.core import language
from volunteer.meals import group_texts
from volunteer.meals.menus import DishPlan
from volunteer.meals.models import Allergen

pytestmark = pytest.mark.usefixtures("database")


def test_the_call_says_menu_allergens_deadline_and_what_is_left(app):
    meal = cooked(MealFactory(), DishPlan("凉拌鸡", allergens=(Allergen.PEANUT,)), DishPlan("米饭"))
    booking = BookingFactory(meal=meal)
    meal.team.phone = "02800000200"

    with app.test_request_context("/?lang=en", headers={"Accept-Language": "en"}):
        text = group_texts.call_to_book(meal, "https://linli.example/meals/1", free=39)

    assert "Or call: 028-0000 0200" in text
    for words in ("凉拌鸡", "米饭", "https://linli.example/meals/1", "39", meal.occurrence.place):
        assert words in text
    assert booking.person.name not in text


def test_its_sentences_stand_as_each_language_has_them(app):
    meal = MealFactory()

    with app.test_request_context("/"), language.speaking("zh_Hans"):
        chinese = group_texts.call_to_book(meal, "https://linli.example/meals/1", free=5)
    with app.test_request_context("/"), language.speaking("en"):
        english = group_texts.call_to_book(meal, "https://linli.example/meals/1", free=5)

    assert "前订餐。还有5份。" in chinese
    assert "pm. Still free: 5 portions." in english


def test_without_a_menu_the_call_stands_all_the_same(app):
    meal = MealFactory()

    with app.test_request_context("/"):
        text = group_texts.call_to_book(meal, "https://linli.example/meals/1", free=40)

    assert meal.occurrence.title in text
    assert "https://linli.example/meals/1" in text


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_long_menu_keeps_the_call_within_300_letters(app, language):
    """domain.md 8.2; what may harm somebody is never what is left out."""
    dishes = [DishPlan(f"外婆家的老味道红烧狮子头第{number}份", allergens=tuple(Allergen))
              for number in range(15)]  # fmt: skip
    meal = cooked(MealFactory(), *dishes)
    meal.team.phone = "02800000200"
    meal.occurrence.place = "锦绣东方小区" * 13

    with app.test_request_context("/", headers={"Accept-Language": language}):
        text = group_texts.call_to_book(meal, "https://linli.example/meals/1", free=40)

    assert len(text) <= 300
    assert text.endswith("https://linli.example/meals/1")
    assert any(word in text for word in ("花生", "Peanuts"))


def test_of_a_full_lunch_the_group_reads_of_the_waiting_list(app):
    meal = MealFactory()
    with app.test_request_context("/"), language.speaking("en"):
        text = group_texts.call_to_book(meal, "https://linli.example/meals/1", free=0)

    assert "It is full: who asks now goes on the waiting list." in text
    assert "0 portions" not in text
