"""What reminders may refuse."""

from volunteer.core.errors import DomainError
from volunteer.core.language import gettext
from volunteer.core.language import lazy_gettext as _


class AlreadyDealtWith(DomainError):
    message = _("Somebody has dealt with this already.")


class DateMoved(DomainError):
    message = _("This date has been moved meanwhile. Please ask them about its new time.")


class NothingToUndo(DomainError):
    message = _("There is nothing to undo here any more.")


class NobodyToCall(DomainError):
    message = _("Nobody is to be called now.")


class TooFewCallers(DomainError):
    """Each calls at most eight people, and nobody themselves."""

    def __init__(self, needed: int) -> None:
        super().__init__(
            gettext(
                "Each caller has at most eight calls. Please choose at least %(number)d callers,"
                " or one more.",
                number=needed,
            )
        )


class BackupCallsAlready(DomainError):
    message = _("The backup can't be one of the callers. Please choose somebody else.")
