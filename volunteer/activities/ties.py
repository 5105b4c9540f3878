"""Who lives together and who answers for a child, as one team's coordinators write it down.

A household lets each of them sign the others up, so a coordinator asks all of them first; each
may leave it with one press. Another team knows nothing of it.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from volunteer.activities.errors import NotInTheSameTeam, OwnGuardian
from volunteer.activities.models import Guardian, Household, Housemate
from volunteer.audit import trail
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.news import News
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

# Somebody else answers for this child in the team from now on, or nobody.
guardian_changed: News[[Team, Person, Person]] = News()


def live_together(team: Team, person: Person, others: Iterable[Person], *, by: Person) -> None:
    """From now on `person` lives with exactly these people; with nobody when there are none.

    Whoever lived elsewhere moves. Raises NotInTheSameTeam.
    """
    with transaction():
        lock(team)
        people = {one.id: one for one in [person, *others]}
        members = {row.person_id for row in team_queries.list_active(team)}
        if len(people) > 1 and not people.keys() <= members:
            raise NotInTheSameTeam
        old = list_housemates(team, person)
        if {mate.id for mate in old} == people.keys() - {person.id}:
            return
        for one in [*people.values(), *old]:
            move_out(team, one)
        if len(people) > 1:
            household = Household(team_id=team.id, made_by_id=by.id)
            household.mates = [Housemate(team_id=team.id, person=one) for one in people.values()]
            session.add(household)
        trail.record("household.changed", team, by=by, person=person, team=team)


def leave(team: Team, person: Person, *, by: Person) -> None:
    """The person lives with nobody of the team any more; twice changes nothing."""
    with transaction():
        lock(team)
        if move_out(team, person):
            trail.record("household.left", team, by=by, person=person, team=team)


def leave_with(membership: Membership, by: Person) -> None:
    """Who pauses or leaves the team signs nobody up, and is signed up by nobody."""
    leave(membership.team, membership.person, by=by)


def move_out(team: Team, person: Person) -> bool:
    mate = find_housemate(team, person)
    if mate is None:
        return False
    household = mate.household
    household.mates.remove(mate)
    if len(household.mates) < 2:
        session.delete(household)
    session.flush()
    return True


def find_housemate(team: Team, person: Person) -> Housemate | None:
    return session.scalars(
        select(Housemate)
        .where(Housemate.team_id == team.id, Housemate.person_id == person.id)
        .options(selectinload(Housemate.household).selectinload(Household.mates))
    ).one_or_none()


def list_housemates(team: Team, person: Person) -> list[Person]:
    """With whom this person lives, as the team knows it."""
    mate = find_housemate(team, person)
    return [] if mate is None else [m.person for m in mate.household.mates if m is not mate]


def set_guardian(team: Team, person: Person, guardian: Person | None, *, by: Person) -> None:
    """Who answers for this child in the team; None: nobody. Raises OwnGuardian."""
    if guardian is not None and guardian.id == person.id:
        raise OwnGuardian
    with transaction():
        lock(person)
        row = find_guardian(team, person)
        if (row.guardian_id if row else None) == (guardian.id if guardian else None):
            return
        if guardian is None:
            session.delete(row)
        else:
            row = row or Guardian(team_id=team.id, person_id=person.id)
            row.guardian_id = guardian.id
            session.add(row)
        trail.record("guardian.changed", person, by=by, person=person, team=team)
        guardian_changed.announce(team, person, by)


def find_guardian(team: Team, person: Person) -> Guardian | None:
    return session.scalars(
        select(Guardian).where(Guardian.team_id == team.id, Guardian.person_id == person.id)
    ).one_or_none()


def list_wards(team: Team, person: Person) -> Sequence[Guardian]:
    """The children for whom this person answers in the team."""
    return all_of(
        select(Guardian).where(Guardian.team_id == team.id, Guardian.guardian_id == person.id)
    )
