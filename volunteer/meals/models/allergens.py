"""What people are allergic to, and by which words it is known again in what somebody wrote."""

from enum import StrEnum


class Allergen(StrEnum):
    """The common ones; any other is looked for by its own word."""

    PEANUT = "peanut"
    NUTS = "nuts"
    EGG = "egg"
    MILK = "milk"
    SOY = "soy"
    WHEAT = "wheat"
    FISH = "fish"
    SHELLFISH = "shellfish"
    SESAME = "sesame"
    MUSHROOM = "mushroom"


# Chinese as it is written on jars, and English words.
KNOWN_BY = {
    Allergen.PEANUT: ("花生", "peanut"),
    Allergen.NUTS: ("坚果", "核桃", "杏仁", "腰果", "nut", "walnut", "almond", "cashew"),
    Allergen.EGG: ("蛋", "egg"),
    Allergen.MILK: ("奶", "乳糖", "milk", "dairy"),
    Allergen.SOY: ("大豆", "黄豆", "豆腐", "豆浆", "豆制品", "soy", "tofu"),
    Allergen.WHEAT: ("小麦", "面粉", "麸质", "面食", "面筋", "wheat", "gluten", "flour"),
    Allergen.FISH: ("鱼", "fish"),
    Allergen.SHELLFISH: (
        "海鲜", "虾", "蟹", "贝", "蛤", "shellfish", "shrimp", "prawn", "crab", "seafood",
    ),
    Allergen.SESAME: ("芝麻", "麻酱", "sesame"),
    Allergen.MUSHROOM: ("蘑菇", "菌", "香菇", "木耳", "mushroom"),
}  # fmt: skip
