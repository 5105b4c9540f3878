"""What planning and signing up may refuse."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class AlreadyStarted(DomainError):
    message = _("This date has begun or is over. It can't be changed any more.")


class DateCancelled(DomainError):
    message = _("This date was cancelled. Please choose another one.")


class AlreadySignedUp(DomainError):
    message = _("You have signed up for this date already.")


class AlreadySignedUpForThem(DomainError):
    message = _("This person has signed up for this date already.")


class NotAnActiveMember(DomainError):
    message = _("Only members of the team can sign up, and not during a pause.")


class BusyThen(DomainError):
    message = _(
        "You have promised to be somewhere else at that time. Please give that place back first."
    )


class NotSignedUp(DomainError):
    message = _("This place was given back already.")


class NotInTheFuture(DomainError):
    message = _("Please choose a time that is still to come.")


class NotCancelled(DomainError):
    message = _("This date takes place as planned.")


class AlreadyCancelled(DomainError):
    message = _("This date was cancelled already.")


class AlreadyEnded(DomainError):
    message = _("This activity has ended already.")


class RotaChanged(DomainError):
    message = _("Somebody else has changed this rota meanwhile. Please look at it again.")


class TwiceOnOneDate(DomainError):
    message = _("This person is on that date already. Please choose somebody else.")


class AlreadyInvited(DomainError):
    message = _("This person has been invited already. Their place is changed on the date's page.")


class NothingToInvite(DomainError):
    message = _("Nobody on this rota is still to be invited.")


class WorkIsFull(DomainError):
    message = _("It has become full meanwhile.")


class WishesSomebodyElse(DomainError):
    message = _("You can wish to go with members of the team only.")
