"""What may be refused to who writes an incident down, or sees to it."""

from volunteer.core.errors import DomainError
from volunteer.core.language import gettext
from volunteer.core.language import lazy_gettext as _


class WordsNeeded(DomainError):
    message = _("Please write it in your own words.")


class NotHappenedYet(DomainError):
    message = _("This time is still to come. Please write when it happened.")


class InsurerFirst(DomainError):
    message = _("Please note first whether the insurer was told, or need not be.")


class IncidentClosed(DomainError):
    message = _("This is closed already. Open it again first.")


class SeenToAlready(DomainError):
    message = _(
        "You had sent this already, and it can't be changed any more. What you wrote now is not"
        " kept yet: send it once more, and it stands by itself."
    )


class StillOpen(DomainError):
    message = _("This is still open.")


class ToldTooEarly(DomainError):
    message = _("The insurer can't have been told before it happened, nor at a time to come.")


class TooManyPhotos(DomainError):
    def __init__(self, most: int) -> None:
        super().__init__()
        self.message = gettext("There are %(num)d photos already; more are not kept.", num=most)
