"""What planning and signing up may refuse."""

from collections.abc import Mapping

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


class UnknownRule(DomainError):
    message = _("We don't know this kind of plan. Please choose one of those on the page.")


class NoDates(DomainError):
    message = _("This plan has no date within two years. Please look at its days again.")


class TooManyDates(DomainError):
    message = _("That is too many dates: at most 500, and within two years, please.")


class AlreadyPausing(DomainError):
    message = _("There is a pause in these days already. Take that one back first.")


class PauseOver(DomainError):
    message = _("This pause is over already.")


class AlreadyStanding(DomainError):
    message = _("This person comes every week already. Please change or end that first.")


class StandingHasEnded(DomainError):
    message = _("This place of every week has ended already.")


class AlreadyLooking(DomainError):
    message = _("We are looking for somebody already.")


class TooLateToLook(DomainError):
    message = _("It begins too soon to ask others. Please call the coordinator.")


class SomebodyComesAlready(DomainError):
    message = _("Somebody else comes already. Thank you all the same!")


class NobodyIsNeeded(DomainError):
    message = _("Nobody is needed any more. Thank you all the same!")


class PlaceIsTaken(DomainError):
    message = _("Your place has been taken meanwhile. You can sign up for the waiting list.")


class TooLateToUndo(DomainError):
    message = _("This can't be undone any more. Please say that you can't come.")


class SwapIsOver(DomainError):
    message = _("This swap is not possible any more: one of the two places has changed.")


class SwapOfferedAlready(DomainError):
    message = _("You have offered this swap already. Please wait for the answer.")


# --- who came, and closing the day ------------------------------------------------------------


class TooEarlyToCheckIn(DomainError):
    message = _("Checking in begins two hours before the date. Please come back then.")


class TooLateToCheckIn(DomainError):
    message = _("This date is over. Please tell a coordinator that you were there.")


class CodeOfAnotherDay(DomainError):
    message = _(
        "This code was for another day. Today's hangs at the door; a coordinator can also note you."
    )


class CodeOfAnotherTeam(DomainError):
    message = _(
        "This code belongs to a team that you are not in. Please speak to who is at the door."
    )


class NoSuchCheckInCode(DomainError):
    message = _("We know no date today with this code. Please look at the sheet once more.")


class NotCheckedIn(DomainError):
    message = _("Please check in first.")


class NotInTheTeam(DomainError):
    message = _("This person is not in the team. Please add them on the members' page first.")


class DayClosed(DomainError):
    message = _("The hours of this date are closed. A coordinator can open it again and say why.")


class NotOverYet(DomainError):
    message = _("This date is not over yet. Please close it afterwards.")


class ListHasChanged(DomainError):
    message = _("Somebody was added meanwhile. Please look at the list once more.")


class NotClosed(DomainError):
    message = _("The hours of this date are not closed, so there is nothing to do here.")


class OwnHours(DomainError):
    message = _("Your own hours are confirmed by another coordinator.")


class ReasonMissing(DomainError):
    message = _("Please write why; it is kept with the date.")


class CannotCount(DomainError):
    """Hours that can't count, each with its reason, by the person's number."""

    message = _("Some hours can't count as they are. Please look at the marked lines.")

    def __init__(self, reasons: Mapping[int, str]) -> None:
        super().__init__()
        self.reasons = reasons

    def __str__(self) -> str:
        return " ".join([str(self.message), *self.reasons.values()])


class NotAJielong(DomainError):
    message = _(
        "We found no list of names in this text. In WeChat, press and hold the 接龙 message, "
        "tap “Copy”, and paste it here."
    )


class TooLongAJielong(DomainError):
    message = _("At most 500 lines at once.")


class NothingDecided(DomainError):
    message = _("Some stood in the last list and are missing now. Please say what is right.")


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
