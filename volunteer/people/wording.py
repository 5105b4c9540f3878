"""What the choices about consents are called."""

from volunteer.core.language import lazy_gettext as __
from volunteer.people.models import ConsentGiver, ConsentScope, ConsentWay

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
