"""Words about certificates."""

from volunteer.activities import wording as activity_wording
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.hours import records
from volunteer.hours.models import ServiceCertificate
from volunteer.network.models import Place
from volunteer.teams.models import Quality, Rounding, Team

# What stands in the place of letters that nobody is to read.
HIDDEN = "*"
COMMITTEE = "居民委员会"
COMMUNITY = "社区"


def usual_unit(team: Team) -> str:
    """Who records for a team of neighbours: the residents' committee of its community."""
    place: Place = team.place.community
    return place.name + COMMITTEE if place.name.endswith(COMMUNITY) else place.name


def masked(name: str) -> str:
    """Enough to compare with the paper, and no more: 王秀英 is 王*英, 李娜 is 李*."""
    if len(name) <= 1:
        return HIDDEN
    last = name[-1] if len(name) > 2 else ""
    return name[0] + HIDDEN * (len(name) - 1 - len(last)) + last


def hours_of(certificate: ServiceCertificate) -> str:
    """What it certifies."""
    return hours(certificate.minutes or 0, certificate.rounding)


def hours(minutes: int, rounding: Rounding = Rounding.HALF_HOUR) -> str:
    """What is certified of so many minutes: 32.5 hours; to the minute: 32 hours 40 min."""
    certified = records.certified(minutes, rounding)
    if rounding is Rounding.MINUTE:
        return activity_wording.duration(certified)
    return _("%(hours).1f hours", hours=certified / 60)


# What stands at the foot of the paper.
ROUNDED: dict[Rounding, Sentence] = {
    Rounding.HALF_HOUR: __(
        "The sum is rounded down to half an hour. Time for learning is not counted."
    ),
    Rounding.HOUR: __("The sum is rounded down to a whole hour. Time for learning is not counted."),
    Rounding.MINUTE: __("Time for learning is not counted."),
}
QUALITIES: dict[Quality, Sentence] = {
    Quality.GOOD: __("Well"),
    Quality.VERY_GOOD: __("Very well"),
    Quality.EXCELLENT: __("As an example to others"),
}
