"""What signing in may refuse."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class LoginTaken(DomainError):
    message = _("Somebody already signs in with that name. Please choose another one.")


class WrongLoginOrPassword(DomainError):
    message = _("The sign-in name or the password is not right. Please try again.")


class TooManyTries(DomainError):
    message = _(
        "That was wrong too often. Please wait a quarter of an hour, or ask your coordinator."
    )


class LinkNotUsable(DomainError):
    message = _("This link has been used or is too old. You can ask for a new one.")


class WrongPassword(DomainError):
    message = _("The password is not right. Please try again, or sign out and come in by a code.")


class ActingEnded(DomainError):
    message = _("You may not act for this person any more. Nothing was changed.")


class MeantSomebodyElse(DomainError):
    message = _(
        "This page was open for somebody else. Nothing was changed; please look for whom you act."
    )


class NoLinkForPasswordHolders(DomainError):
    message = _("This person signs in with a password of their own. Only they can do that.")


class CodeTooOld(DomainError):
    message = _("Please have a fresh code sent to you first. Then you can choose a new password.")


class WrongCode(DomainError):
    message = _("This code is not right, or it is too old. Please look at it once more.")


class WrongCard(DomainError):
    message = _("The number or the code of the card is not right. Please look once more.")


class NoCardForPasswordHolders(DomainError):
    message = _("This person signs in with a password of their own and needs no card.")


class WrongSecondCode(DomainError):
    message = _(
        "These digits are not right. The app shows new ones every half minute; a spare code is good"
        " once."
    )


class WrongFirstCode(WrongSecondCode):
    """While the second step is set up: there are no spare codes yet."""

    message = _(
        "These digits are not right. Please type those that the app shows just now, and see that"
        " your phone's clock is right."
    )


class SignInAgain(DomainError):
    message = _("That took too long. Please sign in once more.")


class SecondStepIsOn(DomainError):
    message = _("You sign in in two steps already.")


class SecondStepNeeded(DomainError):
    status = 403
    message = _(
        "This is read only by who signs in in two steps. Please set that up first, under “My"
        " settings”."
    )


class NoSecondStep(DomainError):
    message = _("One step is enough already.")


class DoorsShut(DomainError):
    message = _("This account has been closed. Nobody signs in by it any more.")
