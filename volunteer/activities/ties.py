"""Who lives together and who answers for a child, as one team's coordinators write it down.

A household lets each of them sign the others up, so a coordinator asks all of them first; each
may leave it with one press. Another team knows nothing of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer.activities.errors import NotInTheSameTeam, OwnGuardian
from volunteer.activities.models import Guardian, Household, Housemate
from volunteer.audit import trail
from volunteer.core.database import all_of, asked_once, lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.core.news import News
from volunteer.core.seen import check_unchanged
from volunteer.people import consents, forgetting, profile
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentGiver, ConsentScope, Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

# Somebody else answers for this child in the team from now on, or nobody.
guardian_changed: News[[Team, Person, Person]] = News()

YOUNG = ConsentScope.YOUNG_VOLUNTEER


@dataclass(frozen=True)
class Age:
    """When somebody was born, and who answers for them while they are young."""

    year: int | None
    month: int | None
    guardian_id: int | None
    is_agreed: bool


def mates_of(team: Team, person: Person) -> list[int]:
    """The numbers of those with whom this person lives."""
    return sorted(mate.id for mate in list_housemates(team, person))


def live_together(
    team: Team, person: Person, others: Iterable[Person], *, by: Person, seen: str | None = None
) -> None:
    """From now on `person` lives with exactly these people; with nobody when there are none.

    Whoever lived elsewhere moves. `seen`: the mark of what their page showed of mates_of(). Raises
    NotInTheSameTeam or ChangedMeanwhile.
    """
    with transaction():
        lock(team)
        others = list(others)
        check_unchanged(seen, mates_of(team, person), sorted(mate.id for mate in others))
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
    mine = (
        select(Housemate)
        .where(Housemate.team_id == team.id, Housemate.person_id == person.id)
        .options(joinedload(Housemate.household).joinedload(Household.mates))
    )
    question = (Housemate, team.id, person.id)
    return asked_once(question, lambda: session.scalars(mine).unique().one_or_none())


def list_housemates(team: Team, person: Person) -> list[Person]:
    """With whom this person lives, as the team knows it."""
    mate = find_housemate(team, person)
    return [] if mate is None else [m.person for m in mate.household.mates if m is not mate]


def list_all_housemates(person: Person) -> Sequence[Person]:
    """With whom this person lives, as any of their teams knows it; by name."""
    homes = select(Housemate.household_id).where(Housemate.person_id == person.id)
    mates = select(Housemate.person_id).where(Housemate.household_id.in_(homes))
    return all_of(
        select(Person)
        .where(Person.id.in_(mates), Person.id != person.id)
        .order_by(Person.sort_key, Person.id)
    )


def set_guardian(team: Team, person: Person, guardian: Person | None, *, by: Person) -> None:
    """Who answers for this child in the team; None: nobody. Raises OwnGuardian, or NotFound for who
    has just died or been forgotten."""
    if guardian is not None and guardian.id == person.id:
        raise OwnGuardian
    with transaction():
        hold(person, guardian)
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


def hold(person: Person, guardian: Person | None) -> None:
    """The guardian, too: nobody dies or is forgotten who is to answer for a child from this moment
    on. In the order of their numbers, as in signing up a household."""
    lock(*sorted({person, guardian or person}, key=lambda held: held.id))
    if guardian is not None and (guardian.died_on or forgetting.was_let_go(guardian)):
        raise NotFound


def age_of(team: Team, person: Person) -> Age:
    """What is put down of it now."""
    tie = find_guardian(team, person)
    return Age(
        person.birth_year,
        person.birth_month,
        tie.guardian_id if tie else None,
        is_agreed=consents.has(person, YOUNG),
    )


def tell_age(
    team: Team,
    person: Person,
    age: Age,
    guardian: Person | None,
    *,
    by: Person,
    seen: str | None = None,
) -> None:
    """When they were born, who answers for them, and whether that one has agreed.

    `seen`: the mark of what their page showed of age_of(). Raises OwnGuardian or ChangedMeanwhile.
    """
    with transaction():
        hold(person, guardian)
        check_unchanged(seen, age_of(team, person), age)
        profile.set_birth(person, age.year, age.month, by=by, team=team)
        set_guardian(team, person, guardian, by=by)
        agrees = consents.has(person, YOUNG)
        if age.is_agreed and guardian is not None and not agrees:
            details = ConsentDetails(given_by=ConsentGiver.GUARDIAN, witness=guardian.name)
            consents.give(person, YOUNG, details, by=by, team=team)
        elif agrees and not age.is_agreed:
            consents.withdraw(person, YOUNG, by=by, team=team)


def find_guardian(team: Team, person: Person) -> Guardian | None:
    tie = select(Guardian).where(Guardian.team_id == team.id, Guardian.person_id == person.id)
    question = (Guardian, team.id, person.id)
    return asked_once(question, lambda: session.scalars(tie).one_or_none())


def list_wards(team: Team, person: Person) -> Sequence[Guardian]:
    """The children for whom this person answers in the team."""
    return all_of(
        select(Guardian).where(Guardian.team_id == team.id, Guardian.guardian_id == person.id)
    )
