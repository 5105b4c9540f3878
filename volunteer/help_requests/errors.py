"""What may be refused about help requests."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class NothingAsked(DomainError):
    message = _("Please say in a few words what it is about, or choose a kind of help.")


class PhoneNeeded(DomainError):
    message = _("Please leave a phone number, so that somebody can call you back.")


class NothingAdded(DomainError):
    message = _("Please write in a few words what is to be added.")


class EnoughSaid(DomainError):
    message = _("No more words fit on this request. Please call the team instead.")


class CannotBeTakenUp(DomainError):
    message = _("This can't be undone any more. Please ask for something new.")


class AlreadyAnswered(DomainError):
    message = _("Somebody has answered this request already.")


class IsOver(DomainError):
    message = _("This request is over already.")


class NotTakenOn(DomainError):
    message = _("First take the request on, then ask somebody.")


class WordsNeeded(DomainError):
    message = _("Please write a sentence that the resident can understand.")


class NotWellHow(DomainError):
    """Said by who asked as well as by the team: neither is told to write for the other."""

    message = _("What is not well yet? Please write a sentence.")


class AlreadyAsked(DomainError):
    message = _(
        "This volunteer has been asked already. Please wait for the answer, or ask somebody else."
    )


class HasSaidNo(DomainError):
    message = _("They can't do this one, and have said so: please ask somebody else.")


class NobodyToWelcome(DomainError):
    message = _("Nobody waits for this answer any more.")


class AlreadyAsking(DomainError):
    message = _("The neighbours are being asked already.")


class NotAnActiveVolunteer(DomainError):
    message = _("Only active members of the team can be asked. Please choose somebody else.")


class NotThemselves(DomainError):
    message = _("Nobody is asked to help themselves. Please ask somebody else.")


class NotForTheYoung(DomainError):
    message = _(
        "Whoever helps goes to a home alone, and that is from 18 on. Please ask somebody else."
    )


class AlreadyMatched(DomainError):
    message = _("Somebody else has said yes already. Thank you all the same.")


class OfferIsOver(DomainError):
    message = _("This is settled already. Thank you all the same.")


class NotMatched(DomainError):
    message = _("Nobody has said yes to this request yet.")


class DoneAlready(NotMatched):
    """Pressed again, or the other side was quicker."""

    message = _("This is already noted as done. Thank you!")


class NotDone(DomainError):
    message = _("This has not been done yet.")


class TimeIsOver(DomainError):
    message = _("This time is over already. Please choose a later one.")


class UnknownNumber(DomainError):
    message = _("No request fits this number and phone. Please look at both again.")


class TooManyAsked(DomainError):
    message = _(
        "There were very many requests from here just now. Please call, or try again in a"
        " quarter of an hour."
    )


class TooManyTried(DomainError):
    message = _(
        "That was tried too often. Please wait a quarter of an hour, or call: we find it for you."
    )


class NotForNeighbours(DomainError):
    message = _(
        "Bathing, medicine and other people's valuables are not for neighbours. Please refer it:"
        " say who can, with a phone number."
    )


class NothingAbove(DomainError):
    message = _("Further up there is no other team. Please refer it to somebody instead.")


class NotThatTeam(DomainError):
    message = _("That team can't take it on from here any more. Please choose one from the list.")


class CannotBeMerged(DomainError):
    message = _("These two can't become one: another team has one of them. Please call that team.")


class CalledBackAlready(DomainError):
    message = _("They have been called back already.")


class NoSuchTimeToCall(DomainError):
    message = _(
        "A call was within the last week, and a promise is for the next two weeks. Please look at"
        " the times again."
    )


class AmountNeeded(DomainError):
    message = _("Please write an amount in yuan, up to 2000, such as 36.50.")


class AlreadyHandedOver(DomainError):
    message = _("The money was written down already.")


class AlreadyCounted(DomainError):
    message = _("This has been signed, and stays as it is.")


class NotCounted(DomainError):
    message = _("Please count the money first, then sign.")


class ExplanationNeeded(DomainError):
    message = _("Given, spent and brought back do not fit together. Please say in a sentence why.")


class MoneyNotCounted(DomainError):
    message = _("There is money on the way. Please count it together first.")
