"""What may be refused to who asks for a certificate, or answers it."""

from datetime import date
from typing import ClassVar

from volunteer.core import saying
from volunteer.core.errors import DomainError
from volunteer.core.language import Sentence, gettext
from volunteer.core.language import lazy_gettext as _
from volunteer.teams.models import Rounding


class AlreadyAsked(DomainError):
    message = _("A certificate has been asked for already, and waits for an answer.")


class NothingToCertify(DomainError):
    message = _(
        "No hours count in these days. They count once a coordinator has closed the day, or"
        " confirmed the visit or the help, and only those of voluntary service."
    )


class TooLittleToCertify(DomainError):
    """Rounded down, nothing is left."""

    SENTENCES: ClassVar[dict[Rounding, Sentence]] = {
        Rounding.HALF_HOUR: _(
            "Less than half an hour counts in these days, and a certificate says whole and half"
            " hours. Please choose more days, or wait for more hours."
        ),
        Rounding.HOUR: _(
            "Less than an hour counts in these days, and a certificate of this team says whole"
            " hours. Please choose more days, or wait for more hours."
        ),
    }

    def __init__(self, rounding: Rounding) -> None:
        super().__init__()
        self.message = self.SENTENCES[rounding]


class NobodyToIssue(DomainError):
    """Nobody certifies their own hours."""

    def __init__(self, team: str) -> None:
        super().__init__()
        self.message = gettext(
            "Nobody may issue their own certificate, and %(team)s has no other coordinator. Please"
            " name a second one.",
            team=team,
        )


class AlreadyAnswered(DomainError):
    message = _("This has been answered or taken back already.")


class NotIssued(DomainError):
    message = _("This certificate is not good any more, or was never issued.")


class NotConfirmed(DomainError):
    message = _("These hours are not confirmed, so there is nothing to do here.")


# --- shown to the team first ---------------------------------------------------------------------


class NotShownYet(DomainError):
    message = _("This team shows a certificate to its members first. Please do that now.")


class MoreThanShown(DomainError):
    message = _("By now more hours count than the members saw. Please show it to them anew.")


class StillShown(DomainError):
    def __init__(self, until: date) -> None:
        super().__init__()
        self.message = gettext(
            "The members see it until %(day)s, and may object. It can be issued after that.",
            day=saying.short_day(until),
        )


class ObjectionsOpen(DomainError):
    message = _("A member has objected. Please answer that first.")


class NotShownNow(DomainError):
    message = _("The members do not see this certificate now, so nobody can object any more.")


# --- stars ---------------------------------------------------------------------------------------


class TooFewHours(DomainError):
    message = _("Not enough hours count for this star yet.")


class HasThisStar(DomainError):
    message = _("They have this star, or a higher one, already.")
