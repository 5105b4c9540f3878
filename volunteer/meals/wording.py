"""What the choices about lunches are called, and sentences about them."""

from collections.abc import Iterable, Mapping

from volunteer.activities import wording as activity_words
from volunteer.core import saying
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.elders import wording as elder_words
from volunteer.elders.models import DietTag
from volunteer.meals.diets import Diet
from volunteer.meals.kitchen import Conflict
from volunteer.meals.models import (
    Allergen,
    DeliveryResult,
    Meal,
    MealBooking,
    MealState,
    MealWay,
    MoneyWay,
    Unit,
)
from volunteer.meals.shopping import ToBuy

ALLERGENS = {
    Allergen.PEANUT: __("Peanuts"),
    Allergen.NUTS: __("Nuts"),
    Allergen.EGG: __("Eggs"),
    Allergen.MILK: __("Milk"),
    Allergen.SOY: __("Soy"),
    Allergen.WHEAT: __("Wheat"),
    Allergen.FISH: __("Fish"),
    Allergen.SHELLFISH: __("Shrimps, crabs, shells"),
    Allergen.SESAME: __("Sesame"),
    Allergen.MUSHROOM: __("Mushrooms"),
}
DIETS = elder_words.DIETS
WAYS = {
    MealWay.DINE_IN: __("Eats with us"),
    MealWay.DELIVERY: __("Brought home"),
}
WAY_HINTS = {
    MealWay.DINE_IN: __("At the table, in good company"),
    MealWay.DELIVERY: __("A neighbour brings it to the door"),
}
STATES = {
    MealState.BOOKING: __("Booking is open"),
    MealState.CLOSED: __("Booking is closed"),
    MealState.SERVED: __("Over"),
    MealState.CANCELLED: __("Does not take place"),
}
RESULTS = {
    DeliveryResult.HANDED_OVER: __("Given at the door"),
    DeliveryResult.NO_ANSWER: __("Nobody answered"),
    DeliveryResult.AT_NEIGHBOUR: __("Left with a neighbour"),
}
MONEY = {MoneyWay.IN: __("Came in"), MoneyWay.OUT: __("Went out")}


def when(meal: Meal) -> str:
    return activity_words.when(meal.occurrence)


def deadline(meal: Meal) -> str:
    """10月13日（周二）16:00"""
    wall = meal.deadline_wall
    return _("%(day)s %(span)s", day=saying.day_words(wall.date()), span=saying.clock_words(wall))


def portions(count: int) -> str:
    return ngettext("%(num)d portion", "%(num)d portions", count)


def tags(tags: Iterable[DietTag]) -> str:
    return saying.listed(str(DIETS[tag]) for tag in tags)


def diet(diet: Diet) -> str:
    """Diabetes, little salt; allergic to peanuts"""
    parts = [tags(diet.tags)] if diet.tags else []
    if diet.allergies:
        parts.append(_("allergic: %(what)s", what=diet.allergies))
    return _("; ").join(parts)


def allergens(found: Iterable[Allergen]) -> str:
    given = set(found)
    return saying.listed(str(words) for value, words in ALLERGENS.items() if value in given)


def harm(conflict: Conflict) -> str:
    """What of it is in the dish."""
    known = [str(words) for value, words in ALLERGENS.items() if value in conflict.known]
    return saying.listed([*known, *conflict.own_words])


def conflict(conflict: Conflict, names: Mapping[int, str] | None = None) -> str:
    """刘婆婆 花生过敏 — 今日凉拌鸡含花生; `names`: what people are called where two share one."""
    return _(
        "%(name)s is allergic: %(allergies)s. Today's %(dish)s contains: %(what)s",
        name=(names or {}).get(conflict.person.id, conflict.person.name),
        allergies=conflict.allergies,
        dish=conflict.dish.name,
        what=harm(conflict),
    )


def amount(line: ToBuy) -> str:
    """3.6斤（1.8公斤）, 500毫升, 4块"""
    count = line.amount
    if line.unit is Unit.GRAM and count >= 100:
        return _("%(kilos)s kg (%(jin)s jin)", kilos=plain(count, 1000), jin=plain(count, 500))
    if line.unit is Unit.MILLILITRE and count >= 1000:
        return _("%(count)s l", count=plain(count, 1000))
    words = {
        Unit.GRAM: _("%(grams)s g", grams=count),
        Unit.MILLILITRE: _("%(count)s ml", count=count),
        Unit.PIECE: ngettext("%(num)d piece", "%(num)d pieces", count),
        Unit.BUNCH: ngettext("%(num)d bunch", "%(num)d bunches", count),
        Unit.BLOCK: ngettext("%(num)d block", "%(num)d blocks", count),
        Unit.PACK: ngettext("%(num)d pack", "%(num)d packs", count),
    }
    return words[line.unit]


def plain(amount: int, each: int) -> str:
    """1800 by 500 as 3.6; never more than two digits after the point, and never too little."""
    hundredths = -(-amount * 100 // each)
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def money(fen: int) -> str:
    """¥1,234.50; what is missing stands after a minus."""
    sign = "−" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def entered(booking: MealBooking) -> str:
    """By whom, when it was not themselves."""
    return (
        _("entered by %(name)s", name=booking.by.name)
        if booking.was_entered_by_somebody_else
        else ""
    )
