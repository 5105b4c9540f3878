"""What planning and signing up may refuse, each in one sentence that says what to do instead."""

from collections.abc import Mapping
from datetime import date

from volunteer.core import saying
from volunteer.core.errors import DomainError
from volunteer.core.language import gettext, ngettext
from volunteer.core.language import lazy_gettext as _

# --- why somebody can't have a place; eligibility.py says which of these hold ------------------


class AlreadyStarted(DomainError):
    message = _("This date has begun or is over. It can't be changed any more.")


class NothingChosen(DomainError):
    message = _("No date is ticked. Please tick at least one.")


class CalendarChanged(DomainError):
    message = _("The calendar has changed meanwhile. Please look at the dates once more.")


class DaysOver(DomainError):
    message = _(
        "There is nothing to take back any more: these dates have begun or are on, or their"
        " activities rest or have ended."
    )


class OnTheListAlready(DomainError):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.message = gettext(
            "%(name)s is on the list already. If it is somebody else of that name, add something"
            " to it, such as the building.",
            name=name,
        )


class DateCancelled(DomainError):
    message = _("This date was cancelled. Please choose another one.")


class AlreadySignedUp(DomainError):
    message = _(
        "You have signed up for this date already. For other work, give that place back first."
    )


class AlreadySignedUpForThem(DomainError):
    message = _(
        "This person has signed up for this date already. For other work, give that place back"
        " first."
    )


class WorkDoneNoMore(DomainError):
    message = _("The team has taken this work out of its plan. Please choose other work.")


class NotAnActiveMember(DomainError):
    message = _(
        "Only members of the team can sign up, and not during a pause. Please ask the coordinator."
    )


class LeadsNothingNow(DomainError):
    message = _(
        "Whoever leads an activity must be in the team, and not pausing. Please choose somebody"
        " else."
    )


class BusyThen(DomainError):
    message = _(
        "You have promised to be somewhere else at that time. Please give that place back first."
    )


class TheyAreBusyThen(DomainError):
    message = _(
        "This person has promised to be somewhere else at that time. First give that place back"
        " for them."
    )


class OnItsDayOnly(DomainError):
    message = _(
        "Who leads a date can open this on its day. Before, a coordinator of the team can help."
    )


class TooYoung(DomainError):
    message = _("From the age of 8 on, children can sign up. Please come by and watch.")


class GuardianMustCome(DomainError):
    message = _("Children under 14 come with their guardian, who signs up for this date first.")


class GuardianMustAgree(DomainError):
    message = _(
        "Before the age of 18 a guardian's written consent is needed. Please ask the coordinator."
    )


class NotForTheYoung(DomainError):
    message = _("This could be dangerous, so it is from 18 on. Please choose another date.")


class TooLateForTheYoung(DomainError):
    message = _("At night nobody under 18 can sign up. Please choose a date by day.")


class AgeNotKnown(DomainError):
    message = _(
        "For this work we need your year of birth. Please tell it to the coordinator, just once."
    )


class OutsideAgeBand(DomainError):
    """The role is for certain ages."""

    def __init__(self, least: int | None, most: int | None) -> None:
        super().__init__()
        if most is None:
            words = gettext("This work is from the age of %(least)d on.", least=least)
        elif least is None:
            words = gettext("This work is up to the age of %(most)d.", most=most)
        else:
            words = gettext(
                "This work is from the age of %(least)d to %(most)d.", least=least, most=most
            )
        self.message = gettext("%(why)s Please choose other work.", why=words)


class TrainingNeeded(DomainError):
    """The role asks for something learned, or learned again."""

    def __init__(self, name: str, ended_on: date | None = None) -> None:
        super().__init__()
        if ended_on is None:
            self.message = gettext(
                "This work needs the training “%(name)s”. Please ask the coordinator, or choose"
                " other work.",
                name=name,
            )
        else:
            self.message = gettext(
                "Your training “%(name)s” was good until %(day)s. Please ask the coordinator for"
                " a new one.",
                name=name,
                day=saying.short_day(ended_on),
            )


class NotInsured(DomainError):
    message = _(
        "There is no accident insurance for this day yet. Please ask the coordinator to enter it."
    )


class OutsideInsuranceAges(DomainError):
    message = _(
        "The team's accident insurance does not cover this age. Please choose other work, or ask"
        " the coordinator for another insurance."
    )


