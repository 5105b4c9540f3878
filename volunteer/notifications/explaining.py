"""Why a message did not go, in words for who is no engineer: what happened, and what helps."""

import re
from typing import NamedTuple

from volunteer.core.language import gettext as _
from volunteer.notifications.claiming import OF_THE_PERSON, OF_THE_TEAM, THROWN_AWAY
from volunteer.notifications.models import Channel, OutboxMessage


class Why(NamedTuple):
    """What happened, and what somebody can do about it; either may be empty."""

    what: str
    advice: str = ""


# The kinds of trouble, by what the channels write down; the first that fits is said.
# A 550 says that there is no such mailbox, unless the enhanced code says that we are not wanted.
NO_ADDRESS = re.compile(
    r"no (mailbox|phone)$|SMTPRecipientsRefused 55[013](?! 5\.[^12])|MailboxRefused"
)
FULL = re.compile(r"SMTPRecipientsRefused 4|SMTPDataError 4|HTTP 429")
NOT_WANTED = re.compile(r"SMTP(RecipientsRefused|DataError|SenderRefused) 5|HTTP 4")
NOT_LET_IN = re.compile(r"SMTPAuthenticationError|SSL|SMTPNotSupportedError")
NOT_REACHED = re.compile(
    r"SMTPServerDisconnected|SMTPConnectError|Connection|Timeout|gaierror|OSError|HTTP 5|RemoteDisc"
)


def why(problem: str | None) -> Why:
    """What the words that a channel wrote down mean."""
    if not problem:
        return Why("")
    if said := OURS.get(problem):
        return said()
    for pattern, said in (
        (NO_ADDRESS, no_address),
        (FULL, full),
        (NOT_WANTED, not_wanted),
        (NOT_LET_IN, not_let_in),
        (NOT_REACHED, not_reached),
    ):
        if pattern.search(problem):
            return said()
    return Why(_("The other side did not take it."), _("Please call."))


def why_not(message: OutboxMessage) -> Why:
    """The same of this message: for a group nobody can be called, but its robot can be mended."""
    if message.channel is not Channel.GROUP or not message.problem:
        return why(message.problem)
    if said := OURS.get(message.problem):
        return Why(said().what)
    if NOT_REACHED.search(message.problem):
        return Why(
            _("The group’s app was not to be reached."), _("Please try again a little later.")
        )
    return Why(
        _("The group’s robot did not take it."),
        _(
            "Please look whether the robot is still in the group, and whether the app and the"
            " address were chosen rightly; else connect the group anew, or copy the text into it."
        ),
    )


def no_answer() -> Why:
    return Why(_("Nobody answered the phone."))


def dry_run() -> Why:
    return Why(_("Dry run: no gateway for text messages is set up, so nothing left."))


def push_is_off() -> Why:
    return Why(
        _("Notices on devices are switched off here, so nothing left."),
        _("Please call, and tell whoever runs this service."),
    )


def enough_for_the_person() -> Why:
    return Why(
        _(
            "They have had as many text messages as one person gets in a day, "
            "but for what is urgent."
        ),
        _("It goes by email, or somebody calls; where neither was said here, please call."),
    )


def enough_for_the_team() -> Why:
    return Why(
        _("The team has sent as many text messages as it may in a day, but for what is urgent."),
        _("It goes by email, or somebody calls; where neither was said here, please call."),
    )


def no_way() -> Why:
    return Why(_("No way was left by which a message reaches them."), _("Please call."))


def thrown_away() -> Why:
    return Why(
        _("Whoever runs the service has thrown it away before it went."),
        _("Ask them why; if it is still true, please call."),
    )


def not_written() -> Why:
    return Why(
        _("The message could not be written."),
        _("That is a fault of this program. Please call, and tell whoever runs this service."),
    )


def no_address() -> Why:
    return Why(
        _("Their email address or number does not exist, or was written down wrongly."),
        _("Please ask them for it, mend it, and try again; or call."),
    )


def full() -> Why:
    return Why(
        _("The other side could not take it at that time; their inbox may be full."),
        _("Please try again later, or call."),
    )


def not_wanted() -> Why:
    return Why(
        _("The other side does not take messages from us."),
        _("Please call, and tell whoever runs this service."),
    )


def not_let_in() -> Why:
    return Why(
        _("The mail server did not let us in."),
        _("Whoever runs this service has to mend that. Please call meanwhile."),
    )


def not_reached() -> Why:
    return Why(
        _("The mail server was not to be reached."),
        _("Please try again a little later, or call."),
    )


# What we say ourselves, without the other side.
OURS = {
    "no answer": no_answer,
    "dry run": dry_run,
    "push is off": push_is_off,
    "not written": not_written,
    "no way left": no_way,
    THROWN_AWAY: thrown_away,
    OF_THE_PERSON: enough_for_the_person,
    OF_THE_TEAM: enough_for_the_team,
}
