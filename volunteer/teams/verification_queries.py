"""Which teams an operator knows, and which wait for one to say so."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, select

from volunteer.core.database import all_of, session
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team
from volunteer.teams.queries import IN_TEAM, coordinates, teams, up_to_the_city


def list_verified() -> Sequence[Team]:
    """Those of which an operator has made sure who they are."""
    return all_of(teams().where(Team.verified_at.is_not(None)))


def to_verify_first() -> Select[Team]:
    """Those that no operator knows yet, or any more, before the others; the latest first. Nothing
    of a team that everybody has left."""
    is_new = Team.verified_at.is_(None)
    return (
        up_to_the_city(select(Team))
        .where(whose(Membership.status.in_(IN_TEAM)))
        .order_by(is_new.desc(), Team.created_at.desc(), Team.id.desc())
    )


def whose(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on teams: one of their memberships is such a one."""
    return (
        select(Membership.id)
        .join(Membership.person)
        .where(Membership.team_id == Team.id, which)
        .exists()
    )


def list_to_verify_first(at_most: int) -> Sequence[Team]:
    return all_of(to_verify_first().limit(at_most))


def list_without_coordinator(at_most: int) -> Sequence[Team]:
    """Those that go on, and nobody alive coordinates them: also where nobody else is in them, and
    elders or neighbours still count on them."""
    return all_of(
        up_to_the_city(teams())
        .where(whose(Membership.status.in_(IN_TEAM)), ~whose(coordinates()))
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
