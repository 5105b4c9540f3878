"""Which teams an operator knows, and which wait for one to say so."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select

from volunteer.core.database import all_of, session
from volunteer.people.models import Person
from volunteer.teams.models import Membership, MembershipStatus, Team, TeamRole
from volunteer.teams.queries import IN_TEAM, teams, up_to_the_city


def list_verified() -> Sequence[Team]:
    """Those of which an operator has made sure who they are."""
    return all_of(teams().where(Team.verified_at.is_not(None)))


def to_verify_first() -> Select[Team]:
    """Those that no operator knows yet, or any more, before the others; the latest first. Nothing
    of a team that everybody has left."""
    is_new = Team.verified_at.is_(None)
    is_alive = (
        select(Membership.id)
        .where(Membership.team_id == Team.id, Membership.status.in_(IN_TEAM))
        .exists()
    )
    return (
        up_to_the_city(select(Team))
        .where(is_alive)
        .order_by(is_new.desc(), Team.created_at.desc(), Team.id.desc())
    )


def list_to_verify(at_most: int) -> Sequence[Team]:
    return all_of(to_verify_first().where(Team.verified_at.is_(None)).limit(at_most))


def list_without_coordinator(at_most: int) -> Sequence[Team]:
    """Those with people in them, and none alive who coordinates."""
    someone = (
        select(Membership.id)
        .join(Membership.person)
        .where(Membership.team_id == Team.id, Person.died_on.is_(None))
    )
    coordinates = (
        Membership.role == TeamRole.COORDINATOR,
        Membership.status == MembershipStatus.ACTIVE,
    )
    return all_of(
        up_to_the_city(teams())
        .where(
            someone.where(Membership.status.in_(IN_TEAM)).exists(),
            ~someone.where(*coordinates).exists(),
        )
        .limit(at_most)
    )


def find_founders(teams: Collection[Team]) -> dict[int, Person]:
    """Who started each of these teams, by the team's number: its first member."""
    if not teams:
        return {}
    firsts = (
        select(func.min(Membership.id))
        .where(Membership.team_id.in_([team.id for team in teams]))
        .group_by(Membership.team_id)
    )
    rows = session.execute(
        select(Membership.team_id, Person).join(Membership.person).where(Membership.id.in_(firsts))
    ).all()
    return dict(rows)
