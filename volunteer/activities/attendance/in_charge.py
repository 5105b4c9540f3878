"""Who was in charge of a date: a record of service names them (志愿服务记录与证明出具办法, 7).

The written rules:
- It is asked when the day is closed, and kept with it: who leads the activity later led nothing of
  what was before.
- It was who leads the activity, a coordinator, or somebody who came; nobody who was not there.
- Proposed is who leads the activity; without one, or when they did not come, who closes the day.
"""

from collections.abc import Collection, Sequence

from volunteer.activities.attendance.sheet import Line
from volunteer.activities.errors import LeadMissing
from volunteer.activities.models import Occurrence
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries


def candidates(occurrence: Occurrence, on_list: Sequence[Line], *, by: Person) -> list[Person]:
    """Who can have been, each once: first who is proposed, then who is on the list, then the
    coordinators who are not."""
    lead = occurrence.activity.leader
    people = [
        *([lead] if lead else []),
        by,
        *(line.person for line in on_list),
        *(membership.person for membership in team_queries.list_coordinators(occurrence.team)),
    ]
    return list({person.id: person for person in people}.values())


def proposed(occurrence: Occurrence, absent: Collection[int], *, by: Person) -> Person | None:
    """None when neither who leads it nor who closes the day was there."""
    lead = occurrence.activity.leader
    usual = [person for person in (lead, by) if person is not None]
    return next((person for person in usual if person.id not in absent), None)


def choose(
    occurrence: Occurrence,
    on_list: Sequence[Line],
    number: int | None,
    *,
    absent: Collection[int],
    by: Person,
) -> Person:
    """Whom the coordinator named by their number, or who is proposed. Raises LeadMissing."""
    if number is None:
        found = proposed(occurrence, absent, by=by)
    else:
        there = (p for p in candidates(occurrence, on_list, by=by) if p.id not in absent)
        found = next((person for person in there if person.id == number), None)
    if found is None:
        raise LeadMissing
    return found
