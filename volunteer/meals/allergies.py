"""Which dish may harm whom: what somebody is allergic to, held against what is in a dish."""

import re
from collections.abc import Iterable

from volunteer.core import chinese
from volunteer.meals.models import KNOWN_BY, Allergen, Dish

BETWEEN = re.compile(r"[\s,，、;；。./和及与]+|\band\b")
# What people write around the word itself: 对花生过敏.
AROUND = re.compile(r"^对|过敏$|^不吃|^不能吃|^忌|allergy$|allergic to", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """The things named in what somebody wrote: 对花生、芒果过敏 names 花生 and 芒果."""
    found = (AROUND.sub("", part).strip() for part in BETWEEN.split(chinese.narrow(text)))
    return [word for word in found if word]


def known_in(text: str) -> set[Allergen]:
    """The common allergens that these words name."""
    narrow = chinese.narrow(text).casefold()
    return {
        allergen
        for allergen, words in KNOWN_BY.items()
        if any(stands_in(word, narrow) for word in words)
    }


def stands_in(word: str, text: str) -> bool:
    """A Chinese word anywhere in the text; an English one as a word: an eggplant is no egg."""
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}(s|es)?\b", text) is not None
    return word in text


def harmful(dish: Dish, allergies: str) -> tuple[set[Allergen], list[str]]:
    """What in this dish harms somebody with these allergies: common allergens that the menu names,
    and own words that stand in the name of the dish or of what goes into it."""
    if not allergies:
        return set(), []
    meant = known_in(allergies) & set(dish.known_allergens)
    names = [chinese.narrow(name).casefold() for name in names_in(dish)]
    own = [
        word
        for word in words_of(allergies)
        if any(stands_in(word.casefold(), name) for name in names)
    ]
    return meant, [word for word in own if not known_in(word) & meant]


def names_in(dish: Dish) -> Iterable[str]:
    yield dish.name
    for ingredient in dish.ingredients:
        yield ingredient.name
