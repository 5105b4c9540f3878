"""What a team may refuse."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class LastCoordinator(DomainError):
    message = _("A team needs a coordinator. Please make somebody else one first.")


class TeamStillNeeded(LastCoordinator):
    message = _(
        "Elders or neighbours still count on this team. "
        "Please end that first, or hand the team over."
    )


class AlreadyMember(DomainError):
    message = _("This person is in the team already.")


class AlreadyApplied(DomainError):
    message = _("You have asked already. The coordinator will answer.")


class NeedsPassword(DomainError):
    message = _(
        "A coordinator signs in with a password of their own. It is chosen under “My settings”."
    )


class NotWaiting(DomainError):
    message = _("Somebody has answered this already.")


class NobodyOfThisName(DomainError):
    message = _("We know nobody with this name and this phone. Let them join by the team's link.")


class NotInTeam(DomainError):
    message = _("This person is not in the team any more.")


class NothingToAdd(DomainError):
    message = _("There is nobody in this list to add. Please look at the list once more.")


class TooManyLines(DomainError):
    message = _("At most 500 lines at once. Please paste them in parts.")


class AlreadyUndone(DomainError):
    message = _("This list was taken back already.")


class TooLateToUndo(DomainError):
    message = _("A list can be taken back for seven days. Please take people out one by one.")


class AlreadyOffered(DomainError):
    message = _("The team has been offered to somebody already. Take that back first.")


class CannotTakeOver(DomainError):
    message = _("A team can be handed only to a member who is not pausing.")


class HandoverOver(DomainError):
    message = _("This offer has ended meanwhile. Nothing was changed.")
