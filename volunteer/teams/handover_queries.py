"""Finding offers of a team, and who has handed one over."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, joinedload

from volunteer.core import encryption
from volunteer.core.database import Given, all_of, session
from volunteer.core.errors import NotFound
from volunteer.people.models import Person
from volunteer.teams import queries
from volunteer.teams.models import Handover, Membership, MembershipStatus, Team, TeamRole


def find_handover(team: Team, *, even_void: bool = False) -> Handover | None:
    """The team's open offer; `even_void`: also of a giver who is no coordinator any more."""
    giver = aliased(Membership)
    query = (
        select(Handover)
        .join(giver, Handover.giver)
        .where(Handover.team_id == team.id, Handover.ended_at.is_(None))
        .options(
            joinedload(Handover.giver).joinedload(Membership.person),
            joinedload(Handover.taker).joinedload(Membership.person),
        )
        .order_by(Handover.id.desc())
        .limit(1)
    )
    if not even_void:
        query = query.where(
            giver.role == TeamRole.COORDINATOR, giver.status == MembershipStatus.ACTIVE
        )
    return session.scalars(query).one_or_none()


def handovers_to(person_id: Given) -> Select[Handover]:
    """The open offers of a team to this person, by who may still give it."""
    giver, taker = aliased(Membership), aliased(Membership)
    return (
        select(Handover)
        .join(giver, Handover.giver)
        .join(taker, Handover.taker)
        .where(
            taker.person_id == person_id,
            taker.status == MembershipStatus.ACTIVE,
            giver.role == TeamRole.COORDINATOR,
            giver.status == MembershipStatus.ACTIVE,
            Handover.ended_at.is_(None),
        )
    )


def list_handovers_to(person: Person) -> Sequence[Handover]:
    """Which teams this person is asked to take over, and by whom."""
    return all_of(
        handovers_to(person.id)
        .options(
            joinedload(Handover.team), joinedload(Handover.giver).joinedload(Membership.person)
        )
        .order_by(Handover.id)
    )


def find_former_with_phone(team: Team) -> Person | None:
    """At whose the team's phone still rings, though they have handed the team over or left it;
    nobody when a coordinator has the same number."""
    if not team.phone:
        return None
    gave = select(Handover.giver_id).where(Handover.team_id == team.id, Handover.is_accepted)
    has_it = encryption.is_text(Person.phone_mark, team.phone)
    found = all_of(
        queries.with_person(has_it).where(
            Membership.team_id == team.id,
            (Membership.role == TeamRole.COORDINATOR)
            | (Membership.status == MembershipStatus.LEFT)
            | Membership.id.in_(gave),
        )
    )
    if not found or any(member.is_coordinator for member in found):
        return None
    return found[0].person


def get_handover(team: Team) -> Handover:
    """The team's open offer. Raises NotFound."""
    handover = find_handover(team)
    if handover is None:
        raise NotFound
    return handover
