"""That an operator has made sure who a team is; only then is it shown what residents ask for."""

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.people.models import Person
from volunteer.teams.models import Team


def verify(team: Team, *, by: Person) -> None:
    """We know this team. Of two who say so, the first has said it."""
    with transaction():
        lock(team)
        if team.is_verified:
            return
        team.verified_at, team.verified_by_id = clock.now(), by.id
        trail.record("team.verified", team, by=by, team=team)


def take_back(team: Team, *, by: Person) -> None:
    """Not any more: it keeps what it has, and is shown nothing else of what residents ask for."""
    with transaction():
        lock(team)
        if not team.is_verified:
            return
        team.verified_at = team.verified_by_id = None
        trail.record("team.unverified", team, by=by, team=team)
