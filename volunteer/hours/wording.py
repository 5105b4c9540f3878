"""Words about certificates."""

from volunteer.core.language import gettext as _
from volunteer.network.models import Place
from volunteer.teams.models import Team

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


def hours(value: float) -> str:
    """Hours as a certificate says them: 32.5 hours."""
    return _("%(hours).1f hours", hours=value)
