"""Whether a team's members have certificates to look at; which these are is known further up."""

from collections.abc import Callable

from volunteer.teams.models import Team

IsShowing = Callable[[Team], bool]


def shows_none(_team: Team) -> bool:
    """Before the parts are connected."""
    return False


class Known:
    """What is known further up."""

    is_showing: IsShowing = staticmethod(shows_none)


def showing_by(is_showing: IsShowing) -> None:
    """Who says whether a team still shows certificates to its members."""
    Known.is_showing = staticmethod(is_showing)


def has_any(team: Team) -> bool:
    """Where the team wants it so; where it does no longer, until the last one is answered."""
    return bool(team.publicity_days) or Known.is_showing(team)
