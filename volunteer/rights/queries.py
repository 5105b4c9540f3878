"""Finding who asks to be forgotten, and who answers."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, not_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from volunteer.accounts import queries as account_queries
from volunteer.activities.models import Attendance, Guardian, Occurrence
from volunteer.core.database import Given, all_of, any_of, one_or_not_found, row_number, session
from volunteer.deeds import queries as deed_queries
from volunteer.elders.models import OVER, Elder
from volunteer.meals.models import Kitty
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.rights.models import REMINDED_BEFORE, ForgettingRequest, ForgettingStatus
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, MembershipStatus, Team, TeamRole
from volunteer.teams.queries import IN_TEAM


def get_request(request_id: int) -> ForgettingRequest:
    return one_or_not_found(
        select(ForgettingRequest).where(ForgettingRequest.id == row_number(request_id))
    )


def find_open(person: Person) -> ForgettingRequest | None:
    return session.scalars(
        open_requests().where(ForgettingRequest.person_id == person.id)
    ).one_or_none()


def find_last(person: Person) -> ForgettingRequest | None:
    """The newest, whatever became of it."""
    return session.scalars(
        select(ForgettingRequest)
        .where(ForgettingRequest.person_id == person.id)
        .order_by(ForgettingRequest.id.desc())
        .limit(1)
    ).one_or_none()


def list_of(person: Person) -> Sequence[ForgettingRequest]:
    return all_of(select(ForgettingRequest).where(ForgettingRequest.person_id == person.id))


def open_requests() -> Select[ForgettingRequest]:
    """The longest waiting first."""
    return (
        select(ForgettingRequest)
        .where(ForgettingRequest.status == ForgettingStatus.OPEN)
        .order_by(ForgettingRequest.id)
    )


def open_in(team_id: Given, me: Given) -> Select[ForgettingRequest]:
    """Those of people in this team, but never one's own."""
    in_team = select(Membership.id).where(
        Membership.team_id == team_id,
        Membership.person_id == ForgettingRequest.person_id,
        Membership.status.in_(IN_TEAM),
    )
    return open_requests().where(any_of(in_team), ForgettingRequest.person_id != me)


def list_open_in(team_id: int, me: Person) -> Sequence[ForgettingRequest]:
    return all_of(open_in(team_id, me.id))


def list_for_operators(me: Person) -> Sequence[ForgettingRequest]:
    """Those for whom no team can answer, but never one's own."""
    return all_of(
        open_requests().where(
            not_(has_coordinator(ForgettingRequest.person_id)),
            ForgettingRequest.person_id != me.id,
        )
    )


def has_coordinator(person_id: InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """A condition: somebody else, who lives and does not pause, coordinates a team that this person
    is in."""
    theirs, other, coordinator = aliased(Membership), aliased(Membership), aliased(Person)
    return any_of(
        select(theirs.id)
        .join(other, other.team_id == theirs.team_id)
        .join(coordinator, coordinator.id == other.person_id)
        .where(
            theirs.person_id == person_id,
            theirs.status.in_(IN_TEAM),
            other.person_id != theirs.person_id,
            other.role == TeamRole.COORDINATOR,
            other.status == MembershipStatus.ACTIVE,
            coordinator.died_on.is_(None),
        )
    )


def is_for_operators(person: Person) -> bool:
    return not session.scalar(select(has_coordinator(person.id)))


def list_who_answer(person: Person) -> list[Person]:
    """The other coordinators of their teams; those who run the service where there is none."""
    if is_for_operators(person):
        return [one for one in account_queries.list_operators() if one.id != person.id]
    teams = {m.team_id for m in team_queries.list_memberships_of(person)}
    found = {one.id: one for some in team_queries.find_coordinators(teams).values() for one in some}
    return [one for one in found.values() if one.id != person.id]


def list_due_soon(today: date) -> Sequence[ForgettingRequest]:
    return all_of(open_requests().where(ForgettingRequest.due_on <= today + REMINDED_BEFORE))


def list_granted() -> Sequence[ForgettingRequest]:
    """Those who are being told."""
    return all_of(
        select(ForgettingRequest)
        .where(ForgettingRequest.status == ForgettingStatus.GRANTED)
        .order_by(ForgettingRequest.id)
    )


def locked_away() -> Select[int]:
    """The numbers of the people of whom only the name is kept."""
    return select(ForgettingRequest.person_id).where(
        ForgettingRequest.status == ForgettingStatus.RESTRICTED
    )


def is_let_go() -> ColumnElement[bool]:
    """A condition on people: who was told yes, or is being told."""
    return any_of(
        select(ForgettingRequest.id).where(
            ForgettingRequest.person_id == Person.id,
            ForgettingRequest.status.in_((ForgettingStatus.GRANTED, ForgettingStatus.RESTRICTED)),
        )
    )


def find_last_service(person: Person) -> datetime | None:
    """When the last date ended on which it is noted whether they came, or the last deed began."""
    last_date = session.scalar(
        select(func.max(Occurrence.ends_at))
        .select_from(Attendance)
        .join(Attendance.occurrence)
        .where(Attendance.person_id == person.id)
    )
    known = (last_date, deed_queries.find_last(person))
    return max((moment for moment in known if moment), default=None)


def keeps_a_kitty(person: Person) -> bool:
    found = select(Kitty.id).where(Kitty.keeper_id == person.id).limit(1)
    return session.scalar(found) is not None


def find_team_of_child(person: Person, today: date) -> Team | None:
    """A team in which somebody young takes part for whom this person answers."""
    child = aliased(Person)
    return session.scalars(
        select(Team)
        .join(Guardian, Guardian.team_id == Team.id)
        .join(child, child.id == Guardian.person_id)
        .join(
            Membership,
            (Membership.team_id == Team.id) & (Membership.person_id == child.id),
        )
        .where(
            Guardian.guardian_id == person.id,
            Membership.status.in_(IN_TEAM),
            child.died_on.is_(None),
            child.id.in_(select(Person.id).where(not_(people_queries.is_grown_up_on(today)))),
        )
        .order_by(Team.id)
        .limit(1)
    ).first()


def is_looked_after(person: Person) -> bool:
    found = select(Elder.id).where(Elder.person_id == person.id, Elder.status.not_in(OVER)).limit(1)
    return session.scalar(found) is not None
