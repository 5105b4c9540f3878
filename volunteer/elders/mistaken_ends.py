"""“Moved away” or “died” was pressed by mistake: within a week they are back on the list."""

from collections.abc import Sequence
from datetime import timedelta

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.elders import care, notices, queries
from volunteer.elders.errors import NotTakenBackAnyMore
from volunteer.elders.models import Elder, ElderStatus, EndReason, Pairing
from volunteer.elders.wording import END_WAS_A_MISTAKE
from volunteer.people import consents, deaths, forgetting
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import queries as team_queries

# Later it is no slip any more: they are taken in again, and asked again.
TAKEN_BACK_WITHIN = timedelta(days=7)


def can_be_taken_back(elder: Elder) -> bool:
    """Whether the end is so fresh that it may have been a slip; whom another team knows to be dead,
    or who is forgotten, is not brought back by ours."""
    if elder.status is not ElderStatus.ENDED or elder.person.name == forgetting.NAMELESS:
        return False
    is_fresh = elder.team.today(clock.now()) <= elder.since_on + TAKEN_BACK_WITHIN
    return is_fresh and (elder.end_reason is EndReason.DIED or elder.person.died_on is None)


def take_back(elder: Elder, *, by: Person) -> None:
    """They are on the list again, with who looked after them; who was said to have died lives, in
    every team. What was planned stays cancelled, so somebody is to see them by tomorrow.

    Raises NotTakenBackAnyMore.
    """
    with transaction():
        together = hold(elder)
        if not can_be_taken_back(elder):
            raise NotTakenBackAnyMore
        if elder.end_reason is EndReason.DIED:
            deaths.undo(elder.person, by=by)
        agrees = consents.has(elder.person, ConsentScope.BASIC)
        for one in together:
            if can_be_taken_back(one):
                put_back(one, ElderStatus.ACTIVE if agrees else ElderStatus.PROSPECTIVE, by)


def hold(elder: Elder) -> Sequence[Elder]:
    """Answers what comes back together, held in the order in which everybody holds elders.

    The people first, as everywhere: who looked after them may be leaving the team at this moment.
    """
    numbers = {p.person_id for one in ended_with(elder) for p in until_then(one)}
    people = people_queries.list_people({elder.person_id, *numbers})
    lock(*sorted(people, key=lambda person: person.id))
    together = ended_with(elder)
    lock(*together)
    return together


def ended_with(elder: Elder) -> Sequence[Elder]:
    """Who is said to have died is off the list of every team; else it is this part alone."""
    return queries.list_died(elder.person_id) if elder.end_reason is EndReason.DIED else [elder]


def put_back(elder: Elder, status: ElderStatus, by: Person) -> None:
    for pairing in who_looked_after(elder):
        pairing.ended_on = None
        trail.record("pairing.begun", pairing, by=by, person=pairing.person, team=elder.team)
    elder.status, elder.end_reason, elder.status_note = status, None, None
    elder.since_on = elder.team.today(clock.now())
    care.reckon(elder)
    if elder.is_active:
        elder.due_on = elder.since_on + care.NEXT_DAY
    trail.record("elder.end_taken_back", elder, by=by, person=elder.person, team=elder.team)
    notices.tell_paired(elder, by=by, what=END_WAS_A_MISTAKE)


def who_looked_after(elder: Elder) -> Sequence[Pairing]:
    """Who did until the end, and is still in the team, longest first."""
    found = until_then(elder)
    still = team_queries.list_teams_of([p.person_id for p in found], [elder.team_id])
    return sorted((p for p in found if p.person_id in still), key=lambda p: (p.began_on, p.id))


def until_then(elder: Elder) -> list[Pairing]:
    return [pairing for pairing in elder.pairings if pairing.ended_on == elder.since_on]