class WeekIsFull(DomainError):
    """The team lets nobody do too much."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.message = ngettext(
            "In this team everybody comes on %(num)d date a week at most. Please choose another"
            " week, or give one back.",
            "In this team everybody comes on %(num)d dates a week at most. Please choose another"
            " week, or give one back.",
            most,
        )


class NoPlaceFree(DomainError):
    message = _("Somebody was quicker. You keep your place on the waiting list.")


class RoleIsFull(DomainError):
    message = _("All places are taken. Choose other work, or change how many can come.")


class NotOnItsDay(DomainError):
    message = _("Whoever comes unannounced is written down on the day itself, until the end.")


class OfHousehold(DomainError):
    """One of those who live together can't come, so nobody was signed up."""

    def __init__(self, name: str, why: DomainError) -> None:
        super().__init__()
        self.message = gettext("%(name)s: %(why)s", name=name, why=why)


# --- what is worth a second thought; the person decides ----------------------------------------


class Doubt(DomainError):
    """Not refused: said once, and done when they say yes."""


class AwayThen(Doubt):
    def __init__(self, until: date) -> None:
        super().__init__()
        day = saying.short_day(until)
        self.message = gettext("You said that you are away then, until %(day)s.", day=day)


class TheyAreAwayThen(Doubt):
    def __init__(self, until: date) -> None:
        super().__init__()
        day = saying.short_day(until)
        self.message = gettext("They said that they are away then, until %(day)s.", day=day)


class HardlyTimeBetween(Doubt):
    def __init__(self, title: str, place: str, minutes: int) -> None:
        super().__init__()
        if minutes <= 0:
            self.message = gettext(
                "Between this and “%(title)s” (%(place)s) there is no time at all.",
                title=title,
                place=place,
            )
            return
        self.message = ngettext(
            "Between this and “%(title)s” (%(place)s) there is %(num)d minute.",
            "Between this and “%(title)s” (%(place)s) there are %(num)d minutes.",
            minutes,
            title=title,
            place=place,
        )


class LongDay(Doubt):
    def __init__(self, minutes: int) -> None:
        super().__init__()
        hours = f"{minutes / 60:.1f}".removesuffix(".0")
        self.message = gettext("That would be %(hours)s hours on one day.", hours=hours)


class WorthASecondThought(DomainError):
    """Nothing is done yet: these doubts are for the person to decide on."""

    def __init__(self, doubts: list[Doubt]) -> None:
        super().__init__(doubts[0].message)
        self.doubts = doubts


# --- what else is refused ----------------------------------------------------------------------


class RiskNoteNeeded(DomainError):
    message = _("Please write the possible risks; if there are none, write “no obvious risk”.")


class InsuranceNeeded(DomainError):
    message = _(
        "This activity may be dangerous. Please enter the team's accident insurance first"
        " (Regulations on Volunteer Service, article 17)."
    )


class NotInTheSameTeam(DomainError):
    message = _("Only people of the same team. Please add them to the team first.")


class OwnGuardian(DomainError):
    message = _("Nobody is their own guardian. Please choose a grown-up.")


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


class GoesOnAlready(DomainError):
    message = _("This activity is going on already.")


class NoDatesAgain(DomainError):
    message = _("By its rule there is no date from that day on. Please choose another, or copy it.")


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


class NotAskedAnyMore(NobodyIsNeeded):
    message = _(
        "Nobody is asked any more. If there is still a free place, you can take it on the page of "
        "the date."
    )


class PlaceIsTaken(DomainError):
    message = _("Your place has been taken meanwhile. You can sign up for the waiting list.")


class TooLateToUndo(DomainError):
    message = _("This can't be undone any more. Please say that you can't come.")


class SwapIsOver(DomainError):
    message = _("This swap is not possible any more: one of the two places has changed.")


class SwapIsSettled(SwapIsOver):
    message = _("This swap is settled already.")


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
        "This code belongs to a team that you are not in. Please speak to somebody at the door."
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


class LeadMissing(DomainError):
    message = _(
        "Still missing: who was in charge of the activity. Please choose a coordinator, or "
        "somebody who came; then the day can be closed."
    )


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
    message = _("At most 500 lines at once. Please paste them in parts.")


class NothingDecided(DomainError):
    message = _("Some were in the last list and are missing now. Please say what is right.")


class JielongSavedMeanwhile(DomainError):
    message = _("Somebody else has saved a list of this date meanwhile. Please look at it again.")


class MovedMeanwhile(DomainError):
    message = _("The date was moved meanwhile. Please look at the new time and answer again.")


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


class GaveItBack(DomainError):
    message = _("They have said since that they can't come.")


class WishesSomebodyElse(DomainError):
    message = _("You can wish to go with members of the team only. Please choose one of them.")
