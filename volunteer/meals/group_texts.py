"""What a coordinator copies into the WeChat group: the menu and the call to book, no names."""

from volunteer.activities.group_texts import OF_A_PLACE, cut, fitted
from volunteer.core import chinese, saying
from volunteer.core.language import gettext as _
from volunteer.meals import wording
from volunteer.meals.models import Meal

# The longest that all dishes together may be: what they contain must have its place, too.
OF_A_MENU = 90


def call_to_book(meal: Meal, address: str, *, free: int) -> str:
    """What is cooked, when and where, until when one books, and how many portions are left; as
    short as the texts of other dates."""
    head = _("[%(team)s] %(title)s", team=cut(meal.team.name), title=cut(meal.occurrence.title))
    until = _("Please book by %(deadline)s.", deadline=wording.deadline(meal))
    still_free = _("Still free: %(count)s.", count=wording.portions(free))
    left = still_free if free else _("It is full: who asks now goes on the waiting list.")
    return fitted(
        [head, wording.when(meal), cut(meal.occurrence.place, OF_A_PLACE)],
        [*contents(meal), *phone(meal)],
        [until + saying.gap() + left, address],
    )


def contents(meal: Meal) -> list[str]:
    """What may harm somebody stands first: where there is no room, the menu is left out."""
    inside = {allergen for dish in meal.dishes for allergen in dish.known_allergens}
    dishes = cut(saying.listed(dish.name for dish in meal.dishes), OF_A_MENU)
    return [
        *([_("Contains: %(allergens)s", allergens=wording.allergens(inside))] if inside else []),
        *([_("On the menu: %(dishes)s", dishes=dishes)] if dishes else []),
    ]


def phone(meal: Meal) -> list[str]:
    number = meal.team.phone
    return [_("Or call: %(phone)s", phone=chinese.phone_words(number))] if number else []
