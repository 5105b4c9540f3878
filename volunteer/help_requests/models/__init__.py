"""Help requests, who is asked, each step; what people can; calls; money."""

from volunteer.help_requests.models.abilities import (
    LONGEST_BUILDING,
    LONGEST_ESTATE,
    Abilities,
    Skill,
    Speech,
)
from volunteer.help_requests.models.calls import HotlineCall
from volunteer.help_requests.models.errands import Errand, SignedHow
from volunteer.help_requests.models.offers import LET_GO, HelpOffer, OfferStatus
from volunteer.help_requests.models.requests import (
    ASKER_PHONE_MARK,
    OPEN,
    OVER,
    ForWhom,
    Helped,
    HelpKind,
    HelpRequest,
    HelpStatus,
    HelpStep,
    Reach,
    StepKind,
    Wanted,
)

__all__ = [
    "ASKER_PHONE_MARK",
    "LET_GO",
    "LONGEST_BUILDING",
    "LONGEST_ESTATE",
    "OPEN",
    "OVER",
    "Abilities",
    "Errand",
    "ForWhom",
    "HelpKind",
    "HelpOffer",
    "HelpRequest",
    "HelpStatus",
    "HelpStep",
    "Helped",
    "HotlineCall",
    "OfferStatus",
    "Reach",
    "SignedHow",
    "Skill",
    "Speech",
    "StepKind",
    "Wanted",
]
