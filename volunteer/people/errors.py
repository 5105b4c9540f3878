"""What may be refused about people."""

from volunteer.core.errors import DomainError
from volunteer.core.language import gettext
from volunteer.core.language import lazy_gettext as _


class NobodyChosen(DomainError):
    message = _("Please choose who it is.")


class WitnessNeeded(DomainError):
    message = _("For consent that was only spoken, please say who heard it.")


class GiverNeeded(DomainError):
    message = _("Please say who spoke for them.")


class LimitsConsentNeeded(DomainError):
    message = _("Please tick that it may be noted, or leave it empty.")


class OwnCompanion(DomainError):
    message = _("Nobody can act for themselves. Please choose somebody else.")


class ActsForThemselves(DomainError):
    message = _("This person signs in with a password of their own, and acts for themselves.")


class AlreadyCompanion(DomainError):
    message = _("This person may act for them already.")


class LetterIsPaper(DomainError):
    message = _("A letter is on paper. Please choose “On paper”, or another way we know it.")


class AwayTooLong(DomainError):
    def __init__(self, days: int) -> None:
        super().__init__()
        self.message = gettext(
            "That would be more than %(days)d days on end. For longer, please pause in the team.",
            days=days,
        )


class WitnessIsCompanion(DomainError):
    message = _(
        "The one who acts for them can't be the one who heard it. Please name somebody else."
    )
