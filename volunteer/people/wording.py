"""What people are called on a list, and what the choices about consents are."""

from collections import Counter
from collections.abc import Iterable

from volunteer.core.language import lazy_gettext as __
from volunteer.people.models import ConsentGiver, ConsentScope, ConsentWay, Person

SCOPES = {
    ConsentScope.BASIC: __("Being looked after by the team"),
    ConsentScope.HEALTH: __("That health and diet are noted"),
    ConsentScope.CONTACTS: __("That the people to call are told"),
    ConsentScope.COMMITTEE: __("Sharing with the residents' committee"),
    ConsentScope.FOUNDATION: __("Sharing with the foundation"),
    ConsentScope.PHOTO_INSIDE: __("Photos within the team"),
    ConsentScope.PHOTO_PUBLIC: __("Photos that everybody may see"),
    ConsentScope.STORY: __("Writing down what they tell"),
    ConsentScope.SMS: __("Text messages"),
    ConsentScope.PHONE_CARE: __("Calls to ask how they are"),
    ConsentScope.COMPANION: __("Somebody who acts for them"),
    ConsentScope.YOUNG_VOLUNTEER: __("Volunteering before the age of 18"),
    ConsentScope.LIMITS: __("That it is noted what they can't do"),
}
WAYS = {
    ConsentWay.PAPER: __("On paper"),
    ConsentWay.SPOKEN: __("In spoken words"),
    ConsentWay.WEB: __("On a page of ours"),
}
GIVERS = {
    ConsentGiver.SELF: __("They themselves"),
    ConsentGiver.GUARDIAN: __("Their guardian"),
    ConsentGiver.AGENT: __("Somebody with a power of attorney"),
}


def told_apart(people: Iterable[Person]) -> dict[int, str]:
    """What each is called, by number; who bear the same name by the end of their phone as well."""
    each_once = {person.id: person for person in people}
    bearers = Counter(person.name for person in each_once.values())
    return {
        number: f"{person.name} …{person.phone[-4:]}"
        if bearers[person.name] > 1 and person.phone
        else person.name
        for number, person in each_once.items()
    }
