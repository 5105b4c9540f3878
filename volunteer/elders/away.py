"""Somebody is away for some days: which visits they have promised for these.

They stay promised until they say at each that they can't go: only then somebody else is looked for,
and whoever goes with them hears it.
"""

from collections.abc import Sequence
from datetime import time, timedelta

from volunteer.core import clock, zones
from volunteer.elders import queries
from volunteer.elders.models import Visit
from volunteer.people.models import AwayDays, Person
from volunteer.teams.models import Team

# Whatever the zone of a team is, its last day away is over by then.
A_LITTLE_LATER = timedelta(days=2)


def list_visits(
    person: Person, stretches: Sequence[AwayDays], team: Team | None
) -> dict[int, list[Visit]]:
    """What they have promised on the days of each of these stretches, in this team or in all, by
    its number, soonest first: one query for all."""
    last = max(one.last_on for one in stretches)
    before = zones.at(last, time(), zones.HOME_ZONE) + A_LITTLE_LATER
    promised = queries.list_visits_of(person, first=clock.now(), before=before)
    shown = [visit for visit in promised if team is None or visit.team.id == team.id]
    return {one.id: [visit for visit in shown if one.holds(visit.day)] for one in stretches}
