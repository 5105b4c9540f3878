"""What the rules of the shared lunch refuse."""

from volunteer.core.errors import DomainError
from volunteer.core.language import gettext, lazy_gettext, ngettext


class AlreadyAMeal(DomainError):
    message = lazy_gettext("This activity has its lunch already.")


class MealIsOff(DomainError):
    message = lazy_gettext("This lunch does not take place. Please choose another date.")


class MealIsOver(DomainError):
    message = lazy_gettext("This lunch is over. Please choose another date.")


class BookingIsClosed(DomainError):
    message = lazy_gettext("Booking is closed: the shopping is done. Please call the team.")


class MealIsFull(DomainError):
    message = lazy_gettext("All portions are taken. Please call the team, or choose another date.")

    def __init__(self, free: int) -> None:
        super().__init__()
        if free:
            self.message = ngettext(
                "Only %(num)d more portion is free. Please take fewer, or choose another date.",
                "Only %(num)d more portions are free. Please take fewer, or choose another date.",
                free,
            )


class AlreadyBooked(DomainError):
    message = lazy_gettext("There is a booking already. Please change that one.")


class BookingIsCancelled(DomainError):
    message = lazy_gettext("This booking was cancelled. Please book again.")


class SameLine(DomainError):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.message = gettext(
            "%(name)s has already written this into the book: the same day, amount and purpose."
            " If it was paid a second time, tick the box.",
            name=name,
        )


class BroughtHome(DomainError):
    message = lazy_gettext(
        "This meal is brought home. Please note on the page of the round what became of it."
    )


class AddressNeeded(DomainError):
    message = lazy_gettext("Please write down where we bring it.")


class DietConsentNeeded(DomainError):
    message = lazy_gettext(
        "Diet and allergies are kept only for those who agree. Please ask, and tick the box."
    )


class NotOnItsDay(DomainError):
    message = lazy_gettext("That can be noted on the day of the lunch only.")


class AlreadyStandingDiner(DomainError):
    message = lazy_gettext("They eat with us every week already.")


class StandingMealHasEnded(DomainError):
    message = lazy_gettext("This has ended. Please enter it anew.")


class MenuMissing(DomainError):
    message = lazy_gettext("There is no menu yet. Please write down the dishes first.")


class OpenConflicts(DomainError):
    message = lazy_gettext(
        "Somebody is allergic to a dish. Please see to each red line first, then check the sheet."
    )


class NoSuchConflict(DomainError):
    message = lazy_gettext("This line has changed. Please look at the list once more.")


class SaidNothing(DomainError):
    message = lazy_gettext("Please write down what was done.")


class CooksNotWell(DomainError):
    message = lazy_gettext("Each cook says first that they are well today. Please ask them.")


class NotACook(DomainError):
    message = lazy_gettext(
        "Only those who cook that day can say this. Please sign up for the kitchen first."
    )


class NotADelivery(DomainError):
    message = lazy_gettext("This portion is not brought to a home.")


class NeighbourNotAllowed(DomainError):
    message = lazy_gettext(
        "They have not agreed that a neighbour takes it. Please take the meal back, and say that "
        "nobody answered."
    )


class NoOpenAlarm(DomainError):
    message = lazy_gettext("Nothing is open here any more.")


class NotSafeYet(DomainError):
    message = lazy_gettext("Nobody has made sure yet that they are safe, so this can't be closed.")


class NotAHelper(DomainError):
    message = lazy_gettext(
        "Only an active member of the team can bring meals. Please choose somebody else."
    )


class NotForTheYoung(DomainError):
    message = lazy_gettext(
        "Who brings meals goes to homes alone, and nobody under 18 does. Please choose a grown-up."
    )


class NotOnTheList(DomainError):
    message = lazy_gettext("They are not on this list.")


class KittyIsOpen(DomainError):
    message = lazy_gettext("The team has a kitty already.")


class AlreadyReversed(DomainError):
    message = lazy_gettext("This line was taken back already.")


class ReversalStays(DomainError):
    message = lazy_gettext("A line that takes another one back stays. Please enter a new line.")


class NotInTheTeam(DomainError):
    message = lazy_gettext("Only a member of the team can keep the money. Please choose a member.")


class KeptAlready(DomainError):
    message = lazy_gettext("They keep the money already.")


class HandoverIsOpen(DomainError):
    message = lazy_gettext("The kitty is being handed over. Please finish that first.")


class NoHandover(DomainError):
    message = lazy_gettext("Nobody is handing the kitty over now.")


class CountedByOne(DomainError):
    message = lazy_gettext(
        "Two people count the money. Please let somebody else enter the second count: who gets it, "
        "or another coordinator."
    )


class CountDiffers(DomainError):
    message = lazy_gettext(
        "The money counted is not what the book says. Please enter the difference first."
    )
