"""What to buy: ingredients as people write them, and the list that grows with the portions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from volunteer.core import chinese, saying
from volunteer.meals.menus import IngredientPlan
from volunteer.meals.models import Dish, Ingredient, Unit, scaled

# What people write, in which unit we count it, and how many of those it is.
MEASURES: dict[str, tuple[Unit, int]] = {
    "公斤": (Unit.GRAM, 1000), "千克": (Unit.GRAM, 1000), "kg": (Unit.GRAM, 1000),
    "斤": (Unit.GRAM, 500), "两": (Unit.GRAM, 50), "克": (Unit.GRAM, 1), "g": (Unit.GRAM, 1),
    "毫升": (Unit.MILLILITRE, 1), "ml": (Unit.MILLILITRE, 1),
    "升": (Unit.MILLILITRE, 1000), "l": (Unit.MILLILITRE, 1000),
    "个": (Unit.PIECE, 1), "只": (Unit.PIECE, 1), "根": (Unit.PIECE, 1), "条": (Unit.PIECE, 1),
    "颗": (Unit.PIECE, 1), "棵": (Unit.PIECE, 1), "pc": (Unit.PIECE, 1), "pcs": (Unit.PIECE, 1),
    "": (Unit.PIECE, 1),
    "把": (Unit.BUNCH, 1), "bunch": (Unit.BUNCH, 1), "bunches": (Unit.BUNCH, 1),
    "块": (Unit.BLOCK, 1), "block": (Unit.BLOCK, 1), "blocks": (Unit.BLOCK, 1),
    "袋": (Unit.PACK, 1), "包": (Unit.PACK, 1), "盒": (Unit.PACK, 1), "瓶": (Unit.PACK, 1),
    "pack": (Unit.PACK, 1), "packs": (Unit.PACK, 1),
}  # fmt: skip
LINE = re.compile(
    r"(?P<name>\D.*?)\s*(?P<amount>[0-9]+(?:\.[0-9]{1,3})?)\s*(?P<unit>[^\d\s半]*)(?P<half>半)?"
)
# 三斤, 半斤, 两斤半. Without a unit it could be part of the name: 三丁.
SAID = re.compile(
    r"(?P<name>\D.*?)\s*(?P<amount>半|[一二三四五六七八九十两]+)(?P<unit>[^\d\s半]+)(?P<half>半)?"
)
LONGEST_NAME, MOST_OF_IT = 30, 1_000_000


@dataclass(frozen=True)
class ToBuy:
    """One line of the shopping list."""

    name: str
    amount: int
    unit: Unit


def read(text: str) -> tuple[list[IngredientPlan], list[str]]:
    """What goes into a dish for ten, one a line or after a comma: 鸡肉 3斤, 花生 200克. And what
    could not be read."""
    found, strange = [], []
    for part in re.split(r"[\n,，、;；]+", chinese.narrow(text)):
        words = part.strip()
        if words:
            plan = read_one(words)
            if plan is None:
                strange.append(words)
            else:
                found.append(plan)
    return found, strange


def read_one(words: str) -> IngredientPlan | None:
    match = LINE.fullmatch(words) or SAID.fullmatch(words)
    measure = MEASURES.get(match["unit"].casefold()) if match else None
    if match is None or measure is None or len(match["name"]) > LONGEST_NAME:
        return None
    count = number_in(match["amount"])
    if count is None:
        return None
    unit, each = measure
    amount = round((count + (0.5 if match["half"] else 0)) * each)
    return IngredientPlan(match["name"], amount, unit) if 0 < amount <= MOST_OF_IT else None


def number_in(words: str) -> float | None:
    """1.5, 三, 半 as a number; None for what is none: 十十."""
    if words == "半":
        return 0.5
    try:
        return float(saying.with_digits(words))
    except ValueError:
        return None


def list_for(dishes: Iterable[Dish], portions: int) -> list[ToBuy]:
    """What to buy for so many portions, in the order of the menu; what several dishes need, once.

    Added up before it is rounded up, so that nothing is bought twice over.
    """
    for_ten: dict[tuple[str, Unit], int] = {}
    for dish in dishes:
        for one in dish.ingredients:
            key = one.name, one.unit
            for_ten[key] = for_ten.get(key, 0) + one.for_ten
    return [ToBuy(name, scaled(amount, portions), unit) for (name, unit), amount in for_ten.items()]


def as_text(ingredients: Sequence[IngredientPlan | Ingredient]) -> str:
    """As a coordinator would type them, for the form."""
    return "\n".join(f"{one.name} {one.for_ten}{WRITTEN[one.unit]}" for one in ingredients)


WRITTEN = {
    Unit.GRAM: "克", Unit.MILLILITRE: "毫升", Unit.PIECE: "个",
    Unit.BUNCH: "把", Unit.BLOCK: "块", Unit.PACK: "袋",
}  # fmt: skip
