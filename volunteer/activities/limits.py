"""How much one member may take on in a team, so that nobody does too much."""

from volunteer.audit import trail
from volunteer.core.database import lock, transaction
from volunteer.core.seen import check_unchanged
from volunteer.people.models import Person
from volunteer.teams.models import Team


def set_most_a_week(team: Team, most: int | None, *, by: Person, seen: str | None = None) -> None:
    """On how many dates a week a member may come; None: on any number. Places taken stay.

    `seen`: the mark of the number that their page showed. Raises ChangedMeanwhile.
    """
    with transaction():
        lock(team)
        check_unchanged(seen, team.most_a_week, most)
        if team.most_a_week == most:
            return
        team.most_a_week = most
        trail.record("team.limit_set", team, by=by, team=team)
