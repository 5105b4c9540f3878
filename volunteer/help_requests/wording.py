"""What the choices about help requests are called."""

from datetime import date, datetime, timedelta

from volunteer.core import chinese, saying
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.help_requests.models import (
    ForWhom,
    HelpKind,
    HelpRequest,
    HelpStatus,
    OfferStatus,
    StepKind,
    Wanted,
)
from volunteer.people.models import Person

KINDS = {
    HelpKind.SHOPPING: __("Shopping, medicine"),
    HelpKind.CLINIC: __("Company to the doctor"),
    HelpKind.REPAIR: __("Something to mend"),
    HelpKind.HAIRCUT: __("Haircut"),
    HelpKind.MEAL: __("A meal brought home"),
    HelpKind.TALK: __("Somebody to talk to"),
    HelpKind.OTHER: __("Something else"),
}
KIND_HINTS = {
    HelpKind.SHOPPING: __("Money is counted in front of you"),
    HelpKind.CLINIC: __("To the hospital, fetching medicine"),
    HelpKind.REPAIR: __("Light, tap, appliance"),
    HelpKind.HAIRCUT: __("At home if need be"),
    HelpKind.MEAL: __("For those who can't walk well"),
    HelpKind.TALK: __("A visit or a call"),
    HelpKind.OTHER: __("Just say what it is"),
}
FOR_WHOM = {
    ForWhom.SELF: __("Myself"),
    ForWhom.OTHER: __("I ask for an elder or a neighbour"),
}
WANTED = {
    Wanted.TODAY: __("Today"),
    Wanted.SOON: __("In the next days"),
    Wanted.ANY: __("Any time"),
}
WANTED_HINTS = {
    Wanted.TODAY: __("It is rather urgent"),
    Wanted.SOON: __("In the daytime"),
    Wanted.ANY: __("No hurry"),
}
# As the coordinators see it.
STATUSES = {
    HelpStatus.NEW: __("Waits for an answer"),
    HelpStatus.ACCEPTED: __("Looking for somebody"),
    HelpStatus.MATCHED: __("A volunteer has said yes"),
    HelpStatus.DONE: __("Done, not confirmed yet"),
    HelpStatus.CONFIRMED: __("Done and confirmed"),
    HelpStatus.REFERRED: __("Referred"),
    HelpStatus.DECLINED: __("Declined"),
    HelpStatus.WITHDRAWN: __("No longer needed"),
}
# The kind of tag that says it.
TAGS = {
    HelpStatus.NEW: "need",
    HelpStatus.ACCEPTED: "warn",
    HelpStatus.MATCHED: "info",
    HelpStatus.DONE: "warn",
    HelpStatus.CONFIRMED: "ok",
    HelpStatus.REFERRED: "off",
    HelpStatus.DECLINED: "off",
    HelpStatus.WITHDRAWN: "off",
}
# As the resident reads it.
FOLLOWED = {
    HelpStatus.NEW: __("We have got it"),
    HelpStatus.ACCEPTED: __("We are looking for somebody"),
    HelpStatus.MATCHED: __("Somebody comes"),
    HelpStatus.DONE: __("It has been done"),
    HelpStatus.CONFIRMED: __("All is well"),
    HelpStatus.REFERRED: __("Somebody else will help"),
    HelpStatus.DECLINED: __("We can't help with this"),
    HelpStatus.WITHDRAWN: __("No longer needed"),
}
# What is still to come, for the end of the way.
TO_COME = {
    HelpStatus.NEW: [__("Somebody calls you"), __("Somebody is found"), __("It is done")],
    HelpStatus.ACCEPTED: [__("Somebody is found"), __("It is done")],
    HelpStatus.MATCHED: [__("It is done, and you say so")],
    HelpStatus.DONE: [__("You say whether all is well")],
}
OFFERS = {
    OfferStatus.ASKED: __("Not answered yet"),
    OfferStatus.ACCEPTED: __("Said yes"),
    OfferStatus.DECLINED: __("Can't"),
    OfferStatus.RELEASED: __("No longer needed"),
}
OFFER_TAGS = {
    OfferStatus.ASKED: "warn",
    OfferStatus.ACCEPTED: "ok",
    OfferStatus.DECLINED: "off",
    OfferStatus.RELEASED: "off",
}
# How long answers took, in the order of figures.BOUNDS; the last is whatever was longer.
WAITS = (
    __("within 1 hour"),
    __("1 to 4 hours"),
    __("4 to 24 hours"),
    __("1 to 2 days"),
    __("longer"),
)
STEPS = {
    StepKind.ASKED: __("The neighbours have got it"),
    StepKind.ACCEPTED: __("A team has taken it on"),
    StepKind.REFERRED: __("Somebody else will help you"),
    StepKind.DECLINED: __("We can't help with this"),
    StepKind.OFFERED: __("A volunteer was asked"),
    StepKind.OFFER_DECLINED: __("The volunteer can't"),
    StepKind.MATCHED: __("Somebody has been found"),
    StepKind.AGREED: __("A time has been agreed"),
    StepKind.RELEASED: __("They can't come; we look for somebody else"),
    StepKind.DONE: __("It has been done"),
    StepKind.CONFIRMED: __("You said that all is well"),
    StepKind.REOPENED: __("It was opened again"),
    StepKind.WITHDRAWN: __("It is no longer needed"),
    StepKind.NOTED: __("A note"),
}


def kinds_of(help_request: HelpRequest) -> str:
    """Shopping, medicine; haircut: what kind of help, and nothing about whom."""
    words = [str(KINDS[kind]) for kind in help_request.help_kinds]
    return _("; ").join(words) or str(KINDS[HelpKind.OTHER])


def volunteer_words(person: Person) -> str:
    """队员丁, volunteer Ana: as much of a volunteer's name as the resident needs."""
    return _("volunteer %(name)s", name=surname(person.name))


def surname(name: str) -> str:
    """王, 欧阳; of a Latin name the first word."""
    if name[:1].isascii():
        return name.split(maxsplit=1)[0]
    return name[:2] if name[:2] in chinese.COMPOUND_SURNAMES.split() else name[:1]


def team_or_place(help_request: HelpRequest) -> str:
    """Who answers for it: the team, or while nobody has it, the community."""
    return help_request.team.name if help_request.team else help_request.place.name


def for_whom(help_request: HelpRequest) -> str:
    """Who needs it: how they are called, or whoever asked."""
    return help_request.beneficiary or help_request.asker_name or _("a neighbour")


def when_agreed(wall: datetime, today: date) -> str:
    """明天下午3:00."""
    day = saying.near_day(wall.date(), today)
    return _("%(day)s, %(time)s", day=saying.opening(day), time=saying.clock_words(wall))


def waits_for(help_request: HelpRequest, now: datetime) -> str:
    """How long somebody has been waiting for an answer: waits for 5 hours."""
    hours = int((now - help_request.asked_at).total_seconds() // 3600)
    if hours < 1:
        return _("came within the last hour")
    if hours < 48:
        return ngettext("waits for %(num)d hour", "waits for %(num)d hours", hours)
    return ngettext("waits for %(num)d day", "waits for %(num)d days", hours // 24)


def span_of(span: timedelta) -> str:
    """3 hours, 20 minutes: about how long."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour", "%(num)d hours", round(minutes / 60))
    return ngettext("%(num)d day", "%(num)d days", round(minutes / 60 / 24))
