"""What the choices about help requests are called."""

from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.help_requests.models import (
    ForWhom,
    HelpKind,
    HelpRequest,
    HelpStatus,
    StepKind,
    Wanted,
)

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
    HelpStatus.ACCEPTED: __("Somebody is looked for"),
    HelpStatus.MATCHED: __("A volunteer has said yes"),
    HelpStatus.DONE: __("Done, not confirmed yet"),
    HelpStatus.CONFIRMED: __("Done and confirmed"),
    HelpStatus.REFERRED: __("Referred"),
    HelpStatus.DECLINED: __("Declined"),
    HelpStatus.WITHDRAWN: __("No longer needed"),
}
# As the resident reads it.
STEPS = {
    StepKind.ASKED: __("The neighbours have got it"),
    StepKind.ACCEPTED: __("A team has taken it on"),
    StepKind.REFERRED: __("Somebody else will help you"),
    StepKind.DECLINED: __("We can't help with this"),
    StepKind.OFFERED: __("A volunteer was asked"),
    StepKind.OFFER_DECLINED: __("The volunteer can't"),
    StepKind.MATCHED: __("Somebody has been found"),
    StepKind.AGREED: __("A time has been agreed"),
    StepKind.RELEASED: __("They can't come; somebody else is looked for"),
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
