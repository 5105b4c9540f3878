"""What may be refused about elders and visits."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class AlreadyServed(DomainError):
    message = _("This person is on the team's list of elders already.")


class TooManyElders(DomainError):
    message = _(
        "This table is too large: at most 200 elders at a time, and 40 columns. "
        "Copy the others into a second file."
    )


class NoLongerServed(DomainError):
    message = _(
        "This person is not on the team's list of elders any more. "
        "To visit them again, put them back on the list."
    )


class NotTakenBackAnyMore(DomainError):
    message = _("This can't be taken back any more. Please take them in again.")


class BasicConsentNeeded(DomainError):
    message = _("First note that they agree to be looked after. Then visits can be planned.")


class HealthConsentNeeded(DomainError):
    message = _("They have not agreed that health and diet are kept. Please ask them first.")


class ReasonNeeded(DomainError):
    message = _("Please write the reason. Somebody else must be able to understand it later.")


class ReviewTooLate(DomainError):
    message = _("Somebody looks again within half a year. Please choose an earlier day, not today.")


class AssessorNeeded(DomainError):
    message = _("Who judged it, and when? We never judge it ourselves.")


class NotAnActiveVolunteer(DomainError):
    message = _("Only active members of the team visit elders. Please choose somebody else.")


class NotThemselves(DomainError):
    message = _("Nobody visits themselves. Please choose somebody else.")


class AlreadyPaired(DomainError):
    message = _("They look after this elder already.")


class TwoVisitorsNeeded(DomainError):
    message = _("Two people go to a home. Choose a second one, or write why one goes alone.")


class GrownUpNeeded(DomainError):
    message = _("Who is under 18 never goes to a home alone. Please choose two grown-ups as well.")


class TooYoungToVisit(DomainError):
    message = _("Visits to a home are from 14 on. Please choose somebody else.")


class GuardianMustAgree(DomainError):
    message = _(
        "Before the age of 18 a guardian's written consent is needed. Please ask the coordinator."
    )


class VisitorNeeded(DomainError):
    message = _("Please choose who goes.")


class VisitInThePast(DomainError):
    message = _("This time is over already. Please choose a later one.")


class NotVisitedNow(DomainError):
    message = _("They are not being visited at the moment: in hospital, away, or not yet agreed.")


class VisitIsOver(DomainError):
    message = _("This visit has been recorded or cancelled already.")


class VisitNotBegun(DomainError):
    message = _("This visit has not begun yet. Please record it afterwards.")


class AlreadyGoing(DomainError):
    message = _("They go already. Please choose somebody else.")


class NotGoing(DomainError):
    message = _("They do not go to this visit.")


class WordsNeeded(DomainError):
    message = _("Please write what it is, wherever something has to be done.")


class NotSafeYet(DomainError):
    message = _("Nobody has made sure yet that they are safe, so this can't be closed.")


class NoAlarm(DomainError):
    message = _("Somebody has made sure already that they are safe.")


class RoundRuns(DomainError):
    message = _("A round is running already. Please end it first.")


class RoundIsOver(DomainError):
    message = _("This round is over.")


class NobodyToCall(DomainError):
    message = _("Nobody in the team needs much or more care, is visited and has agreed.")


class CallNoted(DomainError):
    message = _("What came of this call is written down already.")


class NoUndoing(DomainError):
    message = _("Others act on it by now. Please call them, and end it where it is open.")


class CallerIsFull(DomainError):
    message = _("They have eight calls already. Please choose somebody else.")


class CallsThemselves(DomainError):
    message = _("Nobody calls themselves. Please choose somebody else.")


class NoSuchDay(DomainError):
    message = _("There is no such day. Please look again at the month and the day.")


class WordsOfConcernNeeded(DomainError):
    message = _("Please write it in your own words.")


class ConcernClosed(DomainError):
    message = _("This has been closed already.")


class ReaderNotInTeam(DomainError):
    message = _("Please choose active members of the team.")


class DeputyIsLead(DomainError):
    message = _("Please choose somebody else as deputy.")
