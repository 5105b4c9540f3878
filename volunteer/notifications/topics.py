"""What a message is about, as far as somebody may say that they want no more of it.

Most kinds have no topic: who has promised to come must hear that the date is off.
"""

from enum import StrEnum

from volunteer.notifications.addressees import Addressee
from volunteer.notifications.models import Channel


class Topic(StrEnum):
    """What may be done without."""

    WEEK = "week"
    ASKS = "asks"


OF_KIND = {
    "week_ahead": Topic.WEEK,
    "stand_in_asked": Topic.ASKS,
    "short_handed": Topic.ASKS,
    "help_offered": Topic.ASKS,
}

# What nobody is called for: whoever else is to be told of it stands on a list of its own.
NEVER_CALLED = {
    "thanks",
    "duty_ahead",
    "short_handed",
    "hours_waiting",
    "elders_overdue",
    "calls_waiting",
    "calls_to_make",
    "forgetting_asked",
    "forgetting_due",
    "certificate_asked",
    "incident_reported",
    "incident_insurer",
}


def of(kind: str) -> Topic | None:
    return OF_KIND.get(kind)


def is_wanted(kind: str, person: Addressee) -> bool:
    """Whether this person wants messages of this kind; what has no topic, everybody gets.

    Somebody who is not saved yet has said nothing, and wants all. Nothing goes to who has died.
    """
    if person.died_on is not None:
        return False
    wishes = {Topic.WEEK: person.wants_week, Topic.ASKS: person.wants_asks}
    topic = of(kind)
    return topic is None or wishes[topic] is not False


def is_for(kind: str, person: Addressee, channel: Channel) -> bool:
    """The same of a message by this channel: a group hears what one reader does without."""
    return channel is Channel.GROUP or is_wanted(kind, person)
