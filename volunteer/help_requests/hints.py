"""What a coordinator may overlook: a request much like another, and whom it is most likely for."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from volunteer.core import homes
from volunteer.elders.models import Elder
from volunteer.help_requests import queries
from volunteer.help_requests.models import HelpRequest
from volunteer.teams.models import Team

# So near in time the same wish is most likely the same request.
NEAR = timedelta(days=3)


def same_before(help_request: HelpRequest, team: Team) -> Sequence[HelpRequest]:
    """Earlier ones from the same phone, or for the same elder, that want the same help: the open
    ones first, for with them it may become one."""
    found = [
        earlier
        for earlier in queries.list_near(help_request, team, NEAR)
        if set(earlier.kinds) & set(help_request.kinds)
    ]
    return sorted(found, key=lambda earlier: not earlier.is_open)


def elders_like(help_request: HelpRequest, elders: Iterable[Elder]) -> Sequence[Elder]:
    """Those whom it may be for: the same phone, the same name, or the same home."""
    return [elder for elder in elders if is_like(help_request, elder)]


def is_like(help_request: HelpRequest, elder: Elder) -> bool:
    names = {elder.preferred_name, elder.person.name}
    if help_request.asker_phone and help_request.asker_phone in {
        elder.person.phone,
        elder.landline,
    }:
        return True
    if (help_request.beneficiary or help_request.asker_name) in names:
        return True
    home = homes.read(help_request.address or "")
    return bool(home.room) and home.key == elder.home.key
