"""Where an incident comes from: what of its date, visit or help the form knows already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from volunteer.activities import queries as activity_queries
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.elders import queries as elder_queries
from volunteer.elders.models import Visit
from volunteer.help_requests import queries as help_queries
from volunteer.help_requests.models import HelpRequest
from volunteer.incidents.models import Incident
from volunteer.meals import booking_queries
from volunteer.people.models import Person
from volunteer.teams.models import Team


@dataclass(frozen=True)
class Origin:
    """A team, and at most one of the three; `people` may be chosen by name."""

    team: Team
    wall_at: datetime
    people: Sequence[Person] = ()
    place: str = ""
    occurrence: Occurrence | None = None
    visit: Visit | None = None
    help_request: HelpRequest | None = None


def of_team(team: Team) -> Origin:
    return Origin(team, team.wall(clock.now()))


def of_date(occurrence: Occurrence, *, with_diners: bool = False) -> Origin:
    """A lunch too: it is a date. `with_diners`: who asks may know who eats there."""
    people = {signup.person_id: signup.person for signup in occurrence.active_signups}
    if with_diners:
        people |= {person.id: person for person in booking_queries.list_eating_on(occurrence)}
    # Who came without signing up may be hurt as well.
    noted = attendance_queries.list_attendances(occurrence)
    people |= {row.person_id: row.person for row in noted if row.has_come}
    return Origin(
        occurrence.team,
        at_the_latest(occurrence.team, occurrence.wall_starts, occurrence.wall_ends),
        sorted(people.values(), key=lambda person: person.sort_key),
        place=occurrence.place,
        occurrence=occurrence,
    )


def of_visit(visit: Visit, *, with_whom: bool) -> Origin:
    """`with_whom`: who asks may know whom it is to."""
    people = [*visit.going, *([visit.elder.person] if with_whom else [])]
    return Origin(
        visit.team,
        at_the_latest(visit.team, visit.wall_starts, visit.wall_starts),
        list({person.id: person for person in people}.values()),
        visit=visit,
    )


def of_help(help_request: HelpRequest, team: Team, *, whom: Person | None = None) -> Origin:
    """`whom`: the volunteer who asks; who else has said yes is not said to them."""
    offer = help_request.accepted_offer
    if offer and whom and offer.person_id != whom.id:
        offer = None
    return Origin(
        team,
        team.wall(clock.now()),
        [offer.person] if offer else [],
        help_request=help_request,
    )


def of_incident(incident: Incident, *, with_diners: bool = False) -> Origin:
    """As it was reported, for who corrects it: its coordinators, or who wrote it."""
    if incident.occurrence_id is not None:
        occurrence = activity_queries.get_occurrence(incident.occurrence_id)
        return of_date(occurrence, with_diners=with_diners)
    if incident.visit_id is not None:
        return of_visit(elder_queries.get_visit(incident.visit_id), with_whom=False)
    if incident.help_request_id is not None:
        return of_help(help_queries.get_help_request(incident.help_request_id), incident.team)
    return of_team(incident.team)


def at_the_latest(team: Team, starts: datetime, ends: datetime) -> datetime:
    """Now while it goes on, else when it began; never a time to come."""
    now = team.wall(clock.now())
    return now if now <= ends else min(starts, now)
