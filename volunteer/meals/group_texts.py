"""What a coordinator copies into the WeChat group: the menu and the call to book, no names."""

from volunteer.core import chinese, saying
from volunteer.core.language import gettext as _
from volunteer.meals import wording
from volunteer.meals.models import Meal


def call_to_book(meal: Meal, address: str, *, free: int) -> str:
    """What is cooked, when and where, until when one books, and how many portions are left."""
    lines = [
        _("[%(team)s] %(title)s", team=meal.team.name, title=meal.occurrence.title),
        wording.when(meal),
        meal.occurrence.place,
    ]
    if meal.dishes:
        dishes = saying.listed(dish.name for dish in meal.dishes)
        lines.append(_("On the menu: %(dishes)s", dishes=dishes))
        inside = {allergen for dish in meal.dishes for allergen in dish.known_allergens}
        if inside:
            lines.append(_("Contains: %(allergens)s", allergens=wording.allergens(inside)))
    lines.append(
        _("Please book until %(deadline)s.", deadline=wording.deadline(meal))
        + " "
        + _("Still free: %(count)s.", count=wording.portions(free))
    )
    if meal.team.phone:
        lines.append(_("Or call: %(phone)s", phone=chinese.phone_words(meal.team.phone)))
    lines.append(address)
    return "\n".join(lines)
